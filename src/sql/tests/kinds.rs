use super::action;
use crate::ir::{Action, Utility};

#[test]
fn every_family_is_known_by_its_kind() {
    let cases = [
        ("drop table if exists a, b.c cascade", "drop-table"),
        ("drop index concurrently i", "drop-index"),
        ("drop function f(int, text), g", "drop-function"),
        ("drop operator @@ (int, int)", "drop-object"),
        ("drop cast (int as text)", "drop-object"),
        ("drop owned by r cascade", "drop-owned"),
        (
            "create or replace temp view v (a) with (security_barrier) as select 1",
            "create-view",
        ),
        (
            "create materialized view if not exists v as select 1 with no data",
            "create-materialized-view",
        ),
        (
            "refresh materialized view concurrently v",
            "refresh-materialized-view",
        ),
        ("create type e as enum ('a', 'b')", "create-enum"),
        ("create type r as range (subtype = float8)", "create-type"),
        ("create type shell", "create-type"),
        (
            "alter type e add value if not exists 'c' after 'b'",
            "alter-enum-add-value",
        ),
        ("alter type e rename value 'a' to 'b'", "alter-type"),
        (
            "alter domain d add constraint c check (value > 0) not valid",
            "alter-domain",
        ),
        (
            "create temporary sequence if not exists s increment 2",
            "create-sequence",
        ),
        (
            "create schema if not exists authorization r",
            "create-schema",
        ),
        (
            "create extension if not exists pg_trgm with schema public cascade",
            "create-extension",
        ),
        (
            "create or replace function f() returns int language sql begin atomic select 1; select 2; end",
            "create-function",
        ),
        (
            "create procedure p() language sql as 'select 1'",
            "create-procedure",
        ),
        ("alter function f(int) owner to r", "alter-function"),
        (
            "create operator === (leftarg = int, function = f)",
            "create-operator",
        ),
        (
            "create text search configuration c (copy = simple)",
            "create-text-search-configuration",
        ),
        ("create server s foreign data wrapper w", "create-server"),
        (
            "create event trigger t on ddl_command_start execute function f()",
            "create-event-trigger",
        ),
        (
            "create publication p for table a, b (x) where (x > 1), tables in schema s",
            "create-publication",
        ),
        ("create role r login", "create-role"),
        ("alter role all set work_mem = '1MB'", "alter-role"),
        (
            "alter default privileges in schema s grant select on tables to r",
            "alter-default-privileges",
        ),
        (
            "create statistics s (ndistinct) on a, b from t",
            "create-statistics",
        ),
        (
            "create constraint trigger g after insert or update of a on t from u deferrable for each row when (new.a > 1) execute function f('x')",
            "create-trigger",
        ),
        (
            "create rule r as on insert to t do instead nothing",
            "create-rule",
        ),
        (
            "create policy p on t as restrictive for update to a, b using (true) with check (false)",
            "create-policy",
        ),
        ("alter trigger g on t rename to h", "alter-trigger"),
        ("security label for selinux on table t is 'x'", "comment"),
        (
            "grant select (a, b), update on table t to r with grant option",
            "grant",
        ),
        (
            "revoke grant option for all privileges on t from r cascade",
            "revoke",
        ),
        (
            "import foreign schema s limit to (a, b) from server v into w",
            "import-foreign-schema",
        ),
        ("cluster verbose t using i", "cluster"),
        ("checkpoint", "checkpoint"),
        (
            "start transaction isolation level serializable, read only",
            "begin",
        ),
        ("commit prepared 'x'", "prepare-transaction"),
        ("prepare p (int) as select $1", "prepare"),
        ("execute p (1)", "execute"),
        ("fetch all in c", "fetch"),
        ("explain (analyze off, verbose) delete from t", "explain"),
        ("explain (analyze, costs off) delete from t", "delete"),
        (
            "declare c no scroll cursor with hold for select * from t",
            "select",
        ),
        ("copy t (a, b) from stdin with (format csv)", "copy"),
        ("copy (delete from t returning a) to stdout", "delete"),
        ("call s.p(1, 'x')", "call"),
    ];
    for (text, kind) in cases {
        assert_eq!(action(text).kind(), kind, "{text}");
    }
}

#[test]
fn what_postgresql_refuses_is_not_claimed_to_be_known() {
    let cases = [
        "drop table a b",
        "drop trigger g",
        "drop index i cascade restrict",
        "refresh materialized view v now",
        "truncate a b",
        "lock table t in some mode",
        "vacuum full t t",
        "reindex t",
        "cluster i on",
        "comment on table t 'x'",
        "comment on column c is 'x'",
        "grant on t to r",
        "create policy p on t for nothing",
        "create trigger g on t execute function f()",
        "create view v select 1",
        "create type e enum",
        "create domain d int not",
        "create sequence s of t",
        "create extension a b c",
        "begin now",
        "rollback to",
        "set x",
        "reset",
        "do language plpgsql",
        "call p",
        "explain analyze nothing",
        "update set a = 1",
        "delete t",
        "insert t values (1)",
        "copy t into stdin",
    ];
    for text in cases {
        assert!(
            matches!(
                super::all(text).statements.first().map(|s| &s.action),
                None | Some(Action::Unknown)
            ),
            "{text}: {:?}",
            super::all(text)
        );
    }
}

#[test]
fn what_no_transaction_block_allows_is_marked() {
    let cases = [
        ("create database d owner r", true),
        ("create tablespace t location '/x'", true),
        ("alter system set work_mem = '1MB'", true),
        ("alter database d set tablespace t", true),
        ("create subscription s connection 'c' publication p", true),
        ("alter subscription s refresh publication", true),
        ("show all", false),
        ("listen c", false),
    ];
    for (text, expected) in cases {
        let Action::Utility(Utility {
            outside_transaction,
            ..
        }) = action(text)
        else {
            panic!("{text}");
        };
        assert_eq!(outside_transaction, expected, "{text}");
    }
    let known =
        action("create subscription s connection 'c' publication p with (create_slot = false)");
    assert_eq!(known.kind(), "create-subscription");
    assert!(matches!(known, Action::CreateObject(_)));
}
