//! What hangs on a relation: triggers, rules, policies and extended statistics.

use super::cursor::Cursor;
use super::query;
use super::utility::utility;
use crate::ir::{Action, DmlKind, Fires, Name, ObjectKind, Uses};

/// Reads CREATE TRIGGER, RULE, POLICY and STATISTICS.
pub(super) fn create_on(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("create")?;
    let replaces = cursor.eat("or replace");
    let kind = cursor.eat_any(&[
        "constraint trigger",
        "trigger",
        "rule",
        "policy",
        "statistics",
    ])?;
    let mut made = match kind {
        "rule" => rule(cursor),
        "policy" => policy(cursor),
        "statistics" => statistics(cursor),
        _ => trigger(cursor),
    }?;
    if let Action::CreateOn { may_exist, .. } = &mut made {
        *may_exist |= replaces;
    }
    Some(made)
}

fn trigger(cursor: &mut Cursor) -> Option<Action> {
    let name = cursor.identifier()?;
    let before = cursor.eat_any(&["before", "after", "instead of"])? == "before";
    let events = cursor.until(|ahead| ahead.at("on"));
    cursor.expect("on")?;
    let table = cursor.name()?;
    let from = if cursor.eat("from") {
        Some(cursor.name()?)
    } else {
        None
    };
    let mut how = cursor.until(|ahead| ahead.at("execute"));
    let mut manner = how.until(|ahead| ahead.at("when"));
    let mut fires = fires(events);
    fires.before = before;
    while !manner.is_empty() {
        match manner.eat_any(&["initially deferred", "for each row", "for row"]) {
            Some("initially deferred") => fires.deferred = true,
            Some(_) => fires.each_row = true,
            None => {
                manner.next();
            }
        }
    }
    fires.perhaps |= !how.is_empty();
    cursor.expect("execute")?;
    cursor.eat_any(&["function", "procedure"])?;
    let function = cursor.name()?;
    cursor.parentheses()?;
    Some(Action::CreateOn {
        kind: ObjectKind::Trigger,
        name: Some(name),
        may_exist: false,
        table,
        from,
        uses: Uses {
            calls: vec![function],
            columns: updated(events),
            fires,
            ..Uses::default()
        },
    })
}

/// Reads `INSERT OR UPDATE OF a, b OR TRUNCATE`.
fn fires(mut events: Cursor) -> Fires {
    let mut fires = Fires::default();
    let mut first = true;
    while !events.is_empty() {
        if std::mem::take(&mut first) || events.eat("or") {
            match events.eat_any(&["insert", "update", "delete", "truncate"]) {
                Some("insert") => fires.on.push(DmlKind::Insert),
                Some("update") => {
                    fires.perhaps |= events.at("of");
                    fires.on.push(DmlKind::Update);
                }
                Some("delete") => fires.on.push(DmlKind::Delete),
                Some(_) => fires.on_truncate = true,
                None => {}
            }
        } else {
            events.next();
        }
    }
    fires
}

/// The columns behind `UPDATE OF`.
fn updated(mut events: Cursor) -> Vec<String> {
    events.until(|ahead| ahead.at("update of"));
    if !events.eat("update of") {
        return Vec::new();
    }
    let columns = events.until(|ahead| ahead.at("or"));
    columns
        .commas()
        .filter_map(|mut column| column.label())
        .collect()
}

fn rule(cursor: &mut Cursor) -> Option<Action> {
    let name = cursor.identifier()?;
    cursor.expect("as on")?;
    let command = cursor.eat_any(&["select", "insert", "update", "delete"])?;
    cursor.expect("to")?;
    let table = cursor.name()?;
    let mut uses = Uses::default();
    let condition = cursor.until(|ahead| ahead.at("do"));
    read(condition, &mut uses);
    cursor.expect("do")?;
    uses.instead = cursor.eat_any(&["also", "instead"]) == Some("instead");
    uses.on = Some(match command {
        "insert" => DmlKind::Insert,
        "update" => DmlKind::Update,
        "delete" => DmlKind::Delete,
        _ => DmlKind::Select,
    });
    let mut actions = cursor.rest();
    if let Some(inner) = actions.parentheses() {
        actions = inner;
    }
    while !actions.is_empty() {
        read(actions.until(|ahead| ahead.at_symbol(b';')), &mut uses);
        actions.eat_symbol(b';');
    }
    // The old and the new row are no relations.
    let row = |name: &Name| name.schema.is_none() && matches!(&*name.name, "new" | "old");
    uses.reads.retain(|name| !row(name));
    Some(on(ObjectKind::Rule, Some(name), table, uses))
}

fn policy(cursor: &mut Cursor) -> Option<Action> {
    let name = cursor.identifier()?;
    cursor.expect("on")?;
    let table = cursor.name()?;
    let mut uses = Uses::default();
    policy_clauses(cursor, &mut uses)?;
    Some(on(ObjectKind::Policy, Some(name), table, uses))
}

/// Notes the relations that a condition or an action names.
fn read(part: Cursor, uses: &mut Uses) {
    let usage = query::usage(part);
    uses.reads.extend(usage.reads);
    uses.writes.extend(usage.target);
    uses.calls.extend(usage.calls);
}

/// Notes what a policy's condition names; where that is more than its own table, nobody knows whose a column is.
fn condition(part: Cursor, uses: &mut Uses) {
    read(part, uses);
    uses.columns.extend(query::named(part));
    if !uses.reads.is_empty() {
        uses.columns.clear();
    }
}

fn policy_clauses(cursor: &mut Cursor, uses: &mut Uses) -> Option<()> {
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
        condition(cursor.parentheses()?, uses);
    }
    if cursor.eat("with check") {
        condition(cursor.parentheses()?, uses);
    }
    Some(())
}

fn statistics(cursor: &mut Cursor) -> Option<Action> {
    let may_exist = cursor.eat("if not exists");
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
        Some((table_name, _)) if table.is_empty() => Some(Action::CreateOn {
            kind: ObjectKind::Statistics,
            name,
            may_exist,
            table: table_name,
            from: None,
            uses: Uses::default(),
        }),
        // The grammar takes all that SELECT takes; PostgreSQL refuses what is no relation.
        _ => (!from.is_empty()).then(|| utility("create-statistics")),
    }
}

fn on(kind: ObjectKind, name: Option<String>, table: Name, uses: Uses) -> Action {
    Action::CreateOn {
        kind,
        name,
        may_exist: false,
        table,
        from: None,
        uses,
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
    let mut depends = false;
    if let Some(form) = cursor.eat_any(FORMS) {
        depends = form.ends_with("extension");
        cursor.identifier()?;
    } else if kind == ObjectKind::Policy {
        policy_clauses(cursor, &mut Uses::default())?;
    } else {
        return None;
    }
    Some(Action::AlterOn {
        kind,
        name,
        table,
        depends,
    })
}
