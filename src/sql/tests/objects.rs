use super::{action, joined};
use crate::ir::{Action, DomainChange, Name, ObjectKind, ReindexTarget};
use crate::postgres::LockMode;

#[test]
fn drops_name_what_goes() {
    let cases = [
        (
            "drop table if exists a, b.c cascade",
            "a b.c",
            "",
            (true, true, false),
        ),
        (
            "drop index concurrently if exists s.i",
            "s.i",
            "",
            (true, false, true),
        ),
        (
            "drop trigger g on s.t restrict",
            "g",
            "s.t",
            (false, false, false),
        ),
        (
            "drop policy if exists p on t",
            "p",
            "t",
            (true, false, false),
        ),
        (
            "drop aggregate s.a(*), b(int, text)",
            "s.a b",
            "",
            (false, false, false),
        ),
        (
            "drop operator class o using btree cascade",
            "",
            "",
            (false, true, false),
        ),
    ];
    for (text, names, on, flags) in cases {
        let Action::Drop(drop) = action(text) else {
            panic!("{text}");
        };
        assert_eq!(joined(&drop.names), names, "{text}");
        assert_eq!(joined(drop.on.as_slice()), on, "{text}");
        assert_eq!(
            (drop.if_exists, drop.cascade, drop.concurrently),
            flags,
            "{text}"
        );
    }
}

#[test]
fn comments_and_labels_lead_to_the_relation() {
    let cases = [
        ("comment on table s.t is 'x'", "s.t"),
        ("comment on column a.b.c is null", "a.b"),
        ("comment on column b.\"C\" is 'is'", "b"),
        ("comment on constraint c on t is 'x'", "t"),
        ("comment on constraint c on domain d is 'x'", ""),
        ("comment on trigger g on s.t is 'x'", "s.t"),
        ("comment on function f(int) is 'x'", "f"),
        ("comment on cast (int as text) is 'x'", ""),
        ("security label on column t.c is 'x'", "t"),
    ];
    for (text, expected) in cases {
        let Action::Comment { on, .. } = action(text) else {
            panic!("{text}");
        };
        assert_eq!(joined(on.as_slice()), expected, "{text}");
    }
}

#[test]
fn privileges_lead_to_relations_only() {
    let cases = [
        ("grant select (a), update on t, s.u to r", "t s.u", ""),
        ("grant usage on sequence q to r", "q", ""),
        (
            "revoke all on all tables in schema a, b from public",
            "",
            "a b",
        ),
        ("grant execute on all functions in schema a to r", "", ""),
        ("grant usage on schema s to r", "", ""),
        ("grant a, b to c with admin option", "", ""),
    ];
    for (text, relations, schemas) in cases {
        let Action::Grant {
            relations: found,
            all_in_schema,
            ..
        } = action(text)
        else {
            panic!("{text}");
        };
        assert_eq!(
            (joined(&found).as_str(), all_in_schema.join(" ").as_str()),
            (relations, schemas),
            "{text}"
        );
    }
}

#[test]
fn maintenance_names_its_relations_and_options() {
    let vacuum = |text: &str| match action(text) {
        Action::Vacuum {
            tables,
            full,
            analyze,
            ..
        } => (joined(&tables), full, analyze),
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(
        vacuum("vacuum full verbose analyze t (a), u"),
        ("t u".to_string(), true, true)
    );
    assert_eq!(
        vacuum("vacuum (full off, analyze) t"),
        ("t".to_string(), false, true)
    );
    assert_eq!(vacuum("vacuum"), (String::new(), false, false));
    let table = Some(Name::bare("t"));
    for text in ["cluster t", "cluster i on t", "cluster (verbose) t using i"] {
        assert_eq!(
            action(text),
            Action::Cluster {
                table: table.clone()
            },
            "{text}"
        );
    }
    for (text, target, concurrently) in [
        (
            "reindex (verbose, concurrently) table t",
            ReindexTarget::Table,
            true,
        ),
        (
            "reindex (concurrently false) index t",
            ReindexTarget::Index,
            false,
        ),
        ("reindex schema concurrently t", ReindexTarget::Schema, true),
    ] {
        let expected = Action::Reindex {
            target,
            name: table.clone(),
            concurrently,
        };
        assert_eq!(action(text), expected, "{text}");
    }
    let Action::LockTable {
        tables, only, mode, ..
    } = action("lock only t, u in share row exclusive mode nowait")
    else {
        panic!();
    };
    assert_eq!(
        (joined(&tables).as_str(), only, mode),
        ("t u", true, LockMode::ShareRowExclusive)
    );
    let Action::Truncate {
        tables, cascade, ..
    } = action("truncate table t, u restart identity cascade")
    else {
        panic!();
    };
    assert_eq!((joined(&tables).as_str(), cascade), ("t u", true));
}

#[test]
fn what_hangs_on_a_relation_names_it() {
    let Action::CreateOn {
        kind,
        name,
        table,
        from,
        ..
    } = action(
        "create constraint trigger g after delete on a from s.b for each row execute procedure f()",
    )
    else {
        panic!();
    };
    assert_eq!((kind, name.as_deref()), (ObjectKind::Trigger, Some("g")));
    assert_eq!(
        (joined(&[table]).as_str(), joined(from.as_slice()).as_str()),
        ("a", "s.b")
    );
    let Action::Publication(publication) = action(
        "alter publication p add table only a (x), b where (y > 1), tables in schema s, current_schema, table c",
    ) else {
        panic!();
    };
    assert_eq!(joined(&publication.tables), "a b c");
}

#[test]
fn domains_are_read_with_their_constraints() {
    let Action::CreateDomain {
        name,
        ty,
        not_null,
        default,
        checks,
    } = action(
        "create domain s.d as varchar(3) collate \"C\" default 'a' || 'b' constraint c check (value <> '') not null",
    )
    else {
        panic!();
    };
    assert_eq!(
        (name.to_string().as_str(), ty.to_string().as_str(), not_null),
        ("s.d", "varchar(3)", true)
    );
    assert_eq!(default.map(|expr| expr.text).as_deref(), Some("'a' || 'b'"));
    assert_eq!(checks.len(), 1);
    let cases = [
        ("add check (value > 0)", DomainChange::AddCheck, false),
        (
            "add constraint c check (value > 0) not valid",
            DomainChange::AddCheck,
            true,
        ),
        ("add constraint c not null", DomainChange::SetNotNull, false),
        (
            "validate constraint c",
            DomainChange::ValidateConstraint,
            false,
        ),
        (
            "rename constraint a to b",
            DomainChange::RenameConstraint,
            false,
        ),
    ];
    for (text, expected, invalid) in cases {
        let Action::AlterDomain {
            change, not_valid, ..
        } = action(&format!("alter domain d {text}"))
        else {
            panic!("{text}");
        };
        assert_eq!((change, not_valid), (expected, invalid), "{text}");
    }
}
