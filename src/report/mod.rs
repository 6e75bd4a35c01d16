//! Output: one file a format, each a function of a `Report` to text.

mod concise;
mod facts;
mod human;
mod json;
mod locks_human;
mod locks_json;
mod look;
mod markdown;
mod proof_html;
mod proof_human;
mod proof_json;
mod proof_markdown;
#[cfg(test)]
mod proof_sample;
mod proof_words;
mod rule_doc;
mod rules;
mod sarif;
mod shallow;
mod snippet;
mod sql;
mod summary;

pub use concise::concise;
pub use human::{config_errors, failure, findings, human};
pub use json::json;
pub use locks_human::locks_human;
pub use locks_json::locks_json;
pub use look::Look;
pub use markdown::markdown;
pub use proof_html::proof_html;
pub use proof_human::{proof_human, proof_outcome, proof_summary};
pub use proof_json::proof_json;
pub use proof_markdown::proof_markdown;
pub use rule_doc::{RuleDoc, rule_doc};
pub use rules::{rules_human, rules_json};
pub use sarif::sarif;
pub use sql::{sql_human, sql_json};
pub use summary::{locks_summary, reading, statistics, summary};
