//! A server starts, a scratch database is there for as long as its value, and nothing stays behind.

use mig_lint_demo_db::notices::Silent;
use mig_lint_demo_db::{Server, Wanted};

#[test]
fn a_private_server_starts_and_a_scratch_database_comes_and_goes() {
    let server = Server::open(&Wanted::default(), &Silent).expect("a server");
    assert!(server.is_private());
    assert!(server.version().major >= 14);
    let scratch = server.scratch().expect("a scratch database");
    let mut session = scratch.connect("test").expect("a session");
    session
        .run("CREATE TABLE t (i int); INSERT INTO t VALUES (1), (NULL)")
        .expect("rows");
    let rows = session
        .rows("SELECT i, current_database() FROM t ORDER BY i")
        .expect("rows");
    let name = Some(scratch.name().to_owned());
    assert_eq!(
        rows,
        [vec![Some("1".to_owned()), name.clone()], vec![None, name]]
    );
    assert!(session.pid() > 0);
    let error = session.run("SELECT 1/0").expect_err("division by zero");
    assert_eq!(error.sqlstate(), Some("22012"));
}
