//! Going back is held against a copy that was made before: over generated statements both must be the same in everything.

use super::{Catalog, Made};
use crate::ir::Action;
use crate::source::Span;
use crate::sql;

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }
}

/// Statements over a few names, so that they meet: `#` stands for one of some numbers.
const FORMS: &[&str] = &[
    "CREATE TABLE t# (id bigserial PRIMARY KEY, a int CHECK (f#(a)), b d# DEFAULT f#(), UNIQUE (a))",
    "CREATE TABLE IF NOT EXISTS t# (id int GENERATED ALWAYS AS IDENTITY, a int REFERENCES t#)",
    "CREATE TABLE t# (id int, a int) PARTITION BY RANGE (id)",
    "CREATE TABLE t# PARTITION OF t# DEFAULT",
    "CREATE TABLE t# PARTITION OF t# FOR VALUES FROM (1) TO (2)",
    "CREATE TABLE t# (LIKE t# INCLUDING ALL) INHERITS (t#)",
    "CREATE TABLE t# OF c#",
    "CREATE TABLE t# AS SELECT id, a::text FROM t#",
    "CREATE MATERIALIZED VIEW v# AS SELECT a, f#(a) FROM t#",
    "CREATE OR REPLACE VIEW v# AS SELECT * FROM t#",
    "CREATE TYPE c# AS (id int, a int)",
    "CREATE DOMAIN d# AS int CHECK (VALUE > 0)",
    "ALTER DOMAIN d# SET NOT NULL",
    "CREATE SEQUENCE s# OWNED BY t#.a",
    "CREATE FUNCTION f#(a int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION f#() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN UPDATE t# SET a = 1; RETURN NEW; END$$",
    "CREATE TRIGGER g# BEFORE INSERT ON t# FOR EACH ROW EXECUTE FUNCTION f#()",
    "CREATE RULE r# AS ON INSERT TO t# DO ALSO INSERT INTO t# VALUES (1)",
    "CREATE STATISTICS x# ON id, a FROM t#",
    "CREATE INDEX ON t# (a, f#(id))",
    "CREATE UNIQUE INDEX i# ON t# (a)",
    "ALTER TABLE t# ADD COLUMN n# int NOT NULL DEFAULT nextval('s#')",
    "ALTER TABLE t# ADD CONSTRAINT k# FOREIGN KEY (a) REFERENCES t# ON DELETE CASCADE NOT VALID",
    "ALTER TABLE t# ADD CONSTRAINT k# UNIQUE USING INDEX i#",
    "ALTER TABLE t# VALIDATE CONSTRAINT k#, ALTER COLUMN a SET NOT NULL",
    "ALTER TABLE t# DROP CONSTRAINT IF EXISTS k#, DROP COLUMN IF EXISTS n# CASCADE",
    "ALTER TABLE t# ALTER COLUMN a TYPE d#, ALTER COLUMN a SET DEFAULT f#()",
    "ALTER TABLE t# ALTER COLUMN a DROP NOT NULL, ALTER COLUMN id DROP IDENTITY IF EXISTS",
    "ALTER TABLE t# RENAME COLUMN a TO n#",
    "ALTER TABLE t# RENAME TO t#",
    "ALTER TABLE t# SET SCHEMA other",
    "ALTER TABLE t# OWNER TO someone",
    "ALTER TABLE t# DISABLE TRIGGER ALL, SET UNLOGGED, CLUSTER ON i#",
    "ALTER TABLE t# ATTACH PARTITION t# FOR VALUES FROM (5) TO (6)",
    "ALTER TABLE t# DETACH PARTITION t#",
    "ALTER TABLE t# INHERIT t#",
    "ALTER TABLE t# NO INHERIT t#",
    "ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE fast",
    "CREATE PUBLICATION p# FOR TABLE t#",
    "DROP PUBLICATION p#",
    "REASSIGN OWNED BY someone TO other",
    "DROP OWNED BY other",
    "INSERT INTO t# SELECT * FROM t#",
    "TRUNCATE t#",
    "PREPARE q# AS UPDATE t# SET a = 1",
    "DROP TABLE IF EXISTS t# CASCADE",
    "DROP FUNCTION f# CASCADE",
    "DROP DOMAIN d# CASCADE",
    "DROP TYPE c# CASCADE",
    "DROP TRIGGER g# ON t#",
    "DROP STATISTICS x#",
    "DROP INDEX i#",
    "DROP SCHEMA other CASCADE",
];

