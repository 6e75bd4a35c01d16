//! Everything beside the columns of tables and their rows.

use crate::dice::Dice;
use crate::world::{Table, World};

pub(super) fn drop(dice: &mut Dice, world: &World) -> Option<String> {
    let cascade = if dice.chance(55) { " CASCADE" } else { "" };
    Some(match dice.below(12) {
        0..5 => format!("DROP TABLE {}{cascade}", dice.any(&world.tables)?.name),
        5 | 6 => format!(
            "DROP INDEX {}{cascade}",
            dice.any(world.indexes.iter().filter(|index| !index.constraint))?
                .name
        ),
        7 => format!("DROP SEQUENCE {}{cascade}", dice.any(&world.sequences)?.0),
        8 => format!("DROP VIEW {}{cascade}", dice.any(&world.views)?),
        9 => format!(
            "DROP MATERIALIZED VIEW {}{cascade}",
            dice.any(&world.materialized)?
        ),
        10 => format!(
            "DROP TYPE {}{cascade}",
            dice.any(world.enums.iter().chain(&world.domains))?
        ),
        _ => {
            let (first, second) = (dice.any(&world.tables)?, dice.any(&world.tables)?);
            format!("DROP TABLE {}, {}{cascade}", first.name, second.name)
        }
    })
}

pub(super) fn index(dice: &mut Dice, world: &World) -> Option<String> {
    let table = dice.any(&world.tables)?;
    let column = &dice.any(&table.columns)?.name;
    let name = dice.of(&["", "made "]);
    let only = if dice.chance(5) { "ONLY " } else { "" };
    Some(match dice.below(9) {
        0..3 => format!("CREATE INDEX {name}ON {only}{} ({column})", table.name),
        3 => format!("CREATE UNIQUE INDEX {name}ON {} (id, {column})", table.name),
        4 => format!(
            "CREATE INDEX {name}ON {} (note) WHERE {column} IS NOT NULL",
            table.name
        ),
        5 => format!(
            "CREATE INDEX IF NOT EXISTS made ON {} (lower(note))",
            table.name
        ),
        6 => format!("CREATE INDEX {name}ON {} (note) INCLUDE (id)", table.name),
        7 => format!(
            "REINDEX INDEX {}",
            dice.any(world.indexes.iter().filter(|index| !index.partitioned))?
                .name
        ),
        _ => {
            let index = dice.any(&world.indexes)?;
            format!(
                "ALTER INDEX {} {}",
                index.name,
                dice.of(&[
                    "SET (fillfactor = 70)",
                    "RESET (fillfactor)",
                    "SET TABLESPACE pg_default",
                    "RENAME TO renamed"
                ])
            )
        }
    })
}

pub(super) fn create_table(dice: &mut Dice, world: &World) -> Option<String> {
    let keyed = |table: &&Table| {
        table
            .key()
            .is_some_and(|key| key.kind == 'p' && key.columns.len() == 1)
    };
    let parent = dice.any(world.tables.iter().filter(keyed))?;
    let ty = &parent.column(&parent.key()?.columns[0])?.ty;
    let tail = dice.of(&["", " ON DELETE CASCADE", " DEFERRABLE INITIALLY DEFERRED"]);
    let any = &dice.any(&world.tables)?.name;
    Some(match dice.below(8) {
        0..3 => format!(
            "CREATE TABLE made (id int PRIMARY KEY, p_id {ty} REFERENCES {}{tail})",
            parent.name
        ),
        3 => format!("CREATE TABLE made (LIKE {any} INCLUDING ALL)"),
        4 => format!("CREATE TABLE made (extra2 int) INHERITS ({any})"),
        5 => format!(
            "CREATE TABLE made AS SELECT * FROM {any}{}",
            dice.of(&["", " WITH NO DATA"])
        ),
        6 => format!("CREATE TABLE IF NOT EXISTS {any} (id int)"),
        _ => format!(
            "CREATE TABLE made (id serial PRIMARY KEY, p_id {ty}, CONSTRAINT made_p FOREIGN KEY (p_id) REFERENCES {})",
            parent.name
        ),
    })
}

