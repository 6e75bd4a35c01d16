//! Rows get keys that their sequence does not know of, so that the next INSERT takes one again.

use crate::finding::{Finding, Harm, Level};
use crate::ir::{Action, AlterAction, Dml, DmlKind, ExprNode, Name, SequenceUse};
use crate::postgres::Version;
use crate::rule::{Category, Kind, Rule, Severity, Whole};
use crate::schema::Relation;

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::Always(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Migration(check),
};

fn check(cx: &Whole<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let actions: Vec<_> = cx.actions().collect();
    for (at, (statement, action)) in actions.iter().enumerate() {
        let Some((table, column, sequence)) = numbered(cx, action) else {
            continue;
        };
        let mut later = actions[at..].iter().map(|(_, action)| *action);
        if later.any(|action| moves(cx, action, table, column, sequence)) {
            continue;
        }
        let (table_name, sequence) = (table.display_name(), &sequence.name);
        let told = |known: &Finding| {
            let cause = known.causes.first();
            cause.is_some_and(|cause| cause.relation == Some(table.id))
        };
        if findings.iter().any(told) {
            continue;
        }
        let found = cx
            .finding(statement, 0, Some(table.id), Harm::BreaksCode)
            .says(
                format!("{sequence} does not follow: the next INSERT into {table_name} takes a {column} that is taken"),
                format!("{column} is given here, and {sequence} stays where it was"),
            )
            .help(format!(
                "SELECT setval('{sequence}', (SELECT max({column}) FROM {table_name})) afterwards, or leave {column} out"
            ));
        findings.push(found.build());
    }
    findings
}

/// The table, the column and its sequence, where rows get keys of their own that it may give too.
fn numbered<'a>(
    cx: &Whole<'a>,
    action: &'a Action,
) -> Option<(&'a Relation, &'a str, &'a Relation)> {
    let (name, columns) = match action {
        Action::Dml(dml) if dml.kind == DmlKind::Insert => (dml.target.as_ref()?, &dml.columns),
        _ => return None,
    };
    let table = cx.catalog.find(name)?;
    let sequence_of = |column: &'a str| cx.catalog.owned_sequence(table.id, column);
    columns.iter().enumerate().find_map(|(at, column)| {
        let sequence = sequence_of(column)?;
        let collides = given(action, at) && !is_part_of_key(table, column);
        collides.then_some((table, column.as_str(), sequence))
    })
}

/// Whether two rows may have the same value there, as long as they differ in the rest of the primary key.
fn is_part_of_key(table: &Relation, column: &str) -> bool {
    let key = table.primary_key().map(|key| key.columns());
    key.is_some_and(|key| key.len() > 1 && key.contains(&column))
}

/// Whether the column at this place of an INSERT gets values that its sequence may give.
fn given(action: &Action, at: usize) -> bool {
    let Action::Dml(dml) = action else {
        return false;
    };
    if dml.rows.is_empty() {
        // A query, or values that could not be read: unless those come from the sequence itself.
        return dml.sequences.is_empty() && !calls(dml, "nextval");
    }
    let positive = |row: &Vec<crate::ir::Expr>| match row.get(at).map(|value| &value.node) {
        Some(ExprNode::Constant(text)) => !text.starts_with('-') && text != "0",
        _ => false,
    };
    dml.rows.iter().any(positive)
}

/// Whether an action sets the sequence anew.
fn moves(
    cx: &Whole<'_>,
    action: &Action,
    table: &Relation,
    column: &str,
    sequence: &Relation,
) -> bool {
    let is = |name: &Name| cx.catalog.find(name).map(|found| found.id);
    match action {
        Action::Dml(dml) if calls(dml, "setval") => {
            let named = |used: &SequenceUse| match used {
                SequenceUse::Named(name) => is(name) == Some(sequence.id),
                SequenceUse::OfColumn(name, of) => is(name) == Some(table.id) && of == column,
            };
            // Which one may be computed.
            dml.sequences.is_empty() || dml.sequences.iter().any(named)
        }
        Action::AlterTable(alter) => alter.commands.iter().any(|command| match &command.action {
            AlterAction::SequenceOptions(options) => {
                options.restarts && is(&alter.name) == Some(sequence.id)
            }
            AlterAction::SetIdentity {
                column: of,
                options,
            } => options.restarts && of == column && is(&alter.name) == Some(table.id),
            _ => false,
        }),
        _ => false,
    }
}

fn calls(dml: &Dml, function: &str) -> bool {
    dml.calls.iter().any(|name| name.name == function)
}
