//! SELECT, VALUES, TABLE, WITH, INSERT, UPDATE, DELETE, MERGE and COPY.

use super::cursor::Cursor;
use super::expr::expression;
use super::query::{self, Usage, usage};
use crate::ir::{Action, CreateTableAs, Dml, DmlKind, Execution, Name, RelationKind, SetVariable};

/// Reads a statement on rows.
pub(super) fn dml(cursor: &mut Cursor) -> Option<Action> {
    let whole = cursor.rest();
    if let Some(action) = set_config(whole) {
        return Some(action);
    }
    let found = usage(whole);
    let kind = found.kind.filter(|kind| begins_with(whole, *kind))?;
    if !found.complete || kind != DmlKind::Select && found.target.is_none() {
        return None;
    }
    if let Some((name, temporary)) = found.into {
        return Some(Action::CreateTableAs(CreateTableAs {
            kind: RelationKind::Table,
            name,
            if_not_exists: false,
            temporary,
            with_data: true,
            mentions: query::mentions(whole),
            named: Vec::new(),
            columns: Vec::new(),
            reads: found.reads,
        }));
    }
    let mut made = made(kind, found);
    if !made.writes.is_empty() {
        made.within = within(whole);
    }
    Some(Action::Dml(made))
}

/// The statements of a WITH clause that write rows.
fn within(mut cursor: Cursor) -> Vec<Dml> {
    let mut found = Vec::new();
    if !cursor.eat("with") {
        return found;
    }
    cursor.eat("recursive");
    while cursor.identifier().is_some() {
        cursor.column_list();
        cursor.eat("as");
        if !cursor.eat("materialized") {
            cursor.eat("not materialized");
        }
        let Some(mut inner) = cursor.parentheses() else {
            break;
        };
        if let Some(Action::Dml(inner)) = dml(&mut inner)
            && (inner.kind != DmlKind::Select || !inner.within.is_empty())
        {
            found.push(inner);
        }
        if !cursor.eat_symbol(b',') {
            break;
        }
    }
    found
}

/// Whether a statement that begins with a word for writing is of that kind.
fn begins_with(whole: Cursor, kind: DmlKind) -> bool {
    const WORDS: &[(&str, DmlKind)] = &[
        ("insert", DmlKind::Insert),
        ("update", DmlKind::Update),
        ("delete", DmlKind::Delete),
        ("merge", DmlKind::Merge),
    ];
    let mut words = WORDS.iter();
    words
        .find(|(word, _)| whole.at(word))
        .is_none_or(|(_, written)| *written == kind)
}

fn made(kind: DmlKind, found: Usage) -> Dml {
    let literal = kind == DmlKind::Insert && !found.rows_from_tables && !gives_rows(&found.calls);
    Dml {
        kind,
        target: found.target,
        reads: found.reads,
        writes: found.writes,
        within: Vec::new(),
        literal_rows: literal,
        columns: found.columns,
        rows: found.rows,
        default_values: found.default_values,
        sets: found.sets,
        assigned: found.assigned,
        on_conflict: found.on_conflict,
        updates_on_conflict: found.updates_on_conflict,
        predicate: found.predicate.map(expression),
        only: found.only,
        aliases: found.aliases,
        merges: found.merges,
        merges_unmatched: found.merges_unmatched,
        limited: found.limited,
        ordered: found.ordered,
        row_lock: found.row_lock,
        row_lock_of: found.row_lock_of,
        execution: Execution::Whole,
        repeated: Vec::new(),
        in_pieces: false,
        calls: found.calls,
        sequences: found.sequences,
    }
}

/// Whether one of the built-in functions that give many rows is called.
fn gives_rows(calls: &[Name]) -> bool {
    const FUNCTIONS: &[&str] = &[
        "generate_series",
        "generate_subscripts",
        "unnest",
        "json_array_elements",
        "json_array_elements_text",
        "json_each",
        "json_each_text",
        "json_object_keys",
        "jsonb_array_elements",
        "jsonb_array_elements_text",
        "jsonb_each",
        "jsonb_each_text",
        "jsonb_object_keys",
        "jsonb_path_query",
        "regexp_matches",
        "regexp_split_to_table",
        "string_to_table",
    ];
    calls
        .iter()
        .any(|call| FUNCTIONS.contains(&call.name.as_str()))
}

/// `SELECT set_config('name', 'value', is_local)` alone is a SET.
fn set_config(mut cursor: Cursor) -> Option<Action> {
    cursor.expect("select")?;
    let function = cursor.name()?;
    let built_in = function
        .schema
        .as_deref()
        .is_none_or(|schema| schema == "pg_catalog");
    if function.name != "set_config" || !built_in {
        return None;
    }
    let mut arguments = cursor.parentheses()?;
    let name = arguments.string()?.to_ascii_lowercase();
    arguments.eat_symbol(b',').then_some(())?;
    let value = arguments.string()?;
    arguments.eat_symbol(b',').then_some(())?;
    let local = arguments.eat_any(&["true", "false"])? == "true";
    let value = value
        .split(',')
        .map(|part| part.trim().trim_matches('"').to_string())
        .collect();
    (cursor.is_empty() && arguments.is_empty()).then_some(Action::Set(SetVariable {
        name,
        value: Some(value),
        local,
    }))
}

/// Reads COPY.
pub(super) fn copy(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("copy")?;
    cursor.eat("binary");
    if let Some(mut query) = cursor.parentheses() {
        cursor.expect("to")?;
        cursor.rest();
        return copy_query(&mut query);
    }
    let table = cursor.name()?;
    cursor.skip_parentheses();
    let from = cursor.eat_any(&["from", "to"])? == "from";
    let program = cursor.eat("program");
    if cursor.string().is_none() && (program || cursor.eat_any(&["stdin", "stdout"]).is_none()) {
        return None;
    }
    cursor.rest();
    Some(Action::Copy {
        table: Some(table),
        from,
        reads: Vec::new(),
    })
}

/// A statement that writes rows does so in COPY too.
fn copy_query(query: &mut Cursor) -> Option<Action> {
    let reads = match dml(query)? {
        Action::Dml(dml) if dml.kind == DmlKind::Select && dml.writes.is_empty() => dml.reads,
        // PostgreSQL refuses INTO here.
        Action::CreateTableAs(create) => create.reads,
        action => return Some(action),
    };
    Some(Action::Copy {
        table: None,
        from: false,
        reads,
    })
}