pub(super) fn rename(dice: &mut Dice, world: &World) -> Option<String> {
    let table = dice.any(&world.tables)?;
    Some(match dice.below(8) {
        0..3 => format!("ALTER TABLE {} RENAME TO renamed", table.name),
        3..6 => format!(
            "ALTER TABLE {} RENAME COLUMN {} TO renamed",
            table.name,
            dice.any(&table.columns)?.name
        ),
        6 => format!("ALTER TABLE {} SET SCHEMA pg_temp", table.name).replace("pg_temp", "other"),
        _ => format!(
            "ALTER INDEX {} RENAME TO renamed",
            dice.any(&world.indexes)?.name
        ),
    })
}

pub(super) fn sequence(dice: &mut Dice, world: &World) -> Option<String> {
    let (name, owner) = dice.any(&world.sequences)?;
    Some(match dice.below(12) {
        0 => format!("ALTER SEQUENCE {name} RESTART WITH 90000"),
        1 => format!("ALTER SEQUENCE {name} INCREMENT BY 10"),
        2 => format!("ALTER SEQUENCE {name} AS bigint"),
        3 => format!("ALTER SEQUENCE {name} RENAME TO renamed"),
        4 => format!("ALTER SEQUENCE {name} OWNED BY NONE"),
        5 => format!(
            "ALTER SEQUENCE {name} OWNED BY {}.id",
            dice.any(&world.tables)?.name
        ),
        6 => format!("ALTER SEQUENCE {name} CACHE 20"),
        7 => format!("SELECT setval('{name}', 80000)"),
        8 => format!("SELECT nextval('{name}')"),
        9 => format!("DROP SEQUENCE {name} CASCADE"),
        _ => {
            let (table, column) = owner.as_ref()?;
            format!("SELECT setval(pg_get_serial_sequence('{table}', '{column}'), 70000)")
        }
    })
}

pub(super) fn view(dice: &mut Dice, world: &World) -> Option<String> {
    let table = &dice.any(&world.tables)?.name;
    Some(match dice.below(7) {
        0 | 1 => format!("CREATE VIEW made AS SELECT * FROM {table}"),
        2 => format!(
            "CREATE MATERIALIZED VIEW made AS SELECT id, note FROM {table}{}",
            dice.of(&["", " WITH NO DATA"])
        ),
        3 => format!(
            "REFRESH MATERIALIZED VIEW {}{}",
            dice.any(&world.materialized)?,
            dice.of(&["", " WITH NO DATA"])
        ),
        4 => format!(
            "REFRESH MATERIALIZED VIEW CONCURRENTLY {}",
            dice.any(&world.materialized)?
        ),
        5 => format!(
            "CREATE OR REPLACE VIEW {} AS SELECT id, note FROM {table}",
            dice.any(&world.views)?
        ),
        _ => format!("ALTER VIEW {} RENAME TO renamed", dice.any(&world.views)?),
    })
}

pub(super) fn maintenance(dice: &mut Dice, world: &World) -> Option<String> {
    let table = dice.any(&world.tables)?;
    let name = &table.name;
    Some(match dice.below(6) {
        0 | 1 => format!("ANALYZE {name}"),
        2 => format!("REINDEX TABLE {name}"),
        3 => {
            let index = dice.any(world.indexes.iter().filter(|index| !index.partitioned))?;
            format!("CLUSTER {} USING {}", index.table, index.name)
        }
        4 => format!("COPY {name} TO '/dev/null'"),
        _ => format!(
            "TRUNCATE {name}{}",
            dice.of(&["", " CASCADE", " RESTART IDENTITY CASCADE"])
        ),
    })
}

