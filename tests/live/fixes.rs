//! What `--fix` makes of the examples of the rules runs on a server, and ends in the catalog that the examples themselves end in.

use crate::common::Failures;
use crate::common::fixes::{examples, fixed};
use mig_lint::engine::Report;
use mig_lint::finding::Finding;
use mig_lint::ir::RelationKind;
use mig_lint::postgres::{Access, Version};
use mig_lint::prove::Subject;
use mig_lint::source::TransactionMode;
use mig_lint_demo_db::{Error, Server};
use std::path::Path;

/// All of a schema that people and programs see, one line each: tables, columns, constraints, indexes, triggers, policies, views, sequences, types, comments;
/// and what the columns hold, of those that hold what nobody can foresee how often.
const CATALOG: &str = "
WITH own AS (
    SELECT oid, nspname FROM pg_namespace
    WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
), relations AS (
    SELECT c.*, format('%I.%I', nspname, relname) AS called FROM pg_class c JOIN own ON own.oid = relnamespace
)
SELECT line FROM (
    SELECT format('relation %s %s owner %s options %s persistence %s replica %s rls %s %s partition %s', called, relkind, pg_get_userbyid(relowner),
        reloptions, relpersistence, relreplident, relrowsecurity, relforcerowsecurity, pg_get_expr(relpartbound, oid))
    FROM relations WHERE relkind <> 't'
    UNION ALL SELECT format('column %s %s %s %s null %s default %s identity %s generated %s statistics %s storage %s', called, row_number() OVER (PARTITION BY attrelid ORDER BY attnum),
        attname, format_type(atttypid, atttypmod), NOT attnotnull, pg_get_expr(adbin, adrelid), attidentity, attgenerated, attstattarget, attstorage)
    FROM pg_attribute JOIN relations ON relations.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attnum > 0 AND NOT attisdropped AND relkind <> 'i' AND relkind <> 'I'
    UNION ALL SELECT format('constraint %s %s %s valid %s local %s', called, conname, pg_get_constraintdef(k.oid), convalidated, conislocal)
    FROM pg_constraint k JOIN relations ON relations.oid = conrelid
    UNION ALL SELECT format('index %s valid %s ready %s primary %s clustered %s', pg_get_indexdef(indexrelid), indisvalid, indisready, indisprimary, indisclustered)
    FROM pg_index JOIN relations ON relations.oid = indexrelid
    UNION ALL SELECT format('trigger %s %s', pg_get_triggerdef(t.oid), tgenabled)
    FROM pg_trigger t JOIN relations ON relations.oid = tgrelid WHERE NOT tgisinternal
    UNION ALL SELECT format('policy %s %s %s', called, polname, pg_get_expr(polqual, polrelid)) FROM pg_policy JOIN relations ON relations.oid = polrelid
    UNION ALL SELECT format('view %s %s populated %s', called, pg_get_viewdef(oid), relispopulated) FROM relations WHERE relkind IN ('v', 'm')
    UNION ALL SELECT format('inherits %s %s', i.inhrelid::regclass, i.inhparent::regclass) FROM pg_inherits i
    UNION ALL SELECT format('type %s %s %s', t.oid::regtype, typtype, (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid))
    FROM pg_type t JOIN own ON own.oid = typnamespace WHERE typtype <> 'c' AND typcategory <> 'A'
    UNION ALL SELECT format('function %s', p.oid::regprocedure) FROM pg_proc p JOIN own ON own.oid = pronamespace
    UNION ALL SELECT format('rows %s %s %s', called, attname, query_to_xml(
        CASE WHEN pg_get_expr(adbin, adrelid) ~ 'random|uuid|nextval|clock' THEN format('SELECT count(%I) FROM %s', attname, called)
        ELSE format('SELECT count(%1$I), sum(hashtext(%1$I::text)::bigint) FROM %2$s', attname, called) END, false, true, ''))
    FROM pg_attribute JOIN relations ON relations.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p')
    UNION ALL SELECT format('comment %s %s', (pg_identify_object(d.classoid, d.objoid, d.objsubid)).identity, description) FROM pg_description d
    WHERE d.objoid >= 16384
) AS lines (line) ORDER BY line COLLATE \"C\"";

