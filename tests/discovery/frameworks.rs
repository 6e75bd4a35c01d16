//! Frameworks: each orders and wraps its migrations in its own way.

use super::{SQL, assert_history, found, names, tree, up};
use mig_lint::source::TransactionMode::{self, AllPending, Implicit, PerFile, PerStatement};
use mig_lint::source::{Delivery, Framework, Why};

const NONE: TransactionMode = TransactionMode::None;

#[test]
fn golang_migrate() {
    assert_history(
        &[
            ("m/000010_b.up.sql", SQL),
            ("m/000010_b.down.sql", SQL),
            ("m/9_a.up.sql", SQL),
            ("m/9_a.down.sql", SQL),
        ],
        Framework::GolangMigrate,
        Delivery::OneQuery,
        &[("9_a", Implicit), ("000010_b", Implicit)],
    );
}

#[test]
fn goose() {
    let discovery = assert_history(
        &[
            (
                "m/2_b.sql",
                "-- +goose Up\r\nSELECT 'up';\r\n-- +goose Down\r\nSELECT 'down';\r\n",
            ),
            (
                "m/1_a.sql",
                "\u{feff}-- +goose Up\nSELECT 1;\n-- +goose NO TRANSACTION\n",
            ),
        ],
        Framework::Goose,
        Delivery::Statements,
        &[("1_a", NONE), ("2_b", PerFile)],
    );
    let script = &discovery.histories[0].scripts[1];
    assert_eq!(up(script), "-- +goose Up\r\nSELECT 'up';\r\n");
    assert_eq!(script.separators, ["-- +goose StatementEnd"]);
}

#[test]
fn dbmate_runs_every_pair_by_itself() {
    let text = "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;\n\
                -- migrate:up transaction:false\nSELECT 3;\n-- migrate:down\nSELECT 4;\n";
    let discovery = assert_history(
        &[("m/1_a.sql", text)],
        Framework::Dbmate,
        Delivery::OneQuery,
        &[("1_a", PerFile), ("1_a", NONE)],
    );
    let ups: Vec<String> = discovery.histories[0].scripts.iter().map(up).collect();
    assert!(ups[0].contains('1') && !ups[0].contains('2'));
    assert!(ups[1].contains('3') && !ups[1].contains('4'));
}

#[test]
fn sqlx_takes_its_marker_only_at_the_first_byte() {
    let cargo = ("crate/Cargo.toml", "[dependencies]\nsqlx = \"0.8\"\n");
    assert_history(
        &[
            cargo,
            (
                "crate/migrations/20240101000000_a.sql",
                "-- no-transaction\nSELECT 1;",
            ),
            (
                "crate/migrations/20240102000000_b.sql",
                "\n-- no-transaction\nSELECT 1;",
            ),
        ],
        Framework::Sqlx,
        Delivery::OneQuery,
        &[("20240101000000_a", NONE), ("20240102000000_b", PerFile)],
    );
    assert_history(
        &[
            cargo,
            ("crate/migrations/1_a.up.sql", SQL),
            ("crate/migrations/1_a.down.sql", SQL),
        ],
        Framework::Sqlx,
        Delivery::OneQuery,
        &[("1_a", PerFile)],
    );
}

#[test]
fn diesel_strips_dashes_from_versions() {
    assert_history(
        &[
            ("migrations/2024-01-02-000000_b/up.sql", SQL),
            ("migrations/2024-01-02-000000_b/down.sql", SQL),
            ("migrations/20240101000000_a/up.sql", SQL),
            ("migrations/00000000000000_diesel_initial_setup/up.sql", SQL),
            ("migrations/2024-01-03-000000_c/up.sql", SQL),
            (
                "migrations/2024-01-03-000000_c/metadata.toml",
                "run_in_transaction = false\n",
            ),
        ],
        Framework::Diesel,
        Delivery::OneQuery,
        &[
            ("00000000000000_diesel_initial_setup", PerFile),
            ("20240101000000_a", PerFile),
            ("2024-01-02-000000_b", PerFile),
            ("2024-01-03-000000_c", NONE),
        ],
    );
}