fn action(dice: &mut Dice) -> Action {
    let form = FORMS[dice.roll(FORMS.len())];
    let mut text = String::new();
    for part in form.split_inclusive('#') {
        text.push_str(part.trim_end_matches('#'));
        if part.ends_with('#') {
            text.push_str(&dice.roll(4).to_string());
        }
    }
    let mut parsed = sql::parse(&text, &[Span::new(0, text.len())], &[]);
    let statement = parsed.statements.pop();
    let action = statement.unwrap_or_else(|| panic!("{text}: {:?}", parsed.problems));
    assert_ne!(action.action, Action::Unknown, "{text}");
    action.action
}

fn run(catalog: &mut Catalog, dice: &mut Dice, statements: usize) {
    for _ in 0..statements {
        let action = action(dice);
        catalog.note(&action);
        catalog.apply(&action);
    }
}

/// Everything that is known, without what is remembered of the past.
fn state(catalog: &Catalog) -> Vec<String> {
    let relations = catalog.relations.iter().map(|relation| {
        let mut relation = relation.clone();
        relation.remembered = 0;
        format!("{relation:?}")
    });
    let mut all: Vec<String> = relations.collect();
    let links = catalog.links.entries().map(|link| format!("{link:?}"));
    let words = catalog.words.entries().map(|word| format!("{word:?}"));
    let sets = [&catalog.gaps];
    let schemas = sets.map(|set| format!("{:?}", set.range(..).collect::<Vec<_>>()));
    let over = catalog.domains_over.range(..).map(|one| format!("{one:?}"));
    all.extend(schemas.into_iter().chain(over));
    let names = catalog.names.entries().map(|entry| {
        let (name, mut namesakes) = (entry.0, entry.1.clone());
        namesakes.sort();
        format!("{name} {namesakes:?}")
    });
    let domains = catalog.domains.entries().map(|entry| format!("{entry:?}"));
    let routines = catalog.routines.entries().map(|entry| format!("{entry:?}"));
    let prepared = catalog.prepared.entries().map(|entry| format!("{entry:?}"));
    let volatile = catalog.volatilities.entries();
    let volatile = volatile.map(|entry| format!("{entry:?}"));
    let published = catalog.publications.entries();
    let published = published.map(|entry| format!("{entry:?}"));
    let named = names.chain(domains).chain(routines).chain(prepared);
    let mut maps: Vec<String> = named
        .chain(volatile)
        .chain(published)
        .chain(links)
        .chain(words)
        .collect();
    maps.sort();
    all.append(&mut maps);
    all
}

#[track_caller]
fn assert_same(seed: u64, undone: &Catalog, copy: &Catalog) {
    let (undone, copy) = (state(undone), state(copy));
    let differs = undone.iter().zip(&copy).find(|(one, other)| one != other);
    assert_eq!(differs, None, "seed {seed}");
    assert_eq!(undone.len(), copy.len(), "seed {seed}");
}

#[test]
fn undoing_is_as_good_as_a_copy() {
    for seed in 0..300 {
        let mut dice = Dice(seed);
        let mut catalog = Catalog::default();
        run(&mut catalog, &mut dice, 30);
        let before = catalog.clone();
        let outer = catalog.mark();
        run(&mut catalog, &mut dice, 8);
        let between = catalog.clone();
        let inner = catalog.mark();
        run(&mut catalog, &mut dice, 8);
        catalog.undo(&inner, Made::Forget);
        assert_same(seed, &catalog, &between);
        // The mark still stands: it can be gone back to once more.
        run(&mut catalog, &mut dice, 8);
        catalog.undo(&inner, Made::Forget);
        assert_same(seed, &catalog, &between);
        if seed % 2 == 0 {
            catalog.release(&inner);
            run(&mut catalog, &mut dice, 4);
        }
        catalog.undo(&outer, Made::Forget);
        assert_same(seed, &catalog, &before);
        catalog.release(&outer);
        // Nothing is remembered any more, and both go on alike.
        assert!(catalog.before.is_empty());
        let mut copy = before;
        let mut again = Dice(dice.0);
        run(&mut catalog, &mut dice, 20);
        run(&mut copy, &mut again, 20);
        assert_same(seed, &catalog, &copy);
    }
}

#[test]
fn what_was_made_before_going_back_keeps_its_id() {
    for seed in 0..100 {
        let mut dice = Dice(seed);
        let mut catalog = Catalog::default();
        run(&mut catalog, &mut dice, 20);
        let known = catalog.relations.len();
        let mark = catalog.mark();
        run(&mut catalog, &mut dice, 10);
        let all = catalog.relations.len();
        catalog.undo(&mark, Made::Keep);
        catalog.release(&mark);
        assert_eq!(catalog.relations.len(), all);
        assert!(catalog.relations[known..].iter().all(|made| made.dropped));
        let gone = |id: &super::RelationId| id.0 as usize >= known;
        let mut names = catalog.names.entries().flat_map(|(_, all)| all);
        assert!(!names.any(|(_, id)| gone(id)), "seed {seed}");
    }
}
