//! Promise: what the history tells is no finding, and what it does not tell is: emptied tables, triggers that fill, columns that code gave up, a dump from before.

mod common;

use common::{Failures, judged, migration};
use mig_lint::config::{Arguments, Settings};
use mig_lint::engine;
use mig_lint::postgres::Version;
use mig_lint::source::TransactionMode;
use std::fs;
use std::path::Path;

/// Files, and what is found in the last: `level rule` of everything but `lock-without-timeout`.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [&'a str]);

const ORDERS: (&str, &str) = (
    "m/0001_orders.sql",
    "CREATE TABLE orders (id bigint PRIMARY KEY, note varchar(50));",
);

const SCRIPTS: &[Case<'_>] = &[
    (
        "a table that the migration truncates",
        &[
            ORDERS,
            (
                "m/0002.sql",
                "TRUNCATE orders; CREATE INDEX ON orders (note); ALTER TABLE orders ADD k int NOT NULL;",
            ),
        ],
        &[
            "error truncate",
            "info non-concurrent-index",
            "info required-column",
        ],
    ),
    (
        "and fills again",
        &[
            ORDERS,
            (
                "m/0002.sql",
                "TRUNCATE orders; INSERT INTO orders SELECT * FROM other; ALTER TABLE orders ADD k int NOT NULL;",
            ),
        ],
        &[
            "error not-null-column-without-default",
            "error truncate",
            "error work-under-held-lock",
        ],
    ),
    (
        "an index that went with its constraint, where not all is told",
        &[
            ORDERS,
            ("m/0002.sql", "ALTER TABLE other ADD k int;"),
            (
                "m/0003.sql",
                "ALTER TABLE orders DROP CONSTRAINT orders_pkey; DROP INDEX IF EXISTS orders_pkey; DROP TABLE IF EXISTS other; CREATE TABLE IF NOT EXISTS other (id int); CREATE INDEX ON other (id);",
            ),
        ],
        &[
            "error drop-table",
            "error primary-key-dropped",
            "error table-made-anew",
        ],
    ),
    (
        "a table that a later version makes",
        &[
            ORDERS,
            (
                "m/0002.sql",
                "CREATE TABLE lines (id bigint, UNIQUE NULLS NOT DISTINCT (id)); ALTER TABLE lines ADD FOREIGN KEY (id) REFERENCES orders (id);",
            ),
        ],
        &["error syntax-error"],
    ),
    (
        "a column that the trigger knows from which all rows come",
        &[
            ORDERS,
            ("m/0002.sql", "CREATE TABLE orders_log (id bigint, note text);"),
            (
                "m/0003.sql",
                "ALTER TABLE orders_log ADD k int NOT NULL DEFAULT 0; ALTER TABLE orders_log ALTER k DROP DEFAULT, ADD l int NOT NULL DEFAULT 0; ALTER TABLE orders_log ALTER l DROP DEFAULT; CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO orders_log (id, k) VALUES (OLD.id, 1); RETURN NULL; END $$;",
            ),
        ],
        &["error required-column", "info required-column"],
    ),
    (
        "a key of two columns, of which one counts",
        &[
            (
                "m/0001.sql",
                "CREATE TABLE prices (kind_id bigserial, order_id bigint, PRIMARY KEY (kind_id, order_id)); CREATE TABLE kinds (id bigserial PRIMARY KEY);",
            ),
            (
                "m/0002.sql",
                "INSERT INTO prices (kind_id, order_id) VALUES (16, 1); INSERT INTO kinds (id) VALUES (16);",
            ),
        ],
        &["warning sequence-left-behind"],
    ),
    (
        "a table that is filled under the lock on what it refers to",
        &[
            ORDERS,
            ("m/0002.sql", "CREATE TABLE old_lines (id bigint, order_id bigint);"),
            (
                "m/0003.sql",
                "CREATE TABLE lines (id bigint, order_id bigint REFERENCES orders (id)); INSERT INTO lines SELECT * FROM old_lines;",
            ),
        ],
        &["error work-under-held-lock", "info fk-without-index"],
    ),
    (
        "triggers that a function switches off and on again",
        &[
            ORDERS,
            (
                "m/0002.sql",
                "CREATE FUNCTION mend() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE orders DISABLE TRIGGER stamp; UPDATE orders SET note = 'x' WHERE id = 1; ALTER TABLE orders ENABLE TRIGGER stamp; END $$; SELECT mend();",
            ),
        ],
        &[],
    ),
    (
        "triggers that a function switches off alone",
        &[
            ORDERS,
            (
                "m/0002.sql",
                "CREATE FUNCTION spoil() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE orders DISABLE TRIGGER stamp; END $$; SELECT spoil();",
            ),
        ],
        &["error triggers-off"],
    ),
    (
        "a table that an earlier migration truncated",
        &[
            ORDERS,
            ("m/0002.sql", "TRUNCATE orders;"),
            ("m/0003.sql", "ALTER TABLE orders ADD k int NOT NULL;"),
        ],
        &["error not-null-column-without-default"],
    ),
    (
        "rows that are deleted are still read",
        &[
            ORDERS,
            (
                "m/0002.sql",
                "DELETE FROM orders; ALTER TABLE orders ADD k int NOT NULL;",
            ),
        ],
        &["error backfill-in-one-transaction", "info required-column"],
    ),
    (
        "some of the rows",
        &[
            ORDERS,
            (
                "m/0002.sql",
                "DELETE FROM orders WHERE id > 5 AND id < 9; ALTER TABLE orders ADD k int NOT NULL;",
            ),
        ],
        &["error not-null-column-without-default"],
    ),
    (
        "a trigger that fills the column",
        &[
            ORDERS,
            (
                "m/0002.sql",
                "CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.k IS NULL THEN NEW.k := 1; END IF; RETURN NEW; END $$;
                 CREATE TRIGGER fill BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION fill();
                 ALTER TABLE orders ADD k int NOT NULL DEFAULT 0; ALTER TABLE orders ALTER k DROP DEFAULT;",
            ),
        ],
        &[],
    ),
    (
        "a trigger that fills another, and one that fires too late",
        &[
            ORDERS,
            (
                "m/0002.sql",
                "CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := 'x'; RETURN NEW; END $$;
                 CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.k := 1; RETURN NEW; END $$;
                 CREATE TRIGGER fill BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION fill();
                 CREATE TRIGGER late AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION late();
                 ALTER TABLE orders ADD k int NOT NULL DEFAULT 0; ALTER TABLE orders ALTER k DROP DEFAULT;",
            ),
        ],
        &["error required-column"],
    ),
    (
        "a trigger that is made behind the column, and its function in a block of code",
        &[
            ORDERS,
            (
                "m/0002.sql",
                "ALTER TABLE orders ADD k int NOT NULL DEFAULT 0; ALTER TABLE orders ALTER k DROP DEFAULT;
                 DO $$ BEGIN
                   CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN NEW.k := 1; RETURN NEW; END $f$;
                 END $$;
                 CREATE TRIGGER fill BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION fill();",
            ),
        ],
        &[],
    ),
    (
        "a default that is set behind the column",
        &[
            ORDERS,
            (
                "m/0002.sql",
                "ALTER TABLE orders ADD k int NOT NULL DEFAULT 0; ALTER TABLE orders ALTER k DROP DEFAULT; ALTER TABLE orders ALTER k SET DEFAULT 2;",
            ),
        ],
        &[],
    ),
    (
        "a trigger behind the column that fills another, and a default of another table",
        &[
            ORDERS,
            (
                "m/0002.sql",
                "CREATE TABLE others (k int);
                 ALTER TABLE orders ADD k int NOT NULL DEFAULT 0; ALTER TABLE orders ALTER k DROP DEFAULT;
                 ALTER TABLE others ALTER k SET DEFAULT 2;
                 CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := 'x'; RETURN NEW; END $$;
                 CREATE TRIGGER fill BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION fill();",
            ),
        ],
        &["error required-column"],
    ),
    (
        "the changesets of one file",
        &[(
            "m/0001.sql",
            "--liquibase formatted sql\n--changeset a:1\nCREATE TABLE t (id int);\n--changeset a:2\nCREATE INDEX i ON t (id);\n",
        )],
        &[],
    ),
    (
        "the changesets of two files",
        &[
            ("m/0001.sql", "--liquibase formatted sql\n--changeset a:1\nCREATE TABLE t (id int);\n"),
            ("m/0002.sql", "--liquibase formatted sql\n--changeset a:2\nCREATE INDEX i ON t (id);\n"),
        ],
        &["error non-concurrent-index"],
    ),
    (
        "the last policy that is known, where code that was not read may have made others",
        &[
            ORDERS,
            (
                "m/0002.sql",
                "ALTER TABLE orders ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON orders USING (true); DO $$ BEGIN EXECUTE (SELECT note FROM orders); END $$;",
            ),
            ("m/0003.sql", "DROP POLICY p ON orders;"),
        ],
        &[],
    ),
    (
        "the last policy of a table of which all is known",
        &[
            ORDERS,
            ("m/0002.sql", "ALTER TABLE orders ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON orders USING (true);"),
            ("m/0003.sql", "DROP POLICY p ON orders;"),
        ],
        &["error rls-without-policy"],
    ),
    (
        "what goes is told once, however much is taken off it before",
        &[
            ("m/0001_orders.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text UNIQUE); CREATE TABLE kept (id bigint PRIMARY KEY, note text UNIQUE);"),
            (
                "m/0002.sql",
                "REVOKE SELECT ON orders FROM app; ALTER TABLE orders DROP CONSTRAINT orders_note_key; ALTER TABLE orders DROP COLUMN note;
                 ALTER TABLE orders DROP CONSTRAINT orders_pkey; DROP TABLE orders;
                 REVOKE SELECT ON kept FROM app; ALTER TABLE kept DROP COLUMN note;",
            ),
        ],
        &["error drop-column", "error drop-table", "warning privilege-revoked"],
    ),
    (
        "columns that swap names in one transaction",
        &[
            ORDERS,
            ("m/0002.sql", "ALTER TABLE orders ADD note_new text;"),
            (
                "m/0003.sql",
                "BEGIN; ALTER TABLE orders RENAME note TO note_old; ALTER TABLE orders RENAME note_new TO note; COMMIT;",
            ),
        ],
        &["info rename-column"],
    ),
    (
        "two tables in use all the time, and a timeout that comes too late for a deadlock",
        &[
            ("mig-lint.toml", "[tables]\norders = { hot = true }\nbills = { hot = true }"),
            ORDERS,
            ("m/0002.sql", "CREATE TABLE bills (id int);"),
            (
                "m/0003.sql",
                "SET LOCAL lock_timeout = '5s'; ALTER TABLE orders ADD a int; ALTER TABLE bills ADD a int;",
            ),
        ],
        &["warning several-tables-locked"],
    ),
    (
        "and one that comes in time",
        &[
            ("mig-lint.toml", "[tables]\norders = { hot = true }\nbills = { hot = true }"),
            ORDERS,
            ("m/0002.sql", "CREATE TABLE bills (id int);"),
            (
                "m/0003.sql",
                "SET LOCAL lock_timeout = '500ms'; ALTER TABLE orders ADD a int; ALTER TABLE bills ADD a int;",
            ),
        ],
        &[],
    ),
    (
        "what SET LOCAL has set ends with its transaction",
        &[
            ("mig-lint.toml", "[tables]\norders = { hot = true }\nbills = { hot = true }"),
            ORDERS,
            ("m/0002.sql", "CREATE TABLE bills (id int);"),
            (
                "m/0003.sql",
                "BEGIN; SET LOCAL lock_timeout = '5s'; COMMIT; BEGIN; LOCK TABLE orders; COMMIT;",
            ),
        ],
        &["warning explicit-lock"],
    ),
    (
        "what SET sets behind it does not",
        &[
            ("mig-lint.toml", "[tables]\norders = { hot = true }\nbills = { hot = true }"),
            ORDERS,
            ("m/0002.sql", "CREATE TABLE bills (id int);"),
            (
                "m/0003.sql",
                "BEGIN; SET LOCAL lock_timeout = '5s'; SET lock_timeout = '2s'; COMMIT; BEGIN; LOCK TABLE orders; COMMIT;",
            ),
        ],
        &["info explicit-lock"],
    ),
    (
        "a lock that is not waited for",
        &[
            ("mig-lint.toml", "[tables]\norders = { hot = true }\nbills = { hot = true }"),
            ORDERS,
            ("m/0002.sql", "CREATE TABLE bills (id int);"),
            (
                "m/0003.sql",
                "LOCK TABLE orders NOWAIT;",
            ),
        ],
        &["info explicit-lock"],
    ),
    (
        "tables of frameworks are small",
        &[
            ORDERS,
            (
                "m/0002.sql",
                "DELETE FROM django_content_type WHERE app_label = 'x'; DELETE FROM auth_user WHERE is_staff;",
            ),
        ],
        &[
            "error backfill-in-one-transaction",
            "info backfill-in-one-transaction",
        ],
    ),
    (
        "unless somebody says otherwise",
        &[
            ORDERS,
            (
                "mig-lint.toml",
                "[tables]\ndjango_content_type = { rows = \"5M\" }",
            ),
            (
                "m/0002.sql",
                "DELETE FROM django_content_type WHERE app_label = 'x';",
            ),
        ],
        &["error backfill-in-one-transaction"],
    ),
    (
        "a table that the migration makes, in a history that does not tell all",
        &[
            ("m/0001.sql", "ALTER TABLE elsewhere ADD a int;"),
            (
                "m/0002.sql",
                "CREATE TABLE IF NOT EXISTS d (s int); CREATE INDEX ON d (s);",
            ),
        ],
        &[],
    ),
    (
        "a table that is swapped under a lock, and one that is copied to the end under it",
        &[
            ORDERS,
            (
                "m/0002.sql",
                "BEGIN; LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE; CREATE TABLE new (id bigint, note text);
                 INSERT INTO new SELECT id, note FROM orders; ALTER TABLE orders RENAME TO old; ALTER TABLE new RENAME TO orders; COMMIT;",
            ),
            (
                "m/0003.sql",
                "BEGIN; CREATE TABLE new (id bigint, note text); INSERT INTO new SELECT id, note FROM orders WHERE id < 1000000;
                 LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE; INSERT INTO new SELECT id, note FROM orders WHERE id >= 1000000;
                 ALTER TABLE orders RENAME TO older; ALTER TABLE new RENAME TO orders; COMMIT;",
            ),
        ],
        &["error work-under-held-lock", "warning explicit-lock"],
    ),
    (
        "a table that is swapped, and locked too late",
        &[
            ORDERS,
            (
                "m/0002.sql",
                "BEGIN; CREATE TABLE new (id bigint, note text); INSERT INTO new SELECT id, note FROM orders;
                 LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE; ALTER TABLE orders RENAME TO old; ALTER TABLE new RENAME TO orders; COMMIT;",
            ),
        ],
        &["error table-swapped-without-lock", "warning explicit-lock"],
    ),
    (
        "a default that is NULL, a domain's, and one that a trigger stood for",
        &[
            ORDERS,
            (
                "m/0001b.sql",
                "CREATE DOMAIN level AS int DEFAULT 1; ALTER TABLE orders ADD a int NOT NULL DEFAULT 1; ALTER TABLE orders ADD l level NOT NULL;",
            ),
            ("m/0002.sql", "ALTER TABLE orders ALTER a SET DEFAULT NULL; ALTER DOMAIN level DROP DEFAULT;"),
        ],
        &["error required-column"],
    ),
    (
        "a function that is dropped when another takes its calls",
        &[
            ORDERS,
            ("m/0002.sql", "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';"),
            (
                "m/0003.sql",
                "CREATE OR REPLACE FUNCTION f(a int, b int DEFAULT 0) RETURNS int LANGUAGE sql AS 'SELECT 1'; DROP FUNCTION f(int);",
            ),
        ],
        &[],
    ),
    (
        "a dump from before the first migration",
        &[
            (
                "schema.sql",
                "\\restrict x\nSELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE public.orders (\n    id bigint NOT NULL,\n    note character varying(50)\n);\n\\unrestrict x\n",
            ),
            ("mig-lint.toml", "base-schema = \"schema.sql\""),
            (
                "m/0001.sql",
                "ALTER TABLE orders ALTER note TYPE varchar(90); DROP TABLE IF EXISTS never;",
            ),
        ],
        &["info statistics-lost"],
    ),
    (
        "a dump of one history",
        &[
            (
                "schema.sql",
                "CREATE TABLE public.orders (id bigint NOT NULL, note character varying(50));\n",
            ),
            (
                "mig-lint.toml",
                "[[history]]\npath = \"m\"\nbase-schema = \"schema.sql\"",
            ),
            (
                "m/0001.sql",
                "ALTER TABLE orders ALTER note TYPE varchar(90); ALTER TABLE orders ALTER id SET DEFAULT 1;",
            ),
            ("m/0002.sql", "ALTER TABLE orders ALTER note TYPE varchar(20);"),
        ],
        &[
            "error alter-column-type",
            "info statistics-lost",
            "warning narrowing-type",
        ],
    ),
];

