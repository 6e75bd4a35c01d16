//! Histories that are not whole: they need what others make, or cannot run here.

use crate::{TABLE, of_path, outcome};
use mig_lint::config::Settings;
use mig_lint::prove::{Outcome, Subject, Verdict};
use mig_lint::source::TransactionMode;
use mig_lint_demo_db::Server;
use std::path::Path;

/// Tables of other apps, and what a platform brings, are there in production; here stand-ins take their place.
pub(crate) fn that_want_others(server: &Server) {
    let first = "CREATE TABLE shop_order (id bigint PRIMARY KEY, user_id integer NOT NULL, kind tier);
        ALTER TABLE shop_order ADD CONSTRAINT by_user FOREIGN KEY (user_id) REFERENCES auth_user (id) DEFERRABLE INITIALLY DEFERRED;
        CREATE TABLE auth.tokens (id bigint PRIMARY KEY, session uuid REFERENCES platform.sessions (token));\n";
    let second = "ALTER TABLE auth_user ADD COLUMN vip boolean;
        CREATE INDEX shop_order_user ON shop_order (user_id);\n";
    let runs = of_path(server, first, second, 60);
    assert_eq!(runs.mismatches(), 0, "{runs:#?}");
    let steps = &runs.cases[0].steps;
    assert_eq!(steps.len(), 2, "{}", runs.reason);
    assert!(
        steps.iter().all(|step| step.error.is_none()),
        "{}",
        runs.reason
    );
}

/// What cannot run here is left out of what only prepares; functions, types, schemas and tables of a platform and of the runner get stand-ins.
pub(crate) fn that_cannot_run(server: &Server) {
    let first = "CREATE EXTENSION no_such_extension;
        CREATE TABLE a (id bigint PRIMARY KEY, owner uuid DEFAULT auth.uid(), at vectors(3), name citext, tags \"app.fields.Tags\");
        CREATE FUNCTION later() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM made_later';
        CREATE TRIGGER touched BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION moddatetime();
        CREATE INDEX a_at ON a USING no_such_method (at);
        INSERT INTO storage.buckets (id, name) VALUES ('a', 'a');
        CREATE TABLE b (id int PRIMARY KEY, odd int DEFAULT no_such_column);
        UPDATE _sqlx_migrations SET success = true WHERE version = 1;\n";
    let second = "ALTER TABLE a ADD note text;\nALTER TABLE b ADD note text;\n";
    let runs = of_path(server, first, second, 60);
    assert_eq!(runs.mismatches(), 0, "{runs:#?}");
    let steps = &runs.cases[0].steps;
    assert_eq!(steps.len(), 2, "{}", runs.reason);
    let errors: Vec<_> = steps
        .iter()
        .filter_map(|step| step.error.as_ref())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
}

/// A table for which no rows can be made is named, and only the statement that works on its rows is not tried.
pub(crate) fn without_rows(server: &Server) {
    let first = "CREATE TABLE odd (id int PRIMARY KEY, v int NOT NULL CHECK (v * v = 2));
        CREATE TABLE plain (id int PRIMARY KEY, v int);\n";
    let second = "CREATE INDEX plain_v ON plain (v);\nCREATE INDEX odd_v ON odd (v);\n";
    let runs = of_path(server, first, second, 60);
    assert_eq!(runs.verdict, Verdict::Inconclusive, "{}", runs.reason);
    assert!(
        runs.reason.contains("odd could not be filled with rows"),
        "{}",
        runs.reason
    );
    let unclear: Vec<usize> = runs.cases[0]
        .steps
        .iter()
        .map(|step| step.unclear.len())
        .collect();
    assert_eq!(unclear, [0, 1], "{runs:#?}");
    let shown: Vec<&str> = runs
        .findings
        .iter()
        .map(|found| found.verdict.name())
        .collect();
    assert_eq!(shown, ["seen", "not tried"], "{runs:#?}");
}

/// What came of files, of which `settings` says how they are proven.
fn of_files(
    server: &Server,
    files: &[(&str, &str)],
    settings: impl FnOnce(&Path) -> Settings,
) -> Outcome {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        let above = path.parent().expect("a folder above it");
        std::fs::create_dir_all(above).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    let subject = Subject::Path(Box::new(settings(folder.path())));
    outcome(server, subject, true, 60)
}

/// Of a runner that runs all pending migrations in one transaction, those that are pending run so; where nothing says what is, each runs alone.
pub(crate) fn all_pending(server: &Server) {
    let files = [
        ("0001.sql", TABLE),
        ("0002.sql", "CREATE INDEX t_v ON t (v);\n"),
        ("0003.sql", "CREATE TABLE u (id int);\n"),
    ];
    let with = |start_after: Option<&str>| {
        of_files(server, &files, |folder| Settings {
            paths: vec![folder.to_owned()],
            transaction: Some(TransactionMode::AllPending),
            start_after: start_after.map(str::to_owned),
            ..Settings::default()
        })
    };
    for (start_after, rides, waiting) in [(Some("0001"), 1, 2), (None, 2, 1)] {
        let runs = with(start_after);
        assert_eq!(runs.mismatches(), 0, "{runs:#?}");
        let case = &runs.cases[0];
        assert_eq!(case.rides.len(), rides, "{start_after:?}");
        let steps = case.steps.iter();
        let waits = steps.filter(|step| step.waits.values().any(|kinds| !kinds.is_empty()));
        assert_eq!(waits.count(), waiting, "{start_after:?}: {runs:#?}");
    }
}

const APP: [(&str, &str); 5] = [
    ("manage.py", ""),
    ("shop/__init__.py", ""),
    ("shop/migrations/__init__.py", ""),
    (
        "shop/migrations/0001_initial.py",
        "from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(primary_key=True)),
                ('number', models.IntegerField(unique=True)),
                ('note', models.CharField(max_length=40)),
            ],
        ),
    ]
