//! What the tests of rows share: a scratch database, and short ways to ask it.

use std::path::PathBuf;

use mig_lint_demo_db::notices::Silent;
use mig_lint_demo_db::seed::Columns;
use mig_lint_demo_db::{Server, Session, Wanted};

/// Runs a test in a scratch database of a private server; `MIG_LINT_TEST_PG_BIN` names another one's programs.
pub(crate) fn scratch(test: impl FnOnce(&mut Session)) {
    let pg_bin = std::env::var_os("MIG_LINT_TEST_PG_BIN").map(PathBuf::from);
    let wanted = Wanted {
        pg_bin,
        ..Wanted::default()
    };
    let server = Server::open(&wanted, &Silent).expect("a server");
    let scratch = server.scratch().expect("a scratch database");
    let mut session = scratch.connect("test").expect("a session");
    test(&mut session);
}

/// Recipes, as they stand in a file.
pub(crate) fn columns(text: &str) -> Columns {
    toml::from_str(text).expect("recipes")
}

/// The fields of the first row, with blanks.
pub(crate) fn one(session: &mut Session, query: &str) -> String {
    let rows = session.rows(query).expect(query);
    let fields = rows.into_iter().next().unwrap_or_default();
    fields
        .into_iter()
        .map(|field| field.unwrap_or_else(|| "NULL".to_owned()))
        .collect::<Vec<_>>()
        .join(" ")
}

/// All that the catalog says of a table, its indexes, constraints and triggers, but for sizes, files and statistics.
pub(crate) fn table(session: &mut Session, name: &str) -> String {
    let query = format!(
        "SELECT json_build_array(
            (SELECT json_agg(to_jsonb(a) ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = t.oid),
            (SELECT json_agg(to_jsonb(i) || jsonb_build_object('definition', pg_get_indexdef(i.indexrelid)) ORDER BY i.indexrelid)
                FROM pg_index i WHERE i.indrelid = t.oid),
            (SELECT json_agg(to_jsonb(c) - '{{relfilenode,reltuples,relpages,relallvisible,relallfrozen,relfrozenxid,relminmxid}}'::text[] ORDER BY c.oid)
                FROM pg_class c WHERE c.oid = t.oid OR c.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = t.oid)),
            (SELECT json_agg(to_jsonb(c) || jsonb_build_object('definition', pg_get_constraintdef(c.oid)) ORDER BY c.oid)
                FROM pg_constraint c WHERE c.conrelid = t.oid OR c.confrelid = t.oid),
            (SELECT json_agg(to_jsonb(g) ORDER BY g.oid) FROM pg_trigger g WHERE g.tgrelid = t.oid),
            (SELECT json_agg(to_jsonb(d) ORDER BY d.objoid) FROM pg_description d)
        ) FROM pg_class t WHERE t.oid = '{name}'::regclass"
    );
    one(session, &query)
}
