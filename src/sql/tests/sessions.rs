use super::action;
use crate::ir::{Action, Transaction};

/// `name=values`, with `local` before it.
fn set(text: &str) -> String {
    let Action::Set(set) = action(text) else {
        panic!("{text}");
    };
    let local = if set.local { "local " } else { "" };
    let value = set
        .value
        .map_or_else(|| "-".to_string(), |value| value.join("|"));
    format!("{local}{}={value}", set.name)
}

#[test]
fn settings_are_read_in_every_form() {
    let cases = [
        ("set lock_timeout = '2s'", "lock_timeout=2s"),
        (
            "set local statement_timeout to 0",
            "local statement_timeout=0",
        ),
        (
            "set session search_path to a, \"B\", public",
            "search_path=a|B|public",
        ),
        ("set search_path to ''", "search_path="),
        ("set search_path = default", "search_path=-"),
        ("SET My.Setting = on", "my.setting=on"),
        ("set time zone 'UTC'", "timezone=UTC"),
        ("set time zone local", "timezone=-"),
        (
            "set session authorization default",
            "session_authorization=-",
        ),
        ("set local role r", "local role=r"),
        ("set schema 's'", "search_path=s"),
        ("set names 'utf8'", "client_encoding=utf8"),
        ("reset all", "all=-"),
        ("reset app.users", "app.users=-"),
        ("discard all", "discard=-"),
        (
            "select pg_catalog.set_config('search_path', '', false)",
            "search_path=",
        ),
        (
            "select set_config('lock_timeout', '5s', true)",
            "local lock_timeout=5s",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(set(text), expected, "{text}");
    }
    assert_eq!(
        action("select set_config('a', b, false) from t").kind(),
        "select"
    );
}

#[test]
fn transactions_begin_and_end() {
    let cases = [
        ("begin work", Transaction::Begin),
        (
            "begin isolation level repeatable read read only",
            Transaction::Begin,
        ),
        ("end", Transaction::Commit { chain: false }),
        (
            "commit transaction and chain",
            Transaction::Commit { chain: true },
        ),
        ("abort and no chain", Transaction::Rollback { chain: false }),
        (
            "rollback work to savepoint S",
            Transaction::RollbackTo("s".to_string()),
        ),
        ("release savepoint a", Transaction::Release("a".to_string())),
        (
            "release savepoint",
            Transaction::Release("savepoint".to_string()),
        ),
        (
            "rollback to savepoint",
            Transaction::RollbackTo("savepoint".to_string()),
        ),
        ("savepoint \"A\"", Transaction::Savepoint("A".to_string())),
        ("prepare transaction 'x'", Transaction::TwoPhase),
        (
            "set constraints all deferred",
            Transaction::SetConstraints {
                names: Vec::new(),
                deferred: true,
            },
        ),
        ("set local transaction read only", Transaction::Other),
    ];
    for (text, expected) in cases {
        assert_eq!(action(text), Action::Transaction(expected), "{text}");
    }
}

#[test]
fn blocks_that_end_the_transaction_are_told_from_those_that_only_name_it() {
    let cases = [
        ("do $$ begin update t set a = 1; commit; end $$", true),
        ("do language plpgsql 'begin rollback; end'", true),
        ("do $$ begin loop commit and chain; end loop; end $$", true),
        ("do $$ begin if a then rollback; end if; end $$", true),
        (
            "do $$ begin raise notice 'commit;'; -- commit;\n end $$",
            false,
        ),
        (
            "do $$ declare commit int; begin commit := 1; perform commit from t; end $$",
            false,
        ),
        (
            "do $x$ begin create table t (a int) on commit drop; end $x$",
            false,
        ),
    ];
    for (text, expected) in cases {
        let Action::Do {
            controls_transaction,
            language,
            ..
        } = action(text)
        else {
            panic!("{text}");
        };
        assert_eq!(
            (controls_transaction, language.as_str()),
            (expected, "plpgsql"),
            "{text}"
        );
    }
}