const MODEL: (&str, &str) = (
    "shop/migrations/0001_initial.py",
    "migrations.CreateModel('Order', [('id', models.BigAutoField(primary_key=True)), ('note', models.TextField())])",
);

const PROJECTS: &[Case<'_>] = &[
    (
        "a column that the state gave up before",
        &[
            MODEL,
            (
                "shop/migrations/0002_a.py",
                "migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField('order', 'note')])",
            ),
            (
                "shop/migrations/0003_b.py",
                "migrations.RunSQL('ALTER TABLE shop_order DROP COLUMN note')",
            ),
        ],
        &["info drop-column", "info irreversible-operation"],
    ),
    (
        "a column that it gives up with the same migration",
        &[
            MODEL,
            (
                "shop/migrations/0002_a.py",
                "migrations.RunSQL('ALTER TABLE shop_order DROP COLUMN note', state_operations=[migrations.RemoveField('order', 'note')])",
            ),
        ],
        &["error drop-column", "info irreversible-operation"],
    ),
    (
        "a table that it gave up before",
        &[
            MODEL,
            (
                "shop/migrations/0002_a.py",
                "migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel('Order')])",
            ),
            (
                "shop/migrations/0003_b.py",
                "migrations.RunSQL('DROP TABLE shop_order')",
            ),
        ],
        &["info drop-table", "info irreversible-operation"],
    ),
    (
        "a table that another model has taken over",
        &[
            MODEL,
            (
                "shop/migrations/0002_a.py",
                "migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel('Order'), migrations.CreateModel('Sale', [('id', models.BigAutoField(primary_key=True))], options={'db_table': 'shop_order'})])",
            ),
            (
                "shop/migrations/0003_b.py",
                "migrations.RunSQL('DROP TABLE shop_order')",
            ),
        ],
        &["error drop-table", "info irreversible-operation"],
    ),
    (
        "a second initial migration",
        &[
            MODEL,
            (
                "shop/migrations/0002_initial.py",
                "migrations.AddField('order', 'k', models.IntegerField(default=1)), migrations.AddIndex('order', models.Index(fields=['k'], name='k'))",
            ),
        ],
        &[],
    ),
];

