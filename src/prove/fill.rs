//! Puts rows into the tables that are still empty.

use super::case::TableRows;
use mig_lint_demo_db::{Error, Session, interrupt, observe};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Fills each table that holds no rows yet with `rows` of them, or with as many as `tables` says where `at_scale`. Gives the tables filled.
pub(super) fn fill(
    session: &mut Session,
    tables: &BTreeMap<String, TableRows>,
    rows: u64,
    at_scale: bool,
) -> Result<BTreeMap<String, u64>, Error> {
    let mut filled = BTreeMap::new();
    let all = observe::relations(session)?;
    let holds = |relation: &&observe::Relation| matches!(relation.kind, 'r' | 'p') && !relation.partition;
    for table in all.iter().filter(holds) {
        interrupt::check()?;
        let name = table.display();
        let some = session.rows(&format!("SELECT 1 FROM {} LIMIT 1", table.quoted()))?;
        if !some.is_empty() {
            continue;
        }
        let default = TableRows::default();
        let spec = tables.get(&name).unwrap_or(&default);
        let rows = spec.rows.filter(|_| at_scale).unwrap_or(rows);
        let columns = columns(session, table.oid)?;
        session.run(&insert(columns, &table.quoted(), spec, rows))?;
        filled.insert(name, rows);
    }
    for view in all.iter().filter(|relation| relation.kind == 'm') {
        session.run(&format!("REFRESH MATERIALIZED VIEW {}", view.quoted()))?;
    }
    if !filled.is_empty() {
        session.run("VACUUM ANALYZE")?;
    }
    Ok(filled)
}

type Column = (String, String, i64);

fn columns(session: &mut Session, oid: u32) -> Result<Vec<Column>, Error> {
    let rows = session.rows(&format!(
        "SELECT a.attname, t.typname, a.atttypmod FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
         WHERE a.attrelid = {oid} AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = '' ORDER BY a.attnum"
    ))?;
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    Ok(rows
        .iter()
        .map(|row| (text(&row[0]), text(&row[1]), text(&row[2]).parse().unwrap_or(-1)))
        .collect())
}

fn insert(columns: Vec<Column>, table: &str, spec: &TableRows, rows: u64) -> String {
    let (mut names, mut values) = (String::new(), String::new());
    for (name, ty, modifier) in columns {
        let value = match (spec.columns.get(&name), ty.as_str()) {
            (Some(expression), _) => expression.clone(),
            (None, "int2") => "i % 30000".to_owned(),
            (None, "int4" | "int8") => "i".to_owned(),
            (None, "numeric" | "float4" | "float8") => "(i % 100000) / 100.0".to_owned(),
            (None, "text" | "varchar" | "bpchar") => format!(
                "left('v' || i, {})",
                if modifier > 4 { modifier - 4 } else { 100 }
            ),
            (None, "bool") => "i % 2 = 0".to_owned(),
            (None, "timestamp" | "timestamptz" | "date") => {
                "timestamp '2024-01-01' + i * interval '1 second'".to_owned()
            }
            (None, "uuid") => "md5(i::text)::uuid".to_owned(),
            (None, "json" | "jsonb") => "'{\"a\": 1}'".to_owned(),
            _ => continue,
        };
        let comma = if names.is_empty() { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(names, "{comma}\"{}\"", name.replace('"', "\"\""));
        let _ = write!(values, "{comma}{value}");
    }
    format!("INSERT INTO {table} ({names}) SELECT {values} FROM generate_series(1, {rows}) i")
}