/// What is not as the example has it, and cannot be: DETACH CONCURRENTLY leaves a CHECK that says what the bound said.
const DIFFERENT: &[(&str, &str)] = &[(
    "non-concurrent-detach",
    "constraint public.events_1 events_1_k_check CHECK (((k IS NOT NULL) AND (k >= 0) AND (k < 1000))) valid t local t",
)];

/// Runs every example that a server takes, as it is and fixed.
pub(crate) fn end_the_same(server: &Server) {
    let major = u8::try_from(server.version().major).expect("a small number");
    let version = Version::new(major).expect("a version that is known");
    let mut compared = 0;
    Failures::collect(|failures| {
        for (id, text) in examples() {
            let one = fixed(id, text, version);
            if one.mended.files.is_empty() {
                continue;
            }
            // What fails as it is has no end to be compared with.
            let Ok(expected) = catalog_after(server, &one.read(version)) else {
                continue;
            };
            one.write();
            compared += 1;
            match catalog_after(server, &one.read(version)) {
                Ok(found) => {
                    let is_new = |line: &&String| {
                        !expected.contains(line) && !DIFFERENT.contains(&(id, line.as_str()))
                    };
                    let more: Vec<_> = found.iter().filter(is_new).collect();
                    let less: Vec<_> = expected.iter().filter(|it| !found.contains(it)).collect();
                    failures.equal(
                        format!("{id}, fixed"),
                        &(Vec::new(), Vec::new()),
                        &(less, more),
                    );
                }
                Err(error) => failures.note(format!("{id}, fixed"), "it runs", error),
            }
        }
    });
    assert!(compared >= 15, "{compared}");
}

/// Of what is fixed, and clean, nobody waits for anything that grows with a table.
pub(crate) fn nobody_waits(server: &Server) {
    let major = u8::try_from(server.version().major).expect("a small number");
    let version = Version::new(major).expect("a version that is known");
    let mut watched = 0;
    Failures::collect(|failures| {
        for (id, text) in examples() {
            let one = fixed(id, text, version);
            if one.mended.files.is_empty() {
                continue;
            }
            one.write();
            let outcome = crate::outcome(
                server,
                Subject::Path(Box::new(one.pending(version))),
                false,
                60,
            );
            let left = one.mended.after.findings.iter();
            let line = |it: &Finding| it.file.place(it.statement.start).line;
            let left: Vec<_> = left.map(|it| (it.file.path(), line(it))).collect();
            for step in outcome.cases.iter().flat_map(|case| &case.steps) {
                let is_left = |(path, line): &(&Path, usize)| {
                    path.ends_with(&step.path) && *line == step.line
                };
                if left.iter().any(is_left) || step.error.is_some() {
                    continue;
                }
                watched += 1;
                // To a materialized view nobody writes but REFRESH.
                let is_view = |table: &str| {
                    let mut effects = step.effects.iter();
                    effects
                        .any(|it| it.relation == table && it.kind == RelationKind::MaterializedView)
                };
                let mut waiting = step.waits.iter().flat_map(|(table, kinds)| {
                    let kinds = kinds.iter();
                    kinds.filter(|kind| !is_view(table) || **kind == Access::Select)
                });
                let waits = step.grows && waiting.any(|kind| kind.is_everyday());
                let place = format!("{id}, {}:{}: {}", step.path, step.line, step.sql);
                failures.check(!waits, place, "nobody waits", format!("{:?}", step.waits));
            }
        }
    });
    assert!(watched >= 50, "{watched}");
}

/// The catalog of a database in which these migrations have run.
fn catalog_after(server: &Server, report: &Report) -> Result<Vec<String>, Error> {
    let scratch = server.scratch()?;
    let mut session = scratch.connect("fixes")?;
    for migration in &report.migrations {
        let is_wrapped = migration.transaction == TransactionMode::PerFile;
        if is_wrapped {
            session.run("BEGIN")?;
        }
        for statement in &migration.statements {
            session.run(migration.file.slice(statement.span))?;
        }
        if is_wrapped {
            session.run("COMMIT")?;
        }
    }
    let rows = session.rows(CATALOG)?;
    Ok(rows.into_iter().flatten().flatten().collect())
}
