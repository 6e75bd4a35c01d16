//! Changelogs of Liquibase, which name SQL files wherever they lie: their order, and how each is run.

use super::common::Failures;
use super::{SQL, found, names, tree};
use mig_lint::source::TransactionMode::{None as NONE, PerFile};
use mig_lint::source::{Delivery, Framework};

const FORMATTED: &str =
    "--liquibase formatted sql\n--changeset a:one\nSELECT 1;\n--changeset a:two\nSELECT 2;\n";

const YAML: &str = "databaseChangeLog:
  - include:
      file: ./z/tables.sql
      relativeToChangelogFile: true
  - include: {file: db/a/log.yml}
  - changeSet:
      id: grants
      author: ann
      changes:
        - sql: GRANT USAGE ON SCHEMA s TO r
  - changeSet:
      id: index
      changes:
        - sqlFile: {path: b/index.sql, relativeToChangelogFile: true, splitStatements: false}
      runInTransaction: false
  - changeSet:
      id: oracle
      dbms: oracle
      changes:
        - sqlFile: {path: b/oracle.sql, relativeToChangelogFile: true}
  - includeAll: {path: rest/, relativeToChangelogFile: true}
";

const XML: &str = "<databaseChangeLog xmlns='http://www.liquibase.org/xml/ns/dbchangelog'>
  <include file='./z/tables.sql' relativeToChangelogFile='true'/>
  <include file='classpath:db/a/log.yml'/>
  <changeSet id='grants' author='ann'><sql>GRANT USAGE ON SCHEMA s TO r</sql></changeSet>
  <changeSet id='index' author='ann' runInTransaction='false'>
    <comment>an index</comment>
    <sqlFile path='b/index.sql' relativeToChangelogFile='true' splitStatements='false'/>
    <rollback>DROP INDEX i</rollback>
  </changeSet>
  <changeSet id='oracle' author='ann' dbms='oracle'>
    <sqlFile path='b/oracle.sql' relativeToChangelogFile='true'/>
  </changeSet>
  <includeAll path='rest/' relativeToChangelogFile='true'/>
</databaseChangeLog>
";

const JSON: &str = r#"{"databaseChangeLog": [
  {"include": {"file": "z/tables.sql", "relativeToChangelogFile": true}},
  {"include": {"file": "db/a/log.yml"}},
  {"changeSet": {"id": "grants", "changes": [{"sql": {"sql": "GRANT USAGE ON SCHEMA s TO r"}}]}},
  {"changeSet": {"id": "index", "runInTransaction": "false", "changes": [
    {"sqlFile": {"path": "b/index.sql", "relativeToChangelogFile": true, "splitStatements": false}}]}},
  {"changeSet": {"id": "oracle", "dbms": "oracle", "changes": [
    {"sqlFile": {"path": "b/oracle.sql", "relativeToChangelogFile": true}}]}},
  {"includeAll": {"path": "rest/", "relativeToChangelogFile": true}}
]}"#;

/// The files that these changelogs name, with one that none does.
fn files<'a>(changelog: &'a str, text: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        (changelog, text),
        ("src/db/z/tables.sql", FORMATTED),
        (
            "src/db/a/log.yml",
            "databaseChangeLog:\n- include: {file: db/y/first.sql}\n- include: {file: src/db/a/log.yml}\n- include: {file: db/z/tables.sql}\n",
        ),
        ("src/db/y/first.sql", SQL),
        ("src/db/b/index.sql", SQL),
        ("src/db/b/oracle.sql", SQL),
        ("src/db/rest/2.sql", SQL),
        ("src/db/rest/1/1.sql", SQL),
        ("src/db/b/stray.sql", SQL),
    ]
}

#[test]
fn what_a_changelog_names_is_one_history_in_its_order() {
    Failures::collect(|failures| {
        for (path, text) in [
            ("src/db/changelog.yml", YAML),
            ("src/db/db.changelog-master.xml", XML),
            ("src/db/liquibase.json", JSON),
        ] {
            let dir = tree(&files(path, text));
            let discovery = found(&dir, &["src"]);
            let listed = discovery
                .histories
                .iter()
                .find(|history| history.framework == Framework::Liquibase);
            let scripts = listed.map_or(&[][..], |history| &history.scripts);
            let told: Vec<_> = scripts
                .iter()
                .map(|script| {
                    (
                        &*script.name,
                        script.transaction,
                        script.delivery,
                        script.after_unread,
                    )
                })
                .collect();
            let expected = [
                ("a:one", PerFile, Delivery::Statements, false),
                ("a:two", PerFile, Delivery::Statements, false),
                ("first", PerFile, Delivery::Statements, false),
                ("index", NONE, Delivery::OneQuery, true),
                ("1", PerFile, Delivery::Statements, false),
                ("2", PerFile, Delivery::Statements, false),
            ];
            if told != expected {
                failures.note(path, format!("{expected:?}"), format!("{told:?}"));
            }
        }
    });
}

#[test]
fn a_named_file_has_all_that_the_changelog_runs_before_it_as_context() {
    let dir = tree(&files("src/db/changelog.yml", YAML));
    assert_eq!(
        names(&found(&dir, &["src/db/b/index.sql"])),
        ["[a:one]", "[a:two]", "[first]", "index"]
    );
    // What no changelog names is judged as if there were none.
    assert_eq!(
        names(&found(&dir, &["src/db/b/stray.sql"])),
        ["[oracle]", "stray"]
    );
}

#[test]
fn what_looks_like_a_changelog_and_is_none_changes_nothing() {
    Failures::collect(|failures| {
        for text in [
            "",
            "databaseChangeLog: {",
            "databaseChangeLog: *a",
            "- databaseChangeLog",
            "databaseChangeLog:\n- include: {file: gone.sql}\n",
            "databaseChangeLog:\n- includeAll: {path: gone}\n- include: []\n- 7\n",
            "<databaseChangeLog>",
            &format!("databaseChangeLog: {}", "[".repeat(100_000)),
            &format!("databaseChangeLog: {}", "{a: ".repeat(100_000)),
        ] {
            let dir = tree(&[
                ("m/changelog.yml", text),
                ("m/1_a.sql", SQL),
                ("m/2_b.sql", SQL),
            ]);
            let told = names(&found(&dir, &["m"]));
            if told != ["1_a", "2_b"] {
                let start: String = text.chars().take(60).collect();
                failures.note(&start, "1_a, 2_b", format!("{told:?}"));
            }
        }
    });
}