#[test]
fn flyway() {
    let concurrently = "-- why\nCREATE UNIQUE INDEX CONCURRENTLY i ON t (a);";
    assert_history(
        &[
            ("db/migration/R__b.sql", SQL),
            ("db/migration/R__a.sql", SQL),
            ("db/migration/V1_10__c.sql", SQL),
            ("db/migration/V1.9__b.sql", concurrently),
            ("db/migration/old/V1__a.sql", SQL),
            (
                "db/migration/V2__mixed.sql",
                "SELECT 1; DROP INDEX CONCURRENTLY i;",
            ),
            ("db/migration/V3__said.sql", SQL),
            (
                "db/migration/V3__said.sql.conf",
                "executeInTransaction=false\n",
            ),
            (
                "db/migration/V4__reindex.sql",
                "REINDEX TABLE CONCURRENTLY t;",
            ),
            ("db/migration/U1__a.sql", SQL),
        ],
        Framework::Flyway,
        Delivery::Statements,
        &[
            ("V1__a", PerFile),
            ("V1.9__b", NONE),
            ("V1_10__c", PerFile),
            ("V2__mixed", PerFile),
            ("V3__said", NONE),
            ("V4__reindex", PerFile),
            ("R__a", PerFile),
            ("R__b", PerFile),
        ],
    );
}

#[test]
fn refinery_runs_late_versions_too() {
    assert_history(
        &[
            ("Cargo.toml", "[dependencies]\nrefinery = \"0.9\"\n"),
            ("migrations/V10__c.sql", SQL),
            ("migrations/V2__b.sql", SQL),
            ("migrations/U3__late.sql", SQL),
        ],
        Framework::Refinery,
        Delivery::OneQuery,
        &[
            ("V2__b", PerFile),
            ("U3__late", PerFile),
            ("V10__c", PerFile),
        ],
    );
}

#[test]
fn folders_that_repeat_a_version_are_histories_of_their_own() {
    let dir = tree(&[
        ("migrations/a/V1__x.sql", SQL),
        ("migrations/b/V01__y.sql", SQL),
    ]);
    let discovery = found(&dir, &[""]);
    assert_eq!(discovery.histories.len(), 2);
    assert_eq!(names(&discovery), ["V1__x", "V01__y"]);
}

#[test]
fn prisma_sorts_as_text() {
    let discovery = assert_history(
        &[
            ("prisma/migrations/20250625_short/migration.sql", SQL),
            ("prisma/migrations/20250624120000_before/migration.sql", SQL),
            ("prisma/migrations/20250701120000_after/migration.sql", SQL),
            (
                "prisma/migrations/migration_lock.toml",
                "provider = \"postgresql\"\n",
            ),
            ("prisma/seed.sql", SQL),
        ],
        Framework::Prisma,
        Delivery::OneQuery,
        &[
            ("20250624120000_before", Implicit),
            ("20250625_short", Implicit),
            ("20250701120000_after", Implicit),
        ],
    );
    assert_eq!(discovery.passed_over.len(), 1);
}

#[test]
fn prisma_for_another_database_holds_no_migration() {
    let dir = tree(&[
        ("migrations/1_a/migration.sql", SQL),
        ("migrations/migration_lock.toml", "provider = \"mysql\"\n"),
    ]);
    let unread = &found(&dir, &["migrations"]).unread[0];
    assert_eq!((unread.why, unread.is_all), (Why::Dialect("MySQL"), true));
}

#[test]
fn drizzle_follows_its_journal() {
    let journal = r#"{"version": "7", "dialect": "postgresql", "entries": [{"idx": 0, "tag": "0001_b"}, {"idx": 1, "tag": "0000_a"}]}"#;
    let discovery = assert_history(
        &[
            ("drizzle/meta/_journal.json", journal),
            ("drizzle/0000_a.sql", SQL),
            ("drizzle/0001_b.sql", SQL),
            ("drizzle/0002_forgotten.sql", SQL),
        ],
        Framework::Drizzle,
        Delivery::Statements,
        &[("0001_b", AllPending), ("0000_a", AllPending)],
    );
    let script = &discovery.histories[0].scripts[0];
    assert_eq!(script.separators, ["--> statement-breakpoint"]);
    assert!(discovery.unread[0].paths[0].ends_with("0002_forgotten.sql"));
}