fn found(folder: &Path, files: &[(&str, String)], checked: &str) -> Vec<String> {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }
    let arguments = Arguments {
        paths: vec![folder.join(checked)],
        ..Arguments::default()
    };
    let settings = Settings::resolve(arguments).expect("a good config");
    let report = engine::run(&settings, false);
    let told = report.findings.iter();
    let told = told.filter(|one| one.rule != "lock-without-timeout");
    let mut told: Vec<String> = told
        .map(|one| format!("{} {}", one.level.name(), one.rule))
        .collect();
    told.sort();
    told.dedup();
    told
}

#[test]
fn what_scripts_tell() {
    Failures::collect(|failures| {
        for (what, files, expected) in SCRIPTS {
            let folder = tempfile::tempdir().expect("a folder");
            let files: Vec<(&str, String)> = files
                .iter()
                .map(|(name, text)| (*name, (*text).to_owned()))
                .collect();
            let (checked, _) = files.last().expect("a file");
            failures.equal(what, *expected, &found(folder.path(), &files, checked)[..]);
        }
    });
}

#[test]
fn what_a_project_tells() {
    Failures::collect(|failures| {
        for (what, files, expected) in PROJECTS {
            let folder = tempfile::tempdir().expect("a folder");
            let mut all = vec![
                ("manage.py", String::new()),
                ("mig-lint.toml", "[django]\nversion = \"5.2\"".to_owned()),
                ("shop/__init__.py", String::new()),
                ("shop/migrations/__init__.py", String::new()),
            ];
            let mut before = String::new();
            for (name, operations) in *files {
                let initial = name.ends_with("initial.py");
                let is_initial = if initial { "    initial = True\n" } else { "" };
                all.push((
                    name,
                    format!(
                        "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n{is_initial}    dependencies = [{before}]\n    operations = [{operations}]\n"
                    ),
                ));
                let name = name.trim_start_matches("shop/migrations/");
                before = format!("('shop', '{}')", name.trim_end_matches(".py"));
            }
            let (checked, _) = *all.last().expect("a file");
            failures.equal(what, *expected, &found(folder.path(), &all, checked)[..]);
        }
    });
}

