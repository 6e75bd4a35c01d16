//! ADD COLUMN in parts: first the column, without what looks at all rows, and that later.

use super::constraint::{index_then_constraint, key, prove_not_null};
use super::{Case, batches};
use crate::finding::{Block, Fill, NewColumn, NotNull};
use crate::ir::{ColumnDef, Constraint, ConstraintKind};
use crate::postgres::types::type_of_serial;
use crate::rule::{quote, quote_name};

/// One block for each migration that it takes; of the first one the first statement adds the column.
pub(super) fn in_parts(case: &Case<'_>, new: &NewColumn) -> Vec<Block> {
    let Some(column) = new.definition(case.statement) else {
        return Vec::new();
    };
    let table = quote_name(&new.table);
    let mut definition = case.printed_command(new.command);
    for (place, text) in new.changes(column) {
        definition.replace(place, text);
    }
    let mut now = vec![format!("ALTER TABLE {table} {definition};")];
    let mut later = Vec::new();
    let (added, validated) = constraints(case, new, column);
    match &new.filled {
        None => now.extend(added),
        Some(fill) => {
            now.extend(default(column, &table, fill));
            later.push(filled(column, &table, fill));
            // Until all rows have a value, whoever writes one of them would fail.
            later.extend((!added.is_empty()).then(|| Block::new(added)));
        }
    }
    later.extend((!validated.is_empty()).then(|| Block::new(validated)));
    if new.filled.is_some() && is_required(column) {
        later.extend(prove_not_null(&NotNull {
            table: new.table.clone(),
            column: column.name.clone(),
            is_constraint: new.is_constraint,
        }));
    }
    for (constraint, name) in moved(new, column) {
        if let Some(key) = key(case, constraint) {
            later.extend(index_then_constraint(&key, &table, &quote(name)));
        }
    }
    later.insert(0, Block::new(now));
    later
}

/// The constraints that come later, with their names.
fn moved<'c>(
    new: &'c NewColumn,
    column: &'c ColumnDef,
) -> impl Iterator<Item = (&'c Constraint, &'c String)> {
    let named = column.constraints.iter().zip(&new.constraints);
    named.filter(move |(constraint, _)| !new.keeps(column, constraint))
}

/// What adds those that can be NOT VALID, and what validates them.
fn constraints(case: &Case<'_>, new: &NewColumn, column: &ColumnDef) -> (Vec<String>, Vec<String>) {
    let (table, own) = (quote_name(&new.table), quote(&column.name));
    let mut both = (Vec::new(), Vec::new());
    for (constraint, name) in moved(new, column) {
        let columns = match constraint.kind {
            ConstraintKind::Check(_) => String::new(),
            ConstraintKind::ForeignKey { .. } => format!("FOREIGN KEY ({own}) "),
            _ => continue,
        };
        let name = quote(name);
        let mut clause = case.printed_at(constraint.span);
        if constraint.name.is_some() {
            clause.skip(2);
        }
        both.0.push(format!(
            "ALTER TABLE {table} ADD CONSTRAINT {name} {columns}{clause} NOT VALID;"
        ));
        both.1
            .push(format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name};"));
    }
    both
}

/// What gives new rows their value.
fn default(column: &ColumnDef, table: &str, fill: &Fill) -> Vec<String> {
    let name = quote(&column.name);
    let set = |value: &str| format!("ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT {value};");
    let ty = column.ty.as_ref();
    let ty = ty.and_then(|ty| type_of_serial(&ty.name.name));
    match (&fill.sequence, ty, &column.default) {
        (Some(sequence), Some(ty), _) => {
            let sequence = quote_name(sequence);
            let literal = sequence.replace('\'', "''");
            vec![
                format!("CREATE SEQUENCE {sequence} AS {ty} OWNED BY {table}.{name};"),
                set(&format!("nextval('{literal}')")),
            ]
        }
        (_, _, Some(default)) => vec![set(&default.text)],
        _ => Vec::new(),
    }
}

/// What gives the rows that are there theirs; none that has one is written.
fn filled(column: &ColumnDef, table: &str, fill: &Fill) -> Block {
    let (name, key) = (quote(&column.name), quote(&fill.key));
    batches::block(table, &key, |batch| {
        format!("UPDATE {table} SET {name} = DEFAULT WHERE {name} IS NULL AND {batch}")
    })
}

fn is_required(column: &ColumnDef) -> bool {
    column.not_null || column.has_sequence()
}
