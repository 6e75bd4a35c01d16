//! Constraints that are added while others work, one block for each migration that it takes.

use super::Case;
use crate::finding::{Added, Block, NotNull, Part, Unique};
use crate::ir::{Action, AlterAction, Constraint, ConstraintKind, Name};
use crate::postgres::object_name;
use crate::rule::{quote, quote_name};

/// How many partitions are written out.
pub(super) const PARTITIONS: usize = 12;

/// The constraint that a subcommand adds.
fn constraint<'c>(case: &Case<'c>, command: usize) -> Option<&'c Constraint> {
    let Action::AlterTable(alter) = &case.statement.action else {
        return None;
    };
    match &alter.commands.get(command)?.action {
        AlterAction::AddConstraint(constraint) => Some(constraint),
        _ => None,
    }
}

/// A key that an index enforces, as its parts are written.
pub(super) struct Key {
    /// UNIQUE or PRIMARY KEY.
    kind: &'static str,
    /// What stands behind the name of the table in CREATE UNIQUE INDEX.
    keys: String,
    /// DEFERRABLE and the like.
    checked: &'static str,
}

pub(super) fn key(case: &Case<'_>, constraint: &Constraint) -> Option<Key> {
    let (kind, columns, include, nulls) = match &constraint.kind {
        ConstraintKind::Unique {
            columns,
            include,
            nulls_not_distinct,
            using_index: None,
        } => ("UNIQUE", columns, include, *nulls_not_distinct),
        ConstraintKind::PrimaryKey {
            columns,
            include,
            using_index: None,
        } => ("PRIMARY KEY", columns, include, false),
        _ => return None,
    };
    let list = |columns: &[String]| {
        let columns: Vec<String> = columns.iter().map(|column| quote(column)).collect();
        format!("({})", columns.join(", "))
    };
    let mut keys = list(columns);
    if !include.is_empty() {
        keys.push_str(&format!(" INCLUDE {}", list(include)));
    }
    if nulls {
        keys.push_str(" NULLS NOT DISTINCT");
    }
    let written = case.printed_at(constraint.span);
    // A key without overlaps stands on no unique index.
    if written
        .tokens()
        .any(|it| it.eq_ignore_ascii_case("OVERLAPS"))
    {
        return None;
    }
    if let Some((_, behind)) = written.parted_at("WITH") {
        keys.push_str(&format!(" WITH {}", behind.first_group()));
    }
    if let Some((_, behind)) = written.parted_at("TABLESPACE") {
        keys.push_str(&format!(" TABLESPACE {}", behind.tokens().next()?));
    }
    let checked = match (constraint.deferrable, constraint.initially_deferred) {
        (_, true) => " DEFERRABLE INITIALLY DEFERRED",
        (true, false) => " DEFERRABLE",
        _ => "",
    };
    Some(Key {
        kind,
        keys,
        checked,
    })
}

/// A unique index that is built while others work, and the constraint that it becomes at once.
pub(super) fn index_then_constraint(key: &Key, table: &str, name: &str) -> [Block; 2] {
    let Key {
        kind,
        keys,
        checked,
    } = key;
    [
        Block::outside(format!(
            "CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} {keys};"
        )),
        Block::new(vec![format!(
            "ALTER TABLE {table} ADD CONSTRAINT {name} {kind} USING INDEX {name}{checked};"
        )]),
    ]
}

pub(super) fn using_index(case: &Case<'_>, unique: &Unique) -> Vec<Block> {
    let added = &unique.added;
    // A key that takes the place of another has to come with the removal of that.
    if drops_a_constraint(&case.statement.action) {
        return Vec::new();
    }
    let Some(key) = constraint(case, added.command).and_then(|it| key(case, it)) else {
        return Vec::new();
    };
    let mut blocks: Vec<Block> = unique.nullable.iter().flat_map(prove_not_null).collect();
    let (table, name) = (quote_name(&added.table), quote(&added.name));
    blocks.extend(index_then_constraint(&key, &table, &name));
    blocks
}

fn drops_a_constraint(action: &Action) -> bool {
    let Action::AlterTable(alter) = action else {
        return false;
    };
    let mut commands = alter.commands.iter().map(|command| &command.action);
    commands.any(|command| matches!(command, AlterAction::DropConstraint { .. }))
}

