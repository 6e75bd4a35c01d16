//! Histories that are not whole: they need what others make, or cannot run here.

use crate::of_path;
use mig_lint::prove::Verdict;
use mig_lint_demo_db::Server;

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
