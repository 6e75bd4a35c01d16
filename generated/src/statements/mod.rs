//! Statements about what a database holds, weighted as migrations have them.

mod alter;
mod objects;
mod rows;

use crate::dice::Dice;
use crate::schema::Profile;
use crate::world::World;

/// One or several statements of one transaction, and the family that they are counted in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) family: &'static str,
    pub(crate) sql: Vec<String>,
}

type Maker = fn(&mut Dice, &World) -> Option<String>;

/// A family, its weight, and what makes a statement of it.
const FAMILIES: [(usize, (&str, Maker)); 14] = [
    (17, ("add-column", alter::add_column)),
    (13, ("rows", rows::statement)),
    (12, ("alter-type", alter::alter_type)),
    (12, ("constraint", alter::constraint)),
    (8, ("column", alter::column)),
    (5, ("drop", objects::drop)),
    (6, ("index", objects::index)),
    (6, ("create-table", objects::create_table)),
    (4, ("rename", objects::rename)),
    (5, ("sequence", objects::sequence)),
    (4, ("view", objects::view)),
    (4, ("maintenance", objects::maintenance)),
    (5, ("attached", objects::attached)),
    (3, ("lock", objects::lock)),
];

/// The next case.
pub(crate) fn case(dice: &mut Dice, world: &World, profile: Profile) -> Case {
    loop {
        let sql = match dice.below(100) {
            0..12 => several_statements(dice, world),
            12..22 => several_subcommands(dice, world),
            22..32 if profile != Profile::Plain => {
                one("partition", objects::partition(dice, world))
            }
            32..47 if profile == Profile::Biased => biased(dice, world),
            _ => {
                let (family, make) = *dice.weighted(&FAMILIES);
                one(family, make(dice, world))
            }
        };
        if let Some(case) = sql {
            return case;
        }
    }
}

fn one(family: &'static str, sql: Option<String>) -> Option<Case> {
    Some(Case {
        family,
        sql: vec![sql?],
    })
}

fn several_statements(dice: &mut Dice, world: &World) -> Option<Case> {
    let mut sql = Vec::new();
    for _ in 0..2 + dice.below(2) {
        let (_, make) = *dice.weighted(&FAMILIES);
        sql.push(make(dice, world)?);
    }
    Some(Case {
        family: "transaction",
        sql,
    })
}

fn several_subcommands(dice: &mut Dice, world: &World) -> Option<Case> {
    let table = &dice.any(&world.tables)?.name;
    let begin = format!("ALTER TABLE {table} ");
    let mut parts: Vec<String> = Vec::new();
    for _ in 0..60 {
        let make = *dice.of(&[
            alter::add_column,
            alter::alter_type,
            alter::constraint,
            alter::column,
        ]);
        let sql = make(dice, world)?;
        let part = sql
            .strip_prefix(&begin)
            .filter(|part| !part.starts_with("RENAME"));
        parts.extend(part.map(str::to_owned));
        if parts.len() == 2 + parts.first().map_or(0, String::len) % 2 {
            break;
        }
    }
    let family = "subcommands";
    (parts.len() > 1).then(|| Case {
        family,
        sql: vec![begin + &parts.join(", ")],
    })
}

fn biased(dice: &mut Dice, world: &World) -> Option<Case> {
    match dice.below(4) {
        0 => one("with", rows::with(dice, world)),
        1 => one("sequence", objects::sequence(dice, world)),
        2 => one("foreign-key", alter::foreign_key(dice, world)),
        _ => one("drop", objects::drop(dice, world)),
    }
}