/// First the constraint of the table alone, whose index is not valid; then that of each partition; the last that is attached makes it valid.
pub(super) fn unique_on_partitions(case: &Case<'_>, name: &str, partitions: &[Part]) -> Vec<Block> {
    let Action::AlterTable(alter) = &case.statement.action else {
        return Vec::new();
    };
    let key = (0..alter.commands.len()).find_map(|at| key(case, constraint(case, at)?));
    let Some(key) = key.filter(|_| (1..=PARTITIONS).contains(&partitions.len())) else {
        return Vec::new();
    };
    let index = quote_name(&Name {
        schema: alter.name.schema.clone(),
        name: name.to_owned(),
    });
    let (table, called) = (quote_name(&alter.name), quote(name));
    let Key {
        kind,
        keys,
        checked,
    } = &key;
    let mut blocks = vec![Block::new(vec![format!(
        "ALTER TABLE ONLY {table} ADD CONSTRAINT {called} {kind} {keys}{checked};"
    )])];
    let mut attached = Vec::new();
    for partition in partitions {
        let (on, called) = (quote_name(&partition.table), quote(&partition.index));
        blocks.extend(index_then_constraint(&key, &on, &called));
        let built = quote_name(&Name {
            schema: partition.table.schema.clone(),
            name: partition.index.clone(),
        });
        attached.push(format!("ALTER INDEX {index} ATTACH PARTITION {built};"));
    }
    blocks.push(Block::new(attached));
    blocks
}

/// The same subcommand with NOT VALID, and its validation.
pub(super) fn not_valid(case: &Case<'_>, added: &Added) -> Vec<Block> {
    let (table, name) = (quote_name(&added.table), quote(&added.name));
    let mut command = case.printed_command(added.command);
    let named = format!("CONSTRAINT {name}");
    if !added.given {
        command.insert_behind(&["ADD"], &named);
    }
    vec![
        Block::new(vec![format!("ALTER TABLE {table} {command} NOT VALID;")]),
        Block::new(vec![format!(
            "ALTER TABLE {table} VALIDATE CONSTRAINT {name};"
        )]),
    ]
}

/// First that of each partition, not valid, then validated; the table's takes them over and looks at no row.
///
/// Source: `tryAttachPartitionForeignKey` in `src/backend/commands/tablecmds.c`.
pub(super) fn of_partitions(case: &Case<'_>, added: &Added, partitions: &[Part]) -> Vec<Block> {
    if !(1..=PARTITIONS).contains(&partitions.len()) {
        return Vec::new();
    }
    let mut command = case.printed_command(added.command);
    let named = format!("CONSTRAINT {}", quote(&added.name));
    if !added.given {
        command.insert_behind(&["ADD"], &named);
    }
    let of = |table: &Name, what: &str| {
        Block::new(vec![format!("ALTER TABLE {} {what};", quote_name(table))])
    };
    let not_valid = format!("{command} NOT VALID");
    let validated = |part: &Part| {
        of(
            &part.table,
            &format!("VALIDATE CONSTRAINT {}", quote(&part.index)),
        )
    };
    let mut blocks: Vec<Block> = partitions
        .iter()
        .map(|it| of(&it.table, &not_valid))
        .collect();
    blocks.extend(partitions.iter().map(validated));
    blocks.push(of(&added.table, &command.to_string()));
    blocks
}

/// First the proof, without a lock that hurts; then NOT NULL, which takes it from there.
pub(super) fn prove_not_null(proven: &NotNull) -> Vec<Block> {
    let table = quote_name(&proven.table);
    // As PostgreSQL 18 calls it, where it is a constraint to stay.
    let name = quote(&object_name(&proven.table.name, &proven.column, "not_null"));
    let column = quote(&proven.column);
    let check = if proven.is_constraint {
        format!("NOT NULL {column}")
    } else {
        format!("CHECK ({column} IS NOT NULL)")
    };
    let mut blocks = vec![
        Block::new(vec![format!(
            "ALTER TABLE {table} ADD CONSTRAINT {name} {check} NOT VALID;"
        )]),
        Block::new(vec![format!(
            "ALTER TABLE {table} VALIDATE CONSTRAINT {name};"
        )]),
    ];
    if !proven.is_constraint {
        blocks.push(Block::new(vec![
            format!("ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL;"),
            format!("ALTER TABLE {table} DROP CONSTRAINT {name};"),
        ]));
    }
    blocks
}