pub(super) fn attached(dice: &mut Dice, world: &World) -> Option<String> {
    let table = &dice.any(&world.tables)?.name;
    Some(match dice.below(13) {
        0 => format!(
            "CREATE TRIGGER made BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION touch()"
        ),
        1 => format!(
            "CREATE TRIGGER made AFTER UPDATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION touch()"
        ),
        2 => {
            let (trigger, table) = dice.any(&world.triggers)?;
            match dice.below(3) {
                0 => format!("DROP TRIGGER {trigger} ON {table}"),
                1 => format!("ALTER TRIGGER {trigger} ON {table} RENAME TO renamed"),
                _ => format!("ALTER TABLE {table} DISABLE TRIGGER {trigger}"),
            }
        }
        3 => format!("CREATE POLICY made ON {table} USING (note <> 'x')"),
        4 => {
            let (policy, table) = dice.any(&world.policies)?;
            format!("DROP POLICY {policy} ON {table}")
        }
        5 => format!("CREATE PUBLICATION made FOR TABLE {table}"),
        6 => format!(
            "ALTER PUBLICATION {} ADD TABLE {table}",
            dice.any(&world.publications)?
        ),
        7 => format!("COMMENT ON TABLE {table} IS 'x'"),
        8 => format!("COMMENT ON COLUMN {table}.note IS 'x'"),
        9 => format!("GRANT SELECT ON {table} TO PUBLIC"),
        10 => format!("CREATE STATISTICS made ON id, note FROM {table}"),
        11 => format!("CREATE RULE made AS ON DELETE TO {table} DO ALSO NOTHING"),
        _ => (*dice.of(&[
            "ALTER DOMAIN amount ADD CONSTRAINT added CHECK (VALUE < 100000)",
            "ALTER DOMAIN amount SET NOT NULL",
            "ALTER DOMAIN label ADD CHECK (VALUE <> 'x') NOT VALID",
            "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'",
        ]))
        .to_owned(),
    })
}

pub(super) fn lock(dice: &mut Dice, world: &World) -> Option<String> {
    let table = &dice.any(&world.tables)?.name;
    let only = if dice.chance(10) { "ONLY " } else { "" };
    let mode = dice.of(&[
        "ROW SHARE",
        "SHARE",
        "SHARE UPDATE EXCLUSIVE",
        "SHARE ROW EXCLUSIVE",
        "EXCLUSIVE",
        "ACCESS EXCLUSIVE",
    ]);
    Some(format!("LOCK TABLE {only}{table} IN {mode} MODE"))
}

/// Partitions come, go and change.
pub(super) fn partition(dice: &mut Dice, world: &World) -> Option<String> {
    let partition = dice.any(world.tables.iter().filter(|table| table.is_partition()))?;
    let parent = world.table(partition.parents.first()?)?;
    let child = &partition.name;
    Some(match dice.below(12) {
        0 | 1 => {
            let bound = if parent.partitioned_by.starts_with("list") {
                "FOR VALUES IN (77)"
            } else {
                "FOR VALUES FROM (100000) TO (200000)"
            };
            let bound = if dice.chance(15) { "DEFAULT" } else { bound };
            format!("CREATE TABLE made PARTITION OF {} {bound}", parent.name)
        }
        2 | 3 => format!("ALTER TABLE {} DETACH PARTITION {child}", parent.name),
        4 => format!("DROP TABLE {child}{}", dice.of(&["", " CASCADE"])),
        5 => format!("TRUNCATE {child}{}", dice.of(&["", " CASCADE"])),
        6 => format!("ALTER TABLE {child} ADD CHECK (id > -5)"),
        7 => format!("CREATE INDEX ON {child} (note)"),
        8 => format!("SELECT count(*) FROM {child}"),
        9 => format!("UPDATE {} SET note = 'x' WHERE id = 10", parent.name),
        10 => {
            let child = dice.any(
                world
                    .tables
                    .iter()
                    .filter(|table| !table.parents.is_empty() && !table.is_partition()),
            )?;
            format!("ALTER TABLE {} NO INHERIT {}", child.name, child.parents[0])
        }
        _ => format!("ALTER TABLE {child} ALTER COLUMN note SET NOT NULL"),
    })
}
