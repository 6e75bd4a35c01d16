//! What hangs on a relation: triggers, rules, policies and extended statistics.

use super::cursor::Cursor;
use super::utility::utility;
use crate::ir::{Action, ObjectKind};

/// Reads CREATE TRIGGER, RULE, POLICY and STATISTICS.
pub(super) fn create_on(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("create")?;
    cursor.eat("or replace");
    let kind = cursor.eat_any(&[
        "constraint trigger",
        "trigger",
        "rule",
        "policy",
        "statistics",
    ])?;
    match kind {
        "rule" => rule(cursor),
        "policy" => policy(cursor),
        "statistics" => statistics(cursor),
        _ => trigger(cursor),
    }
}

fn trigger(cursor: &mut Cursor) -> Option<Action> {
    let name = cursor.identifier()?;
    cursor.eat_any(&["before", "after", "instead of"])?;
    cursor.until(|ahead| ahead.at("on"));
    cursor.expect("on")?;
    let table = cursor.name()?;
    let from = if cursor.eat("from") {
        Some(cursor.name()?)
    } else {
        None
    };
    cursor.until(|ahead| ahead.at("execute"));
    cursor.expect("execute")?;
    cursor.eat_any(&["function", "procedure"])?;
    cursor.name()?;
    cursor.parentheses()?;
    Some(Action::CreateOn {
        kind: ObjectKind::Trigger,
        name: Some(name),
        table,
        from,
    })
}

fn rule(cursor: &mut Cursor) -> Option<Action> {
    let name = cursor.identifier()?;
    cursor.expect("as on")?;
    cursor.eat_any(&["select", "insert", "update", "delete"])?;
    cursor.expect("to")?;
    let table = cursor.name()?;
    cursor.until(|ahead| ahead.at("do"));
    cursor.expect("do")?;
    cursor.rest();
    Some(on(ObjectKind::Rule, Some(name), table))
}

fn policy(cursor: &mut Cursor) -> Option<Action> {
    let name = cursor.identifier()?;
    cursor.expect("on")?;
    let table = cursor.name()?;
    policy_clauses(cursor)?;
    Some(on(ObjectKind::Policy, Some(name), table))
}

fn policy_clauses(cursor: &mut Cursor) -> Option<()> {
    if cursor.eat("as") {
        cursor.identifier()?;
    }
    if cursor.eat("for") {
        cursor.eat_any(&["all", "select", "insert", "update", "delete"])?;
    }
    if cursor.eat("to") {
        cursor.until(|ahead| ahead.at("using") || ahead.at("with check"));
    }
    if cursor.eat("using") {
        cursor.parentheses()?;
    }
    if cursor.eat("with check") {
        cursor.parentheses()?;
    }
    Some(())
}

fn statistics(cursor: &mut Cursor) -> Option<Action> {
    cursor.eat("if not exists");
    let name = if cursor.at("on") || cursor.at_symbol(b'(') {
        None
    } else {
        Some(cursor.name()?.name)
    };
    cursor.skip_parentheses();
    cursor.expect("on")?;
    cursor.until(|ahead| ahead.at("from"));
    cursor.expect("from")?;
    let from = cursor.rest();
    let mut table = from;
    match table.relation() {
        Some((table_name, _)) if table.is_empty() => {
            Some(on(ObjectKind::Statistics, name, table_name))
        }
        // The grammar takes all that SELECT takes; PostgreSQL refuses what is no relation.
        _ => (!from.is_empty()).then(|| utility("create-statistics")),
    }
}

fn on(kind: ObjectKind, name: Option<String>, table: crate::ir::Name) -> Action {
    Action::CreateOn {
        kind,
        name,
        table,
        from: None,
    }
}

/// Reads ALTER TRIGGER, RULE and POLICY.
pub(super) fn alter_on(cursor: &mut Cursor) -> Option<Action> {
    const FORMS: &[&str] = &[
        "rename to",
        "no depends on extension",
        "depends on extension",
    ];
    cursor.expect("alter")?;
    let kind = match cursor.eat_any(&["trigger", "rule", "policy"])? {
        "trigger" => ObjectKind::Trigger,
        "rule" => ObjectKind::Rule,
        _ => ObjectKind::Policy,
    };
    if kind == ObjectKind::Policy {
        cursor.eat("if exists");
    }
    let name = cursor.identifier()?;
    cursor.expect("on")?;
    let table = cursor.name()?;
    if cursor.eat_any(FORMS).is_some() {
        cursor.identifier()?;
    } else if kind == ObjectKind::Policy {
        policy_clauses(cursor)?;
    } else {
        return None;
    }
    Some(Action::AlterOn { kind, name, table })
}
