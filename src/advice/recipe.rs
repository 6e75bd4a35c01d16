//! Remedies as SQL, one block for each migration that it takes.

use super::constraint::{
    PARTITIONS, not_valid, of_partitions, prove_not_null, unique_on_partitions, using_index,
};
use super::{Case, batches, column};
use crate::finding::{Block, Built, ForeignKey, NotValid, Part, Remedy};
use crate::ir::{Action, Name};
use crate::rule::{quote, quote_name};

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
        Remedy::NotValid(NotValid::ForeignKey(ForeignKey::OfPartitions(added, partitions))) => {
            of_partitions(case, added, partitions)
        }
        Remedy::ProveNotNull(Some(column)) => prove_not_null(column),
        Remedy::ColumnInParts { column, .. } => column::in_parts(case, column),
        Remedy::Batches { key: Some(key), .. } => batches::of_statement(case, key),
        Remedy::CommitBatches { in_code: true } => batches::committed(case),
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
