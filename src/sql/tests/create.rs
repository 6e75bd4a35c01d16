use super::action;
use crate::ir::{
    Action, ConstraintKind, CreateTable, IndexColumn, LikePart, PartitionBound, ReferentialAction,
    RelationKind,
};

fn table(text: &str) -> CreateTable {
    match action(text) {
        Action::CreateTable(table) => *table,
        other => panic!("{text}: {other:?}"),
    }
}

/// One column of type and qualifiers as written.
fn column(written: &str) -> crate::ir::ColumnDef {
    let mut table = table(&format!("create table t (c {written})"));
    table.columns.remove(0)
}

#[test]
fn types_have_the_names_of_the_catalog() {
    for (written, expected) in [
        ("INT", "integer"),
        ("double precision", "double precision"),
        ("character varying(10)", "varchar(10)"),
        ("char", "char(1)"),
        ("\"char\"", "char"),
        ("national character varying (3)", "varchar(3)"),
        ("bit varying", "varbit"),
        ("bit", "bit(1)"),
        ("timestamp(3) with time zone", "timestamptz(3)"),
        ("timestamp without time zone", "timestamp"),
        ("time with time zone", "timetz"),
        ("interval day to second(3)", "interval(day to second,3)"),
        ("dec(10, 2)", "numeric(10,2)"),
        ("float(24)", "real"),
        ("float(25)", "double precision"),
        ("int[][4]", "integer[]"),
        ("text array[4]", "text[]"),
        ("pg_catalog.int4", "integer"),
        ("Public.\"Mood\"", "public.Mood"),
        ("serial8", "bigserial"),
    ] {
        let ty = column(written).ty.map(|ty| ty.to_string());
        assert_eq!(ty.as_deref(), Some(expected), "{written}");
    }
}

#[test]
fn a_default_ends_at_the_next_qualifier() {
    for (written, text, not_null) in [
        ("int default 1 not null", "1", true),
        ("int default null null", "null", false),
        (
            "bool default a is distinct from null not null",
            "a is distinct from null",
            true,
        ),
        (
            "int default case when a is not null then 1 end not null",
            "case when a is not null then 1 end",
            true,
        ),
        ("text default 'a'::text collate \"C\"", "'a'::text", false),
        (
            "int default (1 is not null) check (c > 0)",
            "(1 is not null)",
            false,
        ),
        (
            "timestamptz default (now() at time zone 'utc') references t",
            "(now() at time zone 'utc')",
            false,
        ),
    ] {
        let column = column(written);
        let default = column.default.map(|expr| expr.text);
        assert_eq!(default.as_deref(), Some(text), "{written}");
        assert_eq!(column.not_null, not_null, "{written}");
    }
}

#[test]
fn constraints_of_columns_and_tables() {
    let made = table(
        "create table t (a int constraint n not null no inherit, b int primary key deferrable,
         c int references u (id) on delete set null (c) on update cascade not enforced,
         unique nulls not distinct (a, b) include (c) with (fillfactor = 70),
         constraint nn not null c no inherit, exclude using gist (a with =, (b + 1) with &&) where (a > 0),
         foreign key (a, period b) references u (x, period y) not valid,
         primary key (a, b without overlaps))",
    );
    let [a, b, c] = &made.columns[..] else {
        panic!("{:?}", made.columns)
    };
    assert!(a.not_null && a.constraints[0].no_inherit);
    assert!(b.constraints[0].deferrable);
    let ConstraintKind::ForeignKey {
        on_delete,
        on_update,
        ..
    } = &c.constraints[0].kind
    else {
        panic!("{c:?}")
    };
    assert_eq!(
        (*on_delete, *on_update),
        (ReferentialAction::SetNull, ReferentialAction::Cascade)
    );
    assert!(c.constraints[0].not_enforced);
    let [unique, not_null, exclude, foreign, primary] = &made.constraints[..] else {
        panic!("{:?}", made.constraints)
    };
    assert!(
        matches!(&unique.kind, ConstraintKind::Unique { nulls_not_distinct: true, include, .. } if include == &["c"])
    );
    assert!(matches!(&not_null.kind, ConstraintKind::NotNull { column } if column == "c"));
    assert!(
        matches!(&exclude.kind, ConstraintKind::Exclude { method, elements, predicate: Some(_) } if method == "gist" && elements.len() == 2)
    );
    assert!(foreign.not_valid);
    assert!(
        matches!(&primary.kind, ConstraintKind::PrimaryKey { columns, .. } if columns == &["a", "b"])
    );
}

#[test]
fn forms_of_create_table() {
    let partition = table("create table p partition of s.t (a default 1, check (a > 0)) default");
    assert_eq!(
        partition.partition_of.map(|(_, bound)| bound),
        Some(PartitionBound::Default)
    );
    assert_eq!(
        (partition.columns.len(), partition.constraints.len()),
        (1, 1)
    );
    let parent = table(
        "create unlogged table t (like u including all excluding indexes, a int) inherits (v, s.w) partition by range (a, lower(b)) with (fillfactor=10) tablespace x",
    );
    assert_eq!(
        parent.like[0].options,
        [(true, LikePart::All), (false, LikePart::Indexes)]
    );
    assert_eq!(
        (
            parent.inherits.len(),
            parent.partition_by.map(|by| by.keys.len())
        ),
        (2, Some(2))
    );
    let foreign =
        table("create foreign table f (a int options (x 'y') not null) server s options (z '1')");
    assert_eq!(foreign.kind, RelationKind::ForeignTable);
    assert!(table("create temp table if not exists t () on commit drop").temporary);
    table("create table t of ty (a with options primary key)");
}

#[test]
fn create_table_as_reads_relations() {
    let text = "create table t (a, b) with (fillfactor=10) as with x as (select 1 from y) select extract(day from d) from x join only s.z on true, (select 1 from v) q, lateral f(1) where a is distinct from b with no data";
    let Action::CreateTableAs(made) = action(text) else {
        panic!()
    };
    let reads = made.reads.iter().map(ToString::to_string);
    assert_eq!(reads.collect::<Vec<_>>(), ["y", "s.z", "v"]);
    assert!(!made.with_data);
}

#[test]
fn every_clause_of_create_index() {
    let Action::CreateIndex(index) = action(
        "create unique index concurrently if not exists \"I\" on only s.t using gin (a collate \"C\" text_ops (x = 1) desc nulls last, lower(b), (c || d)) include (e) nulls not distinct with (fastupdate) tablespace x where e > 0",
    ) else {
        panic!()
    };
    assert_eq!((index.name.as_deref(), &*index.method), (Some("I"), "gin"));
    assert!(
        index.unique
            && index.concurrently
            && index.if_not_exists
            && index.only
            && index.nulls_not_distinct
    );
    let columns = index.elements.iter().map(|key| &key.column);
    assert!(matches!(
        columns.collect::<Vec<_>>()[..],
        [IndexColumn::Column(a), IndexColumn::Expression(lower), IndexColumn::Expression(_)] if a == "a" && lower.text == "lower(b)"
    ));
    assert_eq!(
        index.predicate.map(|expr| expr.text).as_deref(),
        Some("e > 0")
    );
    let Action::CreateIndex(unnamed) = action("create index concurrently on t (a)") else {
        panic!()
    };
    assert_eq!((unnamed.name, unnamed.concurrently), (None, true));
}
