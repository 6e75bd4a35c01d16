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

/// Columns that are added in parts, rows that are written in batches, and keys of partitions, each in a form that no rule's example has.
pub(crate) const PARTS: &str = "-- 1.sql
CREATE TABLE c (id int PRIMARY KEY, n int);
CREATE TABLE o (id int PRIMARY KEY, \"N n\" int, code text, n int);
CREATE TABLE \"Odd\" (\"K  k\" bigint PRIMARY KEY, a text);
CREATE TABLE days (day date NOT NULL, c_id int) PARTITION BY RANGE (day);
CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE days_2 PARTITION OF days FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
INSERT INTO c SELECT i FROM generate_series(1, 10) AS i;
INSERT INTO o SELECT i, i, 'code ' || i, i FROM generate_series(1, 2500) AS i;
INSERT INTO \"Odd\" SELECT i, 'a' FROM generate_series(1, 1000) AS i;
INSERT INTO days SELECT date '2024-01-01' + i, 1 + i % 10 FROM generate_series(1, 700) AS i;
-- 2.sql
ALTER TABLE o ADD COLUMN c_id int DEFAULT 1 REFERENCES c ON DELETE CASCADE DEFERRABLE;
-- 3.sql
ALTER TABLE o ADD note text CONSTRAINT \"note there\" CHECK (note <> '$$') COLLATE \"C\", ADD COLUMN more int CHECK (more > 0) NOT NULL DEFAULT 1;
-- 4.sql
ALTER TABLE o ADD COLUMN number int UNIQUE;
ALTER TABLE o ADD COLUMN other int CONSTRAINT other_one UNIQUE DEFERRABLE, ADD COLUMN third int;
ALTER TABLE o ADD CONSTRAINT o_n_key UNIQUE (n, id) INCLUDE (code) WITH (fillfactor = 70);
-- 5.sql
ALTER TABLE o ADD COLUMN key uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;
CREATE INDEX o_by_key ON o (key, id);
-- 6.sql
ALTER TABLE public.\"Odd\" ADD COLUMN \"Serial\" smallserial;
-- 7.sql
ALTER TABLE o ADD COLUMN IF NOT EXISTS w float8 DEFAULT random() CHECK (w >= 0), ADD COLUMN x int;
-- 8.sql
UPDATE o SET code = upper(code) WHERE code <> 'a' OR n > 3;
-- 9.sql
UPDATE o AS q SET n = c.n FROM c WHERE c.id = q.id OR q.id < 10;
UPDATE \"Odd\" SET a = a || '$$';
-- 10.sql
DELETE FROM o WHERE \"N n\" % 2 = 0;
-- 11.sql
ALTER TABLE days ADD FOREIGN KEY (c_id) REFERENCES c ON DELETE SET NULL;
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
    let forms = [FORMS, PARTS];
    for text in rules.chain(forms).filter(|text| !text.is_empty()) {
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
