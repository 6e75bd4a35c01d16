//! The subcommands (`alter_table_cmd` in PostgreSQL's `gram.y`).

use super::alter_column::alter_column;
use crate::ir::{AlterAction, Deferral, ReplicaIdentity, RowSecurity, TriggerSet, TriggerState};
use crate::sql::column::column;
use crate::sql::constraint::{is_table_constraint, table_constraint};
use crate::sql::cursor::Cursor;
use crate::sql::{partition, storage};

/// Reads RENAME, SET SCHEMA, ATTACH and DETACH PARTITION and DEPENDS ON EXTENSION.
pub(super) fn standing_alone(cursor: &mut Cursor) -> Option<AlterAction> {
    if cursor.eat("rename") {
        rename(cursor)
    } else if cursor.eat("set schema") {
        cursor.identifier().map(AlterAction::SetSchema)
    } else if cursor.eat("attach partition") {
        let partition = cursor.name()?;
        let bound = if cursor.is_empty() {
            None
        } else {
            Some(partition::bound(cursor)?)
        };
        Some(AlterAction::AttachPartition { partition, bound })
    } else if cursor.eat("detach partition") {
        Some(AlterAction::DetachPartition {
            partition: cursor.name()?,
            concurrently: cursor.eat("concurrently"),
            finalize: cursor.eat("finalize"),
        })
    } else {
        cursor.eat_any(&["depends on extension", "no depends on extension"])?;
        cursor.identifier()?;
        Some(AlterAction::DependsOnExtension)
    }
}

fn rename(cursor: &mut Cursor) -> Option<AlterAction> {
    if cursor.eat("to") {
        return cursor.identifier().map(AlterAction::RenameTo);
    }
    let constraint = cursor.eat("constraint");
    if !constraint {
        cursor.eat("column");
    }
    let from = cursor.identifier()?;
    cursor.expect("to")?;
    let to = cursor.identifier()?;
    Some(if constraint {
        AlterAction::RenameConstraint { from, to }
    } else {
        AlterAction::RenameColumn { from, to }
    })
}

/// Reads one subcommand of the kind that may be listed with commas.
pub(super) fn command(cursor: &mut Cursor) -> Option<AlterAction> {
    const FIRST_WORDS: &[&str] = &[
        "add",
        "drop",
        "alter constraint",
        "alter",
        "set",
        "reset",
        "enable",
        "disable",
        "validate constraint",
        "cluster on",
        "inherit",
        "no inherit",
        "no force",
        "force",
        "of",
        "not of",
        "owner to",
        "replica identity",
        "options",
    ];
    match cursor.eat_any(FIRST_WORDS)? {
        "add" => add(cursor),
        "drop" => drop(cursor),
        "alter constraint" => alter_constraint(cursor),
        "alter" => {
            cursor.eat("column");
            alter_column(cursor)
        }
        "set" => set(cursor),
        "reset" => storage::parameters(cursor).map(AlterAction::ResetOptions),
        "enable" => enable(cursor),
        "disable" => disable(cursor),
        "validate constraint" => Some(AlterAction::ValidateConstraint {
            name: cursor.identifier()?,
        }),
        "cluster on" => Some(AlterAction::ClusterOn {
            index: cursor.identifier()?,
        }),
        "inherit" => cursor.name().map(AlterAction::Inherit),
        "no inherit" => cursor.name().map(AlterAction::NoInherit),
        "no force" => row_security(cursor, RowSecurity::NoForce),
        "force" => row_security(cursor, RowSecurity::Force),
        "of" => cursor.name().map(AlterAction::OfType),
        "not of" => Some(AlterAction::NotOf),
        "owner to" => cursor.label().map(AlterAction::OwnerTo),
        "replica identity" => replica_identity(cursor),
        _ => cursor.parentheses().map(|_| AlterAction::ForeignOptions),
    }
}

fn add(cursor: &mut Cursor) -> Option<AlterAction> {
    if is_table_constraint(cursor) {
        let constraint = table_constraint(cursor)?;
        return Some(AlterAction::AddConstraint(Box::new(constraint)));
    }
    cursor.eat("column");
    let if_not_exists = cursor.eat("if not exists");
    Some(AlterAction::AddColumn {
        column: Box::new(column(cursor)?),
        if_not_exists,
    })
}

