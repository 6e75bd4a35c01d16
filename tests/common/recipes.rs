//! Every recipe that is printed for the examples of the rules, and for more forms.

use super::{judged, steps};
use mig_lint::finding::{Block, Remedy};
use mig_lint::ir::Migration;
use mig_lint::postgres::Version;
use mig_lint::rule::RULES;
use mig_lint::source::{Framework, TransactionMode};

/// Forms that no rule's example has.
pub(crate) const FORMS: &str = "-- 1.sql
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE days (day date NOT NULL, n int, p int) PARTITION BY RANGE (day);
CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE days_2 PARTITION OF days FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE u (id int, a int, b int NOT NULL, c text);
CREATE TABLE \"T\" (id int, p int, \"P  q\" int, note text);
CREATE MATERIALIZED VIEW seen AS SELECT id, note FROM \"T\";
CREATE UNIQUE INDEX seen_id ON seen (id);
-- 2.sql
ALTER TABLE \"T\" ADD FOREIGN KEY (p) REFERENCES p;
ALTER TABLE \"T\" ADD CONSTRAINT \"a  b\" FOREIGN KEY (\"P  q\") REFERENCES p (id) ON DELETE SET NULL, ADD COLUMN z text DEFAULT E'a  \\'b';
CREATE UNIQUE INDEX ON \"T\" (lower(note)) WHERE note <> 'a  b' AND note <> $x$ -- c $x$;
CREATE INDEX index_t ON \"T\" USING btree (id) WITH (fillfactor = 70);
ALTER TABLE \"T\" ALTER COLUMN \"P  q\" SET NOT NULL;
-- 3.sql
ALTER TABLE days ADD CONSTRAINT days_n UNIQUE (day, n);
CREATE INDEX ON days (n, p);
CREATE UNIQUE INDEX days_p ON days USING btree (day, p) WITH (fillfactor = 80);
-- 4.sql
ALTER TABLE u ADD PRIMARY KEY (a, b);
ALTER TABLE u ADD UNIQUE (id) INCLUDE (c) DEFERRABLE INITIALLY DEFERRED, ADD CHECK (a > 0);
ALTER TABLE u ADD CONSTRAINT \"U c\" UNIQUE (c, b), ADD CONSTRAINT few CHECK (a < 10 AND b < 10);
REFRESH MATERIALIZED VIEW seen;
REINDEX TABLE u;
REINDEX (VERBOSE) INDEX seen_id;
-- 5.sql
ALTER TABLE ONLY public.\"T\" ADD FOREIGN KEY (p) REFERENCES p;
";

/// What a recipe is for: the migrations before it, and what it is advised instead of.
pub(crate) struct Advised {
    pub(crate) rule: &'static str,
    pub(crate) before: Vec<Block>,
    pub(crate) instead: String,
    pub(crate) recipe: Vec<Block>,
}

/// Every recipe for the examples of the rules and for the forms above, as this runner's users get it.
pub(crate) fn advised(framework: Framework, version: Version) -> Vec<Advised> {
    let rules = RULES.iter().map(|entry| entry.bad);
    let mut advised = Vec::new();
    for text in rules.chain([FORMS]).filter(|text| !text.is_empty()) {
        let mut steps = steps("bad.sql", text);
        for step in &mut steps {
            step.framework = framework;
        }
        let whole = |step: &Migration| {
            let statements = step.statements.iter();
            let texts = statements.map(|it| format!("{};", step.text_of(it)));
            Block {
                outside_transaction: !wraps(step),
                ..Block::new(texts.collect())
            }
        };
        for finding in judged(steps.clone(), version).findings {
            let is_it = |step: &Migration| {
                let mut spans = step.statements.iter().map(|it| it.span);
                spans.any(|span| span == finding.statement)
            };
            // What is set there belongs before the statement itself.
            let is_setting = matches!(finding.remedy, Some(Remedy::LockTimeout { .. }));
            if finding.recipe.is_empty() || is_setting {
                continue;
            }
            let at = steps.iter().position(is_it).expect("its statement");
            let mut before: Vec<Block> = steps[..at].iter().map(whole).collect();
            let earlier = steps[at].statements.iter();
            let earlier = earlier.take_while(|it| it.span != finding.statement);
            let earlier: Vec<String> = earlier
                .map(|it| format!("{};", steps[at].text_of(it)))
                .collect();
            let earlier = Block {
                outside_transaction: !wraps(&steps[at]),
                ..Block::new(earlier)
            };
            before.extend((!earlier.statements.is_empty()).then_some(earlier));
            advised.push(Advised {
                rule: finding.rule,
                before,
                instead: finding.file.slice(finding.statement).to_owned(),
                recipe: finding.recipe,
            });
        }
    }
    advised
}

/// Whether all of a step is one transaction.
fn wraps(step: &Migration) -> bool {
    step.transaction == TransactionMode::PerFile
}
