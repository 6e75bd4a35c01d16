//! What the grammar refuses: at which place, from which version on it does not, and what it must never refuse.

use super::all;
use crate::postgres::Version;

/// Statements with the place of the first token that is wrong marked by `^`, as servers of version 18 put it.
const REFUSED: &[&str] = &[
    // Commas, and what is missing.
    "create table t (id bigint,^)",
    "create table t (id bigint^ b int)",
    "create table t (id bigint, ^, b int)",
    "alter table t add column^",
    "alter table t add column x^",
    "select a from t where id = ^",
    "select a from t where id =  ^; select 1",
    "select a b ^c from t",
    "select a, ^from t",
    "select * from ^where a = 1",
    "update t set ^where a = 1",
    "insert into t (a,^) values (1)",
    "insert into t values (1,^)",
    "select (1 + ^)",
    // The order of clauses, and what follows a whole statement.
    "select a from t limit 1 ^where a = 1",
    "select a from t order by a ^group by a",
    "delete from t returning a ^where a = 1",
    "create index on t (a) where a > 0 ^include (b)",
    "drop table t ^now",
    "create table t (a int)\n^create table u (a int)",
    "commit ^please",
    // Operators.
    "select a < b ^< c from t",
    "select a between 1 and 2 ^between 3 and 4",
    "select a = ^= b from t",
    "select a is ^b from t",
    "select a not between^",
    // Words that are names nowhere, or not here.
    "create table ^user (a int)",
    "create table t (^order int)",
    "select a from t as ^select",
    "create ^tabel t (a int)",
    "alter table t ^modify column a int",
    "alter table t alter column a ^int",
    "create table t (a int ^auto_increment)",
    "create table t (a int) ^engine = innodb",
    "create table ^`t` (a int)",
    "select ^[a] from t",
    // Clauses where they may not stand.
    "alter table t add constraint c unique (a) ^not valid",
    "alter table t add constraint c check (a > 0) ^deferrable",
    "create table t (a int references u (a) match ^partial)",
    "create unique index on only^",
    "grant select ^t to r",
    "select sum(a) over (rows unbounded ^following) from t",
    "select ^U&'\\12'",
];

/// Bodies that CREATE FUNCTION or DO refuse, and where.
const BODIES: &[&str] = &[
    "begin null;^",
    "^null; end",
    "begin if true then null; else if false then null; end if; end^",
    "begin for i in 1..5 null^; end loop; end",
    "begin while true loop exit; end ^while; end",
    "begin ^x := 1; end",
    "begin create ^tabel t (a int); end",
    "begin perform ^select 1; end",
    "begin loop null; end loop ^end",
    "declare a int; begin select 1 into ^b; end",
    "begin raise notice ^'% %', 1; end",
    "begin return 1 end^",
    "declare a int ^int; begin end",
    "begin null; exception when others ^null; end",
    "begin execute 'x' ^'y'; end",
];

/// Statements that all versions take, and that look as if they did not.
const TAKEN: &[&str] = &[
    "release savepoint",
    "select between from t",
    "select 1 value, 2 key, 3 at",
    "select a from t order by a nulls first",
    "select ((select 1) union (select 2)) + 1",
    "select * from ((select 1) a join (select 2) b on true)",
    "select * from a join b join c on true on true",
    "select a is null is null, not a = not b",
    "select (a, b) overlaps (c, d), a::int[][3], -2 ^ -3",
    "create index on t (lower(a), (b + 1) desc nulls last, c text_ops)",
    "create table t (name text, value double precision)",
    "create function f(double precision, out x int, y int = 3) returns int language c as 'a', 'b'",
    "do $$ begin end $$",
    "do $$ <<l>> declare a int := 1; begin l.a := a; for i in reverse 3..1 by 2 loop exit when i = 1; end loop; end l $$",
    "do $$ declare r record; begin for r in select 1 as x loop raise notice '% %%', r.x; end loop; return; end $$",
    "do 'begin raise notice ''it''''s''; end'",
    "do $$ begin execute 'x' into strict found using 1, 2; get diagnostics found = row_count; end $$",
    "create function f() returns trigger language plpgsql as $$ begin new.a = 1; if tg_op = 'x' then return old; end if; return new; end $$",
];

