//! ALTER TABLE, INDEX, VIEW, MATERIALIZED VIEW, SEQUENCE and FOREIGN TABLE.

mod alter_column;
mod command;
mod sequence;

pub(super) use sequence::owner;

use super::cursor::Cursor;
use crate::ir::{Action, AlterAction, AlterCommand, AlterTable, RelationKind};

/// Reads the statement; a subcommand that cannot be read is `AlterAction::Unknown`, and the others stay known.
pub(super) fn alter_table(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("alter")?;
    let kind = kind(cursor)?;
    if cursor.eat("all in tablespace") {
        return move_all(cursor, kind);
    }
    let if_exists = cursor.eat("if exists");
    let (name, only) = cursor.relation()?;
    let rest = cursor.rest();
    if rest.is_empty() {
        return None;
    }
    let commands = match standing_alone(kind, rest) {
        Some(action) => vec![AlterCommand {
            span: rest.span(),
            action,
        }],
        None => rest.commas().map(command).collect(),
    };
    Some(Action::AlterTable(AlterTable {
        kind,
        name,
        only,
        if_exists,
        commands,
    }))
}

/// Takes what follows `ALL IN TABLESPACE`.
fn move_all(cursor: &mut Cursor, kind: RelationKind) -> Option<Action> {
    let from = cursor.identifier()?;
    if cursor.eat("owned by") {
        cursor.roles()?;
    }
    cursor.expect("set tablespace")?;
    let to = cursor.identifier()?;
    cursor.eat("nowait");
    Some(Action::MoveAll { kind, from, to })
}

/// Takes the kind of relation.
fn kind(cursor: &mut Cursor) -> Option<RelationKind> {
    const KINDS: &[(&str, RelationKind)] = &[
        ("table", RelationKind::Table),
        ("index", RelationKind::Index),
        ("view", RelationKind::View),
        ("materialized view", RelationKind::MaterializedView),
        ("sequence", RelationKind::Sequence),
        ("foreign table", RelationKind::ForeignTable),
    ];
    let mut kinds = KINDS.iter();
    let (_, kind) = kinds.find(|(words, _)| cursor.eat(words))?;
    Some(*kind)
}

fn command(part: Cursor) -> AlterCommand {
    AlterCommand {
        span: part.span(),
        action: exact(part, command::command).unwrap_or(AlterAction::Unknown),
    }
}

/// The forms that no comma can follow: RENAME, SET SCHEMA, partitions, and the options of a sequence.
fn standing_alone(kind: RelationKind, rest: Cursor) -> Option<AlterAction> {
    let options = || {
        let sequence = kind == RelationKind::Sequence;
        sequence.then(|| exact(rest, sequence::options)).flatten()
    };
    exact(rest, command::standing_alone).or_else(options)
}

/// What `read` makes of all of `part`.
fn exact(part: Cursor, read: fn(&mut Cursor) -> Option<AlterAction>) -> Option<AlterAction> {
    let mut attempt = part;
    read(&mut attempt).filter(|_| attempt.is_empty())
}
