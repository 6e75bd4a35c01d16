//! Output: one file a format, each a function of a `Report` to text.

#[cfg(feature = "cli")]
mod checklist;
mod comment;
mod concise;
mod document;
mod facts;
#[cfg_attr(
    not(feature = "cli"),
    allow(dead_code, reason = "a library has no terminal")
)]
mod gathered;
mod github;
mod gitlab;
#[cfg(feature = "cli")]
mod human;
mod json;
mod junit;
mod locks_human;
mod locks_json;
mod look;
mod markdown;
mod place;
#[cfg(feature = "prove")]
mod proof_html;
#[cfg(feature = "prove")]
mod proof_human;
#[cfg(feature = "prove")]
mod proof_json;
#[cfg(feature = "prove")]
mod proof_markdown;
#[cfg(all(test, feature = "prove"))]
mod proof_sample;
#[cfg(feature = "prove")]
mod proof_words;
mod ranked;
mod rule_doc;
mod rules;
mod sarif;
#[cfg(feature = "cli")]
mod schema;
mod shallow;
#[cfg(feature = "prove")]
mod sizes;
#[cfg(feature = "cli")]
mod snippet;
mod sql;
mod summary;

pub use crate::source::{MaskedJson, masked};
#[cfg(feature = "cli")]
pub use checklist::{checklist_human, checklist_json, checklist_markdown};
pub use comment::comment;
pub use concise::concise;
pub use document::{document as json_document, word};
pub use github::github;
pub use gitlab::gitlab;
#[cfg(feature = "cli")]
pub use human::{config_errors, failure, findings, human};
pub use json::{json, write_json};
pub use junit::junit;
pub use locks_human::locks_human;
pub use locks_json::locks_json;
pub use look::{Look, count, one_line};
pub use markdown::markdown;
#[cfg(feature = "prove")]
pub use proof_html::proof_html;
#[cfg(feature = "prove")]
pub use proof_human::{proof_human, proof_outcome, proof_summary};
#[cfg(feature = "prove")]
pub use proof_json::proof_json;
#[cfg(feature = "prove")]
pub use proof_markdown::proof_markdown;
pub use rule_doc::{RuleDoc, rule_doc};
pub use rules::{rules_human, rules_json};
pub use sarif::sarif;
#[cfg(feature = "cli")]
pub use schema::{Described, schema};
#[cfg(feature = "prove")]
pub use sizes::sizes;
pub use sql::{sql_human, sql_json};
pub use summary::{locks_summary, reading, statistics, summary};