#[test]
fn sqitch_follows_its_plan_and_reworked_changes() {
    let plan = "%syntax-version=1.0.0\n%project=p\n\n\
        schemas/b 2021-10-21T16:10:32Z A <a@b> # first\n\
        a [schemas/b] 2021-10-21T16:10:32Z A <a@b> # second\n\
        @v1 2021-10-21T16:10:32Z A <a@b> # a tag\n\
        @v2 2021-10-21T16:10:32Z A <a@b> # a tag\n\
        a [a@v2] 2021-10-22T16:10:32Z A <a@b> # reworked\n";
    assert_history(
        &[
            ("schema/sqitch.plan", plan),
            ("schema/deploy/a.sql", SQL),
            ("schema/deploy/a@v2.sql", SQL),
            ("schema/deploy/schemas/b.sql", SQL),
            ("schema/revert/a.sql", SQL),
            ("schema/verify/a.sql", SQL),
            ("schema/test/a_test.sql", SQL),
        ],
        Framework::Sqitch,
        Delivery::Statements,
        &[
            ("schemas/b", PerStatement),
            ("a@v2", PerStatement),
            ("a", PerStatement),
        ],
    );
}

#[test]
fn graphile_migrate_takes_its_marker_only_below_the_header() {
    let header = "--! Previous: -\n--! Hash: sha1:00\n";
    let off = format!("{header}\n--! no-transaction\nSELECT 1;");
    let late = format!("{header}\n-- why\n--! no-transaction\nSELECT 1;");
    assert_history(
        &[
            ("migrations/committed/000001.sql", &off),
            ("migrations/committed/000002-name.sql", &late),
            ("migrations/current.sql", SQL),
            ("migrations/fixtures/f.sql", SQL),
        ],
        Framework::GraphileMigrate,
        Delivery::OneQuery,
        &[
            ("000001", NONE),
            ("000002-name", PerFile),
            ("current", PerFile),
        ],
    );
}

#[test]
fn liquibase_runs_changesets() {
    let text = "--liquibase formatted sql\n\n--changeset ann:1 dbms:postgresql,h2\nSELECT 1;\n\
        --rollback SELECT 0;\n-- changeset ann:2 runInTransaction:false\nSELECT 2;\n\
        --changeset ann:3 dbms:mysql\nSELECT 3;\n--changeset ann:4 dbms:!postgresql\nSELECT 4;\n";
    let discovery = assert_history(
        &[("db/1.sql", text)],
        Framework::Liquibase,
        Delivery::Statements,
        &[("ann:1", PerFile), ("ann:2", NONE)],
    );
    assert!(up(&discovery.histories[0].scripts[1]).ends_with("SELECT 2;\n"));
}

#[test]
fn node_pg_migrate() {
    let text = "-- Up Migration\nSELECT 1;\n-- Down Migration\nSELECT 2;\n";
    let discovery = assert_history(
        &[("migrations/1_a.sql", text)],
        Framework::NodePgMigrate,
        Delivery::OneQuery,
        &[("1_a", AllPending)],
    );
    assert!(!up(&discovery.histories[0].scripts[0]).contains('2'));
}

#[test]
fn supabase() {
    assert_history(
        &[
            ("supabase/migrations/20240102000000_b.sql", SQL),
            ("supabase/migrations/20240101000000_a.sql", SQL),
            ("supabase/seed.sql", SQL),
        ],
        Framework::Supabase,
        Delivery::Batches,
        &[
            ("20240101000000_a", Implicit),
            ("20240102000000_b", Implicit),
        ],
    );
}