/// What is there, a statement, and what PostgreSQL 14.23, 16.14 and 18.4 were seen to lock beyond the obvious: `relation lock work`; `!relation`: not touched.
const LOCKS: &[(&str, &str, &[&str])] = &[
    (
        "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE ev (id int, p_id int REFERENCES p) PARTITION BY RANGE (id); CREATE TABLE ev0 PARTITION OF ev FOR VALUES FROM (0) TO (9);",
        "ALTER TABLE p ALTER COLUMN id TYPE bigint",
        &["ev0 AccessExclusive Scan"],
    ),
    (
        "CREATE TABLE ev (id int PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE ev0 PARTITION OF ev FOR VALUES FROM (0) TO (9); CREATE TABLE c (e int REFERENCES ev);",
        "ALTER TABLE c ALTER COLUMN e TYPE bigint",
        &["ev0 AccessExclusive Scan"],
    ),
    (
        "CREATE TABLE ev (id int PRIMARY KEY) PARTITION BY HASH (id); CREATE TABLE ev0 PARTITION OF ev FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE ev1 PARTITION OF ev FOR VALUES WITH (MODULUS 2, REMAINDER 1); CREATE TABLE c (e int REFERENCES ev);",
        "DROP TABLE ev0 CASCADE",
        &["c AccessExclusive None", "ev1 AccessExclusive None"],
    ),
    (
        "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE ev (id int, x int, p_id int REFERENCES p) PARTITION BY RANGE (id); CREATE TABLE ev1 PARTITION OF ev FOR VALUES FROM (0) TO (9) PARTITION BY RANGE (x); CREATE TABLE ev1a PARTITION OF ev1 FOR VALUES FROM (0) TO (9);",
        "ALTER TABLE ev1 DETACH PARTITION ev1a",
        &["p ShareRowExclusive None"],
    ),
    (
        "CREATE TABLE a (id int CONSTRAINT a_pkey PRIMARY KEY); CREATE TABLE b () INHERITS (a); CREATE TABLE c (a_id int);",
        "ALTER TABLE c ADD FOREIGN KEY (a_id) REFERENCES a",
        &["!b"],
    ),
    (
        "CREATE TABLE a (id int CONSTRAINT a_pkey PRIMARY KEY); CREATE TABLE b () INHERITS (a);",
        "ALTER TABLE a DROP CONSTRAINT a_pkey",
        &["!b"],
    ),
    (
        "CREATE TABLE a (id int CONSTRAINT c CHECK (id > 0)); CREATE TABLE b () INHERITS (a);",
        "ALTER TABLE a VALIDATE CONSTRAINT c",
        &["!b"],
    ),
    (
        "CREATE TABLE ev (id int, q int) PARTITION BY RANGE (id); ALTER TABLE ev ADD CONSTRAINT c CHECK (q IS NOT NULL) NOT VALID; CREATE TABLE ev0 PARTITION OF ev FOR VALUES FROM (0) TO (9);",
        "ALTER TABLE ev ALTER q SET NOT NULL",
        &["ev0 AccessExclusive None"],
    ),
    (
        "CREATE TABLE e (id int, email text, note text); CREATE INDEX ON e (email) INCLUDE (note);",
        "DROP INDEX e_email_note_idx",
        &["e AccessExclusive None"],
    ),
    (
        "CREATE TABLE hosts (id int PRIMARY KEY); CREATE TABLE ev (id int, h int REFERENCES hosts) PARTITION BY RANGE (id); CREATE TABLE ev0 PARTITION OF ev FOR VALUES FROM (0) TO (9); ALTER TABLE ev DETACH PARTITION ev0;",
        "DROP TABLE ev0",
        &["hosts AccessExclusive None", "!ev"],
    ),
    (
        "CREATE TABLE ev (k int, a int) PARTITION BY RANGE (k); CREATE TABLE ev0 PARTITION OF ev FOR VALUES FROM (0) TO (9); CREATE TABLE ev1 PARTITION OF ev FOR VALUES FROM (9) TO (20);",
        "UPDATE ev SET a = 1 WHERE k = 7 % 300",
        &["ev0 RowExclusive RowWrites", "!ev1"],
    ),
];

#[test]
fn what_else_is_locked() {
    Failures::collect(|failures| {
        for (before, statement, expected) in LOCKS {
            let history = vec![
                migration("before.sql", before, TransactionMode::PerStatement, false),
                migration("now.sql", statement, TransactionMode::PerFile, true),
            ];
            let mut judged = judged(history, Version::NEWEST);
            let reports = judged.migrations.pop().expect("it is reported").statements;
            let prediction = reports[0].prediction.as_ref().expect("a prediction");
            for wanted in *expected {
                let name = wanted.split(' ').next().unwrap_or_default();
                let name = name.trim_start_matches('!');
                let found = prediction.effects.iter().find(|one| one.relation == name);
                let found = found.map_or_else(
                    || format!("!{name}"),
                    |one| format!("{name} {:?} {:?}", one.lock, one.work),
                );
                failures.equal(statement, *wanted, &*found);
            }
        }
    });
}
