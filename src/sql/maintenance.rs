//! VACUUM, ANALYZE, CLUSTER, REINDEX, TRUNCATE and LOCK.

use super::cursor::Cursor;
use super::utility::is_on;
use crate::ir::{Action, Name, ReindexTarget};
use crate::postgres::LockMode;

/// Reads VACUUM, with its options in parentheses or in the old order.
pub(super) fn vacuum(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("vacuum")?;
    let (full, analyze) = if let Some(options) = cursor.parentheses() {
        (
            switched_on(options, &["full"]),
            switched_on(options, &["analyze", "analyse"]),
        )
    } else {
        let full = cursor.eat("full");
        cursor.eat("freeze");
        cursor.eat("verbose");
        (full, cursor.eat_any(&["analyze", "analyse"]).is_some())
    };
    let (tables, only) = tables_with_columns(cursor)?;
    Some(Action::Vacuum {
        tables,
        only,
        full,
        analyze,
    })
}

/// Reads ANALYZE.
pub(super) fn analyze(cursor: &mut Cursor) -> Option<Action> {
    cursor.eat_any(&["analyze", "analyse"])?;
    if !cursor.skip_parentheses() {
        cursor.eat("verbose");
    }
    let (tables, only) = tables_with_columns(cursor)?;
    Some(Action::Analyze { tables, only })
}

fn switched_on(options: Cursor, names: &[&str]) -> bool {
    let mut on = false;
    for mut option in options.commas() {
        if option.eat_any(names).is_some() {
            on = is_on(option);
        }
    }
    on
}

fn tables_with_columns(cursor: &mut Cursor) -> Option<(Vec<Name>, bool)> {
    let mut tables = Vec::new();
    let mut any_only = false;
    if cursor.is_empty() {
        return Some((tables, false));
    }
    loop {
        let (table, only) = cursor.relation()?;
        tables.push(table);
        any_only |= only;
        if cursor.at_symbol(b'(') {
            cursor.column_list()?;
        }
        if !cursor.eat_symbol(b',') {
            return Some((tables, any_only));
        }
    }
}

/// Reads CLUSTER, with the table before or, in the old form, behind the index.
pub(super) fn cluster(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("cluster")?;
    if !cursor.skip_parentheses() {
        cursor.eat("verbose");
    }
    if cursor.is_empty() {
        return Some(Action::Cluster { table: None });
    }
    let mut table = cursor.name()?;
    if cursor.eat("using") {
        cursor.identifier()?;
    } else if cursor.eat("on") {
        table = cursor.name()?;
    }
    Some(Action::Cluster { table: Some(table) })
}

/// Reads REINDEX.
pub(super) fn reindex(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("reindex")?;
    let options = cursor.parentheses();
    let optional = options.is_some_and(|options| switched_on(options, &["concurrently"]));
    let target = cursor.eat_one_of(&[
        ("index", ReindexTarget::Index),
        ("table", ReindexTarget::Table),
        ("schema", ReindexTarget::Schema),
        ("database", ReindexTarget::Database),
        ("system", ReindexTarget::System),
    ])?;
    let whole = matches!(target, ReindexTarget::Database | ReindexTarget::System);
    let concurrently = cursor.eat("concurrently") || optional;
    let name = if cursor.is_empty() && whole {
        None
    } else {
        Some(cursor.name()?)
    };
    Some(Action::Reindex {
        target,
        name,
        concurrently,
    })
}

/// Takes relations with commas between them, and whether ONLY stands before one.
fn relations(cursor: &mut Cursor) -> Option<(Vec<Name>, bool)> {
    let mut tables = Vec::new();
    let mut any_only = false;
    loop {
        let (table, only) = cursor.relation()?;
        tables.push(table);
        any_only |= only;
        if !cursor.eat_symbol(b',') {
            return Some((tables, any_only));
        }
    }
}

/// Reads TRUNCATE.
pub(super) fn truncate(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("truncate")?;
    cursor.eat("table");
    let (tables, only) = relations(cursor)?;
    let identity = cursor.eat_any(&["restart identity", "continue identity"]);
    let cascade = cursor.eat_any(&["cascade", "restrict"]) == Some("cascade");
    Some(Action::Truncate {
        tables,
        only,
        cascade,
        restart: identity == Some("restart identity"),
    })
}

/// Reads LOCK.
pub(super) fn lock(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("lock")?;
    cursor.eat("table");
    let (tables, only) = relations(cursor)?;
    let mode = if cursor.eat("in") {
        lock_mode(cursor)?
    } else {
        LockMode::AccessExclusive
    };
    Some(Action::LockTable {
        tables,
        only,
        mode,
        nowait: cursor.eat("nowait"),
    })
}

fn lock_mode(cursor: &mut Cursor) -> Option<LockMode> {
    let mut modes = LockMode::ALL.into_iter();
    modes.find(|mode| cursor.eat(&format!("{} mode", mode.sql_name().to_ascii_lowercase())))
}
