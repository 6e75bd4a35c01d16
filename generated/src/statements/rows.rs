//! Statements that read and write rows.

use crate::dice::Dice;
use crate::schema::{ROWS, value};
use crate::world::{Table, World};

pub(super) fn statement(dice: &mut Dice, world: &World) -> Option<String> {
    let table = dice.any(&world.tables)?;
    let name = &table.name;
    let place = condition(dice, table);
    Some(match dice.below(16) {
        0 => insert(dice, table),
        1 => insert_select(dice, table),
        2..5 => format!("UPDATE {name} SET {}{place}", assignment(dice, table)?),
        5 | 6 => format!("DELETE FROM {name}{place}"),
        7 => format!("SELECT count(*) FROM {name}{place}"),
        8 => format!(
            "SELECT 1 FROM {name}{place} FOR {}",
            dice.of(&["UPDATE", "UPDATE", "NO KEY UPDATE", "SHARE", "KEY SHARE"])
        ),
        9 => {
            let other = dice.any(world.tables.iter().filter(|other| other.name != *name))?;
            format!(
                "SELECT count(*) FROM {name} a JOIN {} b ON a.note = b.note",
                other.name
            )
        }
        10 => {
            let other = dice.any(world.tables.iter().filter(|other| other.name != *name))?;
            format!(
                "UPDATE {name} SET note = b.note FROM {} b WHERE {name}.note = b.note",
                other.name
            )
        }
        11 => {
            let other = dice.any(world.tables.iter().filter(|other| other.name != *name))?;
            format!(
                "DELETE FROM {name} USING {} b WHERE {name}.note = b.note",
                other.name
            )
        }
        12 => format!(
            "UPDATE {name} SET note = v.x FROM (VALUES (1, 'a'), (2, 'b')) AS v (id, x) WHERE {name}.id::text = v.id::text"
        ),
        13 => format!("INSERT INTO {name} DEFAULT VALUES"),
        _ => return with(dice, world),
    })
}

/// What is written within WITH.
pub(super) fn with(dice: &mut Dice, world: &World) -> Option<String> {
    let table = dice.any(&world.tables)?;
    let name = &table.name;
    let place = condition(dice, table);
    let changed = match dice.below(3) {
        0 => format!("DELETE FROM {name}{place} RETURNING note"),
        1 => format!(
            "UPDATE {name} SET {}{place} RETURNING note",
            assignment(dice, table)?
        ),
        _ => format!("{} RETURNING note", insert(dice, table)),
    };
    let other = &dice.any(&world.tables)?.name;
    Some(match dice.below(3) {
        0 => format!("WITH w AS ({changed}) SELECT count(*) FROM w"),
        1 => format!("WITH w AS ({changed}) SELECT count(*) FROM w JOIN {other} USING (note)"),
        _ => format!(
            "WITH w AS ({changed}) UPDATE {other} SET note = w.note FROM w WHERE {other}.note = w.note"
        ),
    })
}

fn condition(dice: &mut Dice, table: &Table) -> String {
    let key = table
        .columns
        .first()
        .filter(|column| column.ty != "character varying(20)");
    let (a, b) = (1 + dice.below(ROWS), 1 + dice.below(ROWS));
    match (dice.below(12), key) {
        (0..4, _) | (_, None) => String::new(),
        (4, _) => " WHERE note IS NULL".to_owned(),
        (5, _) => " WHERE note LIKE 'n1%'".to_owned(),
        (6, _) => format!(" WHERE id BETWEEN {a} AND {}", a + b % 20),
        (7, _) => format!(" WHERE id > {a}"),
        (8, _) => format!(" WHERE id IN ({a}, {b}, 3)"),
        (9, _) => format!(" WHERE id = {a} OR id = {b}"),
        _ => format!(" WHERE id = {a}"),
    }
}

/// `column = value` for UPDATE; the value is one that keys allow.
fn assignment(dice: &mut Dice, table: &Table) -> Option<String> {
    let settable = table
        .columns
        .iter()
        .filter(|column| !column.identity && !column.generated);
    let column = dice.any(settable)?;
    let name = &column.name;
    Some(match dice.below(6) {
        0..=2 => "note = 'x'".to_owned(),
        3 if column.has_default => format!("{name} = DEFAULT"),
        4 if !column.not_null => format!("{name} = NULL"),
        _ => format!("{name} = {}", value(&column.ty, "5")),
    })
}

fn written(dice: &mut Dice, table: &Table) -> Vec<(String, String)> {
    let mut columns = Vec::new();
    for column in &table.columns {
        let own = column.identity || column.generated || column.has_default && dice.chance(70);
        if own || !column.not_null && dice.chance(25) {
            continue;
        }
        columns.push((column.name.clone(), column.ty.clone()));
    }
    columns
}

fn insert(dice: &mut Dice, table: &Table) -> String {
    let columns = written(dice, table);
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let rows: Vec<String> = (0..=dice.below(2))
        .map(|nth| {
            let values = columns
                .iter()
                .map(|(name, ty)| new_value(name, ty, &format!("{}", 700 + nth)));
            format!("({})", values.collect::<Vec<_>>().join(", "))
        })
        .collect();
    let conflict = *dice.weighted(&[(8, ""), (1, " ON CONFLICT DO NOTHING")]);
    format!(
        "INSERT INTO {} ({}) VALUES {}{conflict}",
        table.name,
        names.join(", "),
        rows.join(", ")
    )
}

fn insert_select(dice: &mut Dice, table: &Table) -> String {
    let columns = written(dice, table);
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let values: Vec<String> = columns
        .iter()
        .map(|(name, ty)| new_value(name, ty, "600 + i"))
        .collect();
    format!(
        "INSERT INTO {} ({}) SELECT {} FROM generate_series(1, 50) i",
        table.name,
        names.join(", "),
        values.join(", ")
    )
}

/// Keys are new, and what refers to a row refers to one that is there.
fn new_value(name: &str, ty: &str, number: &str) -> String {
    let refers = name.starts_with('r') || name.ends_with("_id");
    match name {
        "region" | "part" => format!("({number}) % 5"),
        _ if refers && name.ends_with("_1") => "1".to_owned(),
        _ if refers => value(ty, "1"),
        _ => value(ty, number),
    }
}
