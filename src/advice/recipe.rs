//! Remedies as SQL, one block for each migration that it takes.

use super::Case;
use crate::finding::{Added, Block, Built, ForeignKey, NotNull, NotValid, Part, Remedy, Unique};
use crate::ir::{Action, AlterAction, Constraint, ConstraintKind, Name};
use crate::rule::{quote, quote_name};

/// How many partitions are written out.
const PARTITIONS: usize = 12;

/// What to run, where that can be written down.
pub(super) fn recipe(case: &Case<'_>, remedy: &Remedy) -> Vec<Block> {
    match remedy {
        Remedy::IndexConcurrently(Built::Created) => created_concurrently(case),
        Remedy::IndexConcurrently(Built::OnPartitions { index, partitions }) => {
            on_partitions(case, index, partitions)
        }
        Remedy::DropFirst => drop_first(case),
        Remedy::ReindexConcurrently => {
            let targets = ["INDEX", "TABLE", "SCHEMA", "DATABASE"];
            vec![Block::outside(concurrently(case, &targets))]
        }
        Remedy::RefreshConcurrently { indexed: true } => {
            vec![Block::new(vec![concurrently(case, &["VIEW"])])]
        }
        Remedy::DropIndexConcurrently => drop_indexes(case),
        Remedy::DetachConcurrently => {
            vec![Block::outside(format!("{} CONCURRENTLY;", case.printed()))]
        }
        Remedy::ConstraintUsingIndex(Some(unique)) => using_index(case, unique),
        Remedy::UniqueOnPartitions { name, partitions } => {
            unique_on_partitions(case, name, partitions)
        }
        Remedy::NotValid(
            NotValid::ForeignKey(ForeignKey::Added(added)) | NotValid::Check(Some(added)),
        ) => not_valid(case, added),
        Remedy::ProveNotNull(Some(column)) => prove_not_null(column),
        Remedy::LockTimeout { in_transaction } => {
            let local = if *in_transaction { "LOCAL " } else { "" };
            vec![Block::new(vec![format!("SET {local}lock_timeout = '2s';")])]
        }
        _ => Vec::new(),
    }
}

/// The same statement, CONCURRENTLY, which stands behind one of these words.
fn concurrently(case: &Case<'_>, words: &[&str]) -> String {
    let mut sql = case.printed();
    sql.insert_behind(words, "CONCURRENTLY");
    format!("{sql};")
}

/// The index that the statement creates. IF NOT EXISTS would pass over the invalid one of a try that failed: that goes first.
fn created_concurrently(case: &Case<'_>) -> Vec<Block> {
    match &case.statement.action {
        Action::CreateIndex(create) if create.if_not_exists => drop_first(case),
        _ => vec![Block::outside(concurrently(case, &["INDEX"]))],
    }
}

fn drop_first(case: &Case<'_>) -> Vec<Block> {
    let Action::CreateIndex(create) = &case.statement.action else {
        return Vec::new();
    };
    let Some(name) = &create.name else {
        return Vec::new();
    };
    let name = quote_name(&Name {
        schema: create.table.schema.clone(),
        name: name.clone(),
    });
    let mut sql = case.printed();
    sql.remove(&["IF", "NOT", "EXISTS"]);
    if !create.concurrently {
        sql.insert_behind(&["INDEX"], "CONCURRENTLY");
    }
    vec![
        Block::outside(format!("DROP INDEX CONCURRENTLY IF EXISTS {name};")),
        Block::outside(format!("{sql};")),
    ]
}

/// One statement an index, since CONCURRENTLY takes but one; CASCADE it does not take at all.
fn drop_indexes(case: &Case<'_>) -> Vec<Block> {
    let Action::Drop(drop) = &case.statement.action else {
        return Vec::new();
    };
    let exists = if drop.if_exists { "IF EXISTS " } else { "" };
    let names = drop.names.iter().filter(|_| !drop.cascade).map(quote_name);
    let dropped = names.map(|name| format!("DROP INDEX CONCURRENTLY {exists}{name};"));
    dropped.map(Block::outside).collect()
}

/// First an index on the table alone, which is not valid; then one on each partition; the last that is attached makes it valid.
fn on_partitions(case: &Case<'_>, index: &str, partitions: &[Part]) -> Vec<Block> {
    let Action::CreateIndex(create) = &case.statement.action else {
        return Vec::new();
    };
    if partitions.is_empty() || partitions.len() > PARTITIONS {
        return Vec::new();
    }
    let name = quote(index);
    let schema = create.table.schema.clone();
    let parent = quote_name(&Name {
        schema,
        name: index.to_owned(),
    });
    let mut on_only = case.printed();
    if create.name.is_none() {
        on_only.insert_behind(&["INDEX"], &name);
    }
    on_only.insert_behind(&["ON"], "ONLY");
    let mut blocks = vec![Block::new(vec![format!("{on_only};")])];
    let unique = if create.unique { "UNIQUE " } else { "" };
    let keys = case.printed().after_table("ON");
    let mut attached = Vec::new();
    for partition in partitions {
        let (on, called) = (quote_name(&partition.table), quote(&partition.index));
        blocks.push(Block::outside(format!(
            "CREATE {unique}INDEX CONCURRENTLY {called} ON {on} {keys};"
        )));
        let built = quote_name(&Name {
            schema: partition.table.schema.clone(),
            name: partition.index.clone(),
        });
        attached.push(format!("ALTER INDEX {parent} ATTACH PARTITION {built};"));
    }
    blocks.push(Block::new(attached));
    blocks
}

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
struct Key {
    /// UNIQUE or PRIMARY KEY.
    kind: &'static str,
    /// What stands behind the name of the table in CREATE UNIQUE INDEX.
    keys: String,
    /// DEFERRABLE and the like.
    checked: &'static str,
}

fn key(constraint: &Constraint) -> Option<Key> {
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
fn index_then_constraint(key: &Key, table: &str, name: &str) -> [Block; 2] {
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

fn using_index(case: &Case<'_>, unique: &Unique) -> Vec<Block> {
    let added = &unique.added;
    // A key that takes the place of another has to come with the removal of that.
    if drops_a_constraint(&case.statement.action) {
        return Vec::new();
    }
    let Some(key) = constraint(case, added.command).and_then(key) else {
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
fn unique_on_partitions(case: &Case<'_>, name: &str, partitions: &[Part]) -> Vec<Block> {
    let Action::AlterTable(alter) = &case.statement.action else {
        return Vec::new();
    };
    let key = (0..alter.commands.len()).find_map(|at| constraint(case, at).and_then(key));
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
fn not_valid(case: &Case<'_>, added: &Added) -> Vec<Block> {
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

/// First the proof, without a lock that hurts; then NOT NULL, which takes it from there.
fn prove_not_null(proven: &NotNull) -> Vec<Block> {
    let table = quote_name(&proven.table);
    let name = quote(&format!("{}_{}_not_null", proven.table.name, proven.column));
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