fn drop(cursor: &mut Cursor) -> Option<AlterAction> {
    let constraint = cursor.eat("constraint");
    if !constraint {
        cursor.eat("column");
    }
    let if_exists = cursor.eat("if exists");
    let name = cursor.identifier()?;
    let cascade = cursor.eat_any(&["cascade", "restrict"]) == Some("cascade");
    Some(if constraint {
        AlterAction::DropConstraint {
            name,
            if_exists,
            cascade,
        }
    } else {
        AlterAction::DropColumn {
            column: name,
            if_exists,
            cascade,
        }
    })
}

fn alter_constraint(cursor: &mut Cursor) -> Option<AlterAction> {
    const ATTRIBUTES: &[&str] = &[
        "enforced",
        "not enforced",
        "not deferrable",
        "deferrable",
        "initially deferred",
        "initially immediate",
        "no inherit",
        "inherit",
    ];
    let name = cursor.identifier()?;
    let (mut enforced, mut deferral) = (None, None);
    let mut inherit = false;
    while let Some(attribute) = cursor.eat_any(ATTRIBUTES) {
        match attribute {
            "enforced" => enforced = Some(true),
            "not enforced" => enforced = Some(false),
            "inherit" => inherit = true,
            "not deferrable" => deferral = Some(Deferral::Never),
            "deferrable" if deferral.is_none() => deferral = Some(Deferral::Deferrable),
            "initially deferred" => deferral = Some(Deferral::Initially),
            _ => {}
        }
    }
    Some(AlterAction::AlterConstraint {
        name,
        enforced,
        deferral,
        inherit,
    })
}

fn set(cursor: &mut Cursor) -> Option<AlterAction> {
    const PLAIN: &[(&str, AlterAction)] = &[
        ("without cluster", AlterAction::SetWithoutCluster),
        ("without oids", AlterAction::SetWithoutOids),
        ("logged", AlterAction::SetLogged),
        ("unlogged", AlterAction::SetUnlogged),
    ];
    if cursor.at_symbol(b'(') {
        return storage::parameters(cursor).map(AlterAction::SetOptions);
    }
    if cursor.eat("access method") {
        let method = cursor.label()?;
        return Some(AlterAction::SetAccessMethod(
            Some(method).filter(|method| method != "default"),
        ));
    }
    if cursor.eat("tablespace") {
        let tablespace = cursor.identifier()?;
        cursor.eat("nowait");
        return Some(AlterAction::SetTablespace(tablespace));
    }
    let mut plain = PLAIN.iter();
    let (_, action) = plain.find(|(words, _)| cursor.eat(words))?;
    Some(action.clone())
}

fn enable(cursor: &mut Cursor) -> Option<AlterAction> {
    let state = match cursor.eat_any(&["replica", "always"]) {
        Some("replica") => TriggerState::EnableReplica,
        Some(_) => TriggerState::EnableAlways,
        None if cursor.at("row") => return row_security(cursor, RowSecurity::Enable),
        None => TriggerState::Enable,
    };
    trigger_or_rule(cursor, state)
}

fn disable(cursor: &mut Cursor) -> Option<AlterAction> {
    if cursor.at("row") {
        return row_security(cursor, RowSecurity::Disable);
    }
    trigger_or_rule(cursor, TriggerState::Disable)
}

fn trigger_or_rule(cursor: &mut Cursor, state: TriggerState) -> Option<AlterAction> {
    if cursor.eat("rule") {
        let name = cursor.identifier()?;
        return Some(AlterAction::Rule { state, name });
    }
    cursor.expect("trigger")?;
    let which = match cursor.eat_any(&["all", "user"]) {
        Some("all") => TriggerSet::All,
        Some(_) => TriggerSet::User,
        None => TriggerSet::Named(cursor.identifier()?),
    };
    Some(AlterAction::Trigger { state, which })
}

fn row_security(cursor: &mut Cursor, security: RowSecurity) -> Option<AlterAction> {
    cursor.expect("row level security")?;
    Some(AlterAction::RowSecurity(security))
}

fn replica_identity(cursor: &mut Cursor) -> Option<AlterAction> {
    let identity = match cursor.eat_any(&["using index", "default", "full", "nothing"])? {
        "using index" => ReplicaIdentity::Index(cursor.identifier()?),
        "default" => ReplicaIdentity::Default,
        "full" => ReplicaIdentity::Full,
        _ => ReplicaIdentity::Nothing,
    };
    Some(AlterAction::ReplicaIdentity(identity))
}