/// Statements, and the versions that know them.
const KNOWN: &[(&str, u8, u8)] = &[
    (
        "merge into t using u on true when matched then delete",
        15,
        18,
    ),
    ("select 0x1f", 16, 18),
    ("select * from (select 1)", 16, 18),
    ("alter table t set access method heap", 15, 18),
    ("select 1x", 14, 14),
    ("select a is json from t", 16, 18),
    ("select a at local from t", 17, 18),
    (
        "merge into t using u on true when matched then delete returning *",
        17,
        18,
    ),
    (
        "alter table t add c int generated always as (1) virtual",
        18,
        18,
    ),
    (
        "create table t (id int, v daterange, primary key (id, v without overlaps))",
        18,
        18,
    ),
    (
        "alter table t add constraint c check (a > 0) not enforced",
        18,
        18,
    ),
    ("select * from json_table('[1]', '$[*]') as j", 14, 16),
    (
        "do $$ begin perform json_scalar(1); merge into t using u on true when matched then delete; end $$",
        15,
        18,
    ),
];

/// The text without its mark, and where that stood.
fn unmarked(marked: &str) -> (String, usize) {
    let at = marked.find('^').expect("a mark");
    (format!("{}{}", &marked[..at], &marked[at + 1..]), at)
}

#[test]
fn what_no_version_takes_is_refused_where_servers_refuse_it() {
    let mut wrong = Vec::new();
    let bodies = BODIES.iter().map(|body| format!("do $x${body}$x$"));
    let all_of_them = REFUSED.iter().map(ToString::to_string).chain(bodies);
    for marked in all_of_them {
        let (text, at) = unmarked(&marked);
        let parsed = all(&text);
        let places: Vec<usize> = parsed
            .problems
            .iter()
            .map(|problem| problem.span.start)
            .collect();
        if places != [at]
            && !(places.len() == 1 && text[places[0].min(at)..places[0].max(at)].trim().is_empty())
        {
            wrong.push(format!("{marked}: {:?}", parsed.problems));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_all_versions_take_is_never_refused() {
    let mut wrong = Vec::new();
    for text in TAKEN {
        let parsed = all(text);
        let known = parsed
            .statements
            .iter()
            .all(|statement| statement.known.is_none());
        if !parsed.problems.is_empty() || parsed.statements.len() != 1 || !known {
            wrong.push(format!("{text}: {parsed:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_some_versions_know_is_told_apart() {
    let mut wrong = Vec::new();
    for (text, from, to) in KNOWN {
        let parsed = all(text);
        let known = parsed
            .statements
            .first()
            .and_then(|statement| statement.known);
        let found = known.map(|known| (known.from.major(), known.to.major()));
        if found != Some((*from, *to)) {
            wrong.push(format!("{text}: {found:?} {:?}", parsed.problems));
        }
        let held =
            Version::all().filter(|version| known.is_some_and(|known| known.holds(*version)));
        if held.count() != usize::from(to - from + 1) {
            wrong.push(format!("{text}: {known:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_template_is_never_a_syntax_error() {
    for text in [
        "alter table {{ table }} add column a int,",
        "grant select on t to :role now",
        "create index i on ${schema}.t (a",
        "do $$ begin create tabel {{ x }}; end $$",
        "do $$ begin alter table \"{{ index .Options \"Namespace\" }}\".\"users\" rename column a to b; end $$",
    ] {
        let problems = all(text).problems;
        let said = problems
            .iter()
            .any(|problem| problem.message.contains("syntax error"));
        assert!(!said, "{text}: {problems:?}");
    }
}

#[test]
fn one_statement_that_is_refused_hides_none_of_the_others() {
    let parsed = all(
        "create table t (a int,); drop table u; select from where; do $$ begin x; end $$; drop table v",
    );
    assert_eq!(parsed.problems.len(), 3);
    assert_eq!(parsed.statements.len(), 2);
}