",
    ),
    (
        "shop/migrations/0002_paid.py",
        "from django.db import migrations, models


def fill(apps, schema_editor):
    Order = apps.get_model('shop', 'Order')
    for order in Order.objects.all():
        order.paid = order.number > 3
        order.number = order.number + 1
        order.save(update_fields=['paid', 'number'])
    Order.objects.filter(note='gone').delete()


class Migration(migrations.Migration):
    dependencies = [('shop', '0001_initial')]
    operations = [
        migrations.AddField('order', 'paid', models.BooleanField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
",
    ),
];

/// What a function does runs as the SQL that was read of it; what could not be read is named, and then nothing is called proven.
pub(crate) fn of_python(server: &Server) {
    let named = |files: &[(&str, &str)], name: &str| {
        of_files(server, files, |folder| Settings {
            paths: vec![folder.join("shop/migrations").join(name)],
            ..Settings::default()
        })
    };
    let runs = named(&APP, "0002_paid.py");
    assert_eq!(runs.mismatches(), 0, "{runs:#?}");
    let steps = &runs.cases[0].steps;
    let sql: Vec<&str> = steps.iter().map(|step| step.sql.as_str()).collect();
    assert!(sql.iter().any(|sql| sql.starts_with("UPDATE")), "{sql:?}");
    assert!(sql.iter().any(|sql| sql.starts_with("DELETE")), "{sql:?}");
    assert!(
        steps.iter().all(mig_lint::prove::StepReport::is_tried),
        "{runs:#?}"
    );
    let opaque = APP[4].1.replace(
        "for order in Order.objects.all():",
        "for order in unknown(Order):",
    );
    let mut files = APP;
    files[4].1 = &opaque;
    let runs = named(&files, "0002_paid.py");
    assert_ne!(runs.verdict, Verdict::Proven, "{runs:#?}");
    assert!(runs.reason.contains("is not run: "), "{}", runs.reason);
}

/// A type that the server cannot read in binary keeps only its own table from being filled.
pub(crate) fn with_types_of_their_own(server: &Server) {
    let first = "CREATE TYPE odd;
        CREATE FUNCTION odd_in(cstring) RETURNS odd LANGUAGE internal IMMUTABLE STRICT AS 'textin';
        CREATE FUNCTION odd_out(odd) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
        CREATE FUNCTION odd_send(odd) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'textsend';
        CREATE TYPE odd (INPUT = odd_in, OUTPUT = odd_out, SEND = odd_send, LIKE = text);
        CREATE TABLE odder (id int PRIMARY KEY, o odd);
        CREATE TABLE pointing (id int PRIMARY KEY, odder int REFERENCES odder);
        CREATE TABLE free (id int PRIMARY KEY, list odd[]);\n";
    let second = "CREATE INDEX odder_id ON odder (id);\nCREATE INDEX free_id ON free (id);\n";
    let runs = of_path(server, first, second, 60);
    assert_eq!(runs.mismatches(), 0, "{runs:#?}");
    let unclear = runs.cases[0].steps.iter().map(|step| step.unclear.len());
    assert_eq!(unclear.collect::<Vec<_>>(), [1, 0], "{runs:#?}");
}

/// A table in which the history has put some rows gets more, so that work on it is seen to grow.
pub(crate) fn with_rows_of_their_own(server: &Server) {
    let first = "CREATE TABLE t (id int PRIMARY KEY, code text NOT NULL UNIQUE);
        INSERT INTO t VALUES (1, 'a'), (7, 'b');\n";
    let runs = of_path(server, first, "CREATE INDEX t_code ON t (code);\n", 60);
    assert!(runs.as_expected(), "{runs:#?}");
    assert!(runs.cases[0].steps[0].grows, "{runs:#?}");
}

/// What a constraint puts off to the end of the transaction fails there, and that is the statement's failure.
pub(crate) fn that_fail_at_their_end(server: &Server) {
    let first = "CREATE TABLE p (id int PRIMARY KEY);
        CREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED);\n";
    let runs = of_files(
        server,
        &[
            ("0001.sql", first),
            ("0002.sql", "INSERT INTO c VALUES (-1);\n"),
        ],
        |folder| Settings {
            paths: vec![folder.to_owned()],
            transaction: Some(TransactionMode::PerStatement),
            ..Settings::default()
        },
    );
    assert_eq!(runs.verdict, Verdict::Inconclusive, "{runs:#?}");
    assert!(runs.reason.contains("23503"), "{}", runs.reason);
    assert_eq!(runs.tally().tried, 0, "{runs:#?}");
}

/// Of a partition that code has made nothing is predicted, and nothing is compared.
pub(crate) fn with_partitions_of_code(server: &Server) {
    let first = "CREATE TABLE p (id int, at date NOT NULL) PARTITION BY RANGE (at);
        DO $$ BEGIN EXECUTE format('CREATE TABLE p_%s PARTITION OF p DEFAULT', 1 + 1); END $$;\n";
    let runs = of_path(server, first, "ALTER TABLE p ADD COLUMN note text;\n", 60);
    let step = &runs.cases[0].steps[0];
    assert_eq!(step.mismatch, None, "{runs:#?}");
    assert!(step.waits.contains_key("p_2"), "{runs:#?}");
}
