use super::{action, joined};
use crate::ir::{Action, Dml, DmlKind, RowLock};

fn dml(text: &str) -> Dml {
    match action(text) {
        Action::Dml(dml) => dml,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn targets_and_reads_are_found_wherever_they_stand() {
    let cases = [
        ("select 1", "", ""),
        ("table s.t", "", "s.t"),
        (
            "(select a from t) union all select b from u order by 1, 2",
            "",
            "t u",
        ),
        (
            "select * from a, only b, lateral (select * from c) x, (d join e using (id)), f",
            "",
            "a b c d e f",
        ),
        (
            "select * from a join b on a.x = array[1, c] , d where x in (select y from e)",
            "",
            "a b d e",
        ),
        (
            "select extract(year from a), substring(b from 1 for 2), c is distinct from d from t",
            "",
            "t",
        ),
        (
            "select * from generate_series(1, 2) g, rows from (f(1), g(2)) h, unnest(x) with ordinality as u(a, b), t",
            "",
            "t",
        ),
        ("select x as from, y as table, update from t", "", "t"),
        (
            "with a as (select * from a), b as materialized (select * from a) select * from a, b, c",
            "",
            "a c",
        ),
        (
            "with recursive r(n) as (select 1 union all select n + 1 from r, t) search depth first by n set o select * from r",
            "",
            "t",
        ),
        (
            "select * from (with a as (select 1) select * from a) x, a",
            "",
            "a",
        ),
        (
            "insert into s.t as x (a, b) select a, b from t2 on conflict (a) do update set a = 1, b = 2",
            "s.t",
            "t2",
        ),
        (
            "insert into t with a as (select * from u) select * from a",
            "t",
            "u",
        ),
        (
            "update only t set a = 1, b = (select c from u) from v, w where t.a = v.a",
            "t",
            "u v w",
        ),
        (
            "delete from t using a, b join c using (id) where t.x = a.x",
            "t",
            "a b c",
        ),
        ("delete from t where a in (select a from t)", "t", ""),
        (
            "merge into t using (select * from u) s on s.a = t.a when matched then update set a = 1, b = 2 when not matched then insert values (1)",
            "t",
            "u",
        ),
        ("insert into \"T\" values (1), (2)", "T", ""),
    ];
    for (text, target, reads) in cases {
        let dml = dml(text);
        assert_eq!(joined(dml.target.as_slice()), target, "{text}");
        assert_eq!(joined(&dml.reads), reads, "{text}");
        assert_eq!(dml.writes, [], "{text}");
    }
}

#[test]
fn statements_inside_with_write_too() {
    let moved = dml(
        "with d as (delete from a using x returning *), u as (update b set c = 1 returning *) insert into e select * from d, u, f",
    );
    let writes: Vec<String> = moved
        .writes
        .iter()
        .map(|(kind, name)| format!("{kind:?} {name}"))
        .collect();
    assert_eq!(writes, ["Delete a", "Update b"]);
    assert_eq!(joined(moved.target.as_slice()), "e");
    assert_eq!(joined(&moved.reads), "x f");
    let read = dml("with d as (delete from a returning *) select * from d");
    assert_eq!((read.kind, read.target), (DmlKind::Select, None));
    assert_eq!(read.writes.len(), 1);
}

#[test]
fn inserted_rows_are_literal_only_without_a_source() {
    let cases = [
        ("insert into t values (1), (2)", true),
        ("insert into t default values", true),
        ("insert into t values ((select max(a) from u))", true),
        (
            "insert into t select 1 where not exists (select 1 from t)",
            true,
        ),
        ("insert into t select * from (values (1), (2)) v", true),
        (
            "with i as (insert into u values (1) returning id) insert into t select id from i",
            true,
        ),
        ("insert into t select a from u", false),
        ("insert into t select generate_series(1, 1000000)", false),
        (
            "insert into t select 1 from generate_series(1, 1000000)",
            false,
        ),
        (
            "with x as (select * from u) insert into t select * from x",
            false,
        ),
        ("insert into t table u", false),
    ];
    for (text, literal) in cases {
        assert_eq!(dml(text).literal_rows, literal, "{text}");
    }
}

#[test]
fn predicates_locks_and_calls_are_kept() {
    let text = |text: &str| dml(text).predicate.map(|expr| expr.text);
    assert_eq!(
        text("update t set a = 1 where a = 2 returning *").as_deref(),
        Some("a = 2")
    );
    assert_eq!(text("delete from t"), None);
    assert_eq!(text("update t set a = (select 1 where true)"), None);
    assert_eq!(
        text("delete from t where current of c").as_deref(),
        Some("current of c")
    );
    let lock = |text: &str| dml(text).row_lock;
    assert_eq!(
        lock("select * from t for key share of t skip locked"),
        Some(RowLock::ForKeyShare)
    );
    assert_eq!(
        lock("select * from (select * from t for update) x for share"),
        Some(RowLock::ForUpdate)
    );
    assert_eq!(lock("select substring(a for 2) from t"), None);
    let called = dml(
        "select pg_advisory_lock(1), s.f(g(a)), a::varchar(3), cast(a as char(2)), exists (select 1) from t",
    );
    assert_eq!(joined(&called.calls), "pg_advisory_lock s.f g");
}

#[test]
fn select_into_makes_a_table_and_copy_reads_or_writes() {
    let Action::CreateTableAs(made) = action("select a into temp table n from t, u") else {
        panic!();
    };
    assert!(made.temporary && made.name.name == "n");
    assert_eq!(joined(&made.reads), "t u");
    let Action::Copy { table, from, reads } =
        action("copy (select * from a join b on true) to stdout csv")
    else {
        panic!();
    };
    assert_eq!((table, from, joined(&reads).as_str()), (None, false, "a b"));
    assert!(matches!(
        action("copy t from program 'x'"),
        Action::Copy { from: true, .. }
    ));
}
