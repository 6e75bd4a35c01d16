//! A config that is wrong is refused: the message names the fault, points at it, and says what was meant.

mod common;

use common::Failures;
use mig_lint::config::{Arguments, ConfigError, FailOn, Settings};
use mig_lint::finding::Level;
use mig_lint::postgres::Version;
use mig_lint::sizes::Class;
use std::fs;
use tempfile::TempDir;

fn resolve(files: &[(&str, &str)]) -> (TempDir, Result<Settings, Vec<ConfigError>>) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::create_dir(folder.path().join("m")).expect("it can");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("it can be written");
    }
    let arguments = Arguments {
        paths: vec![folder.path().join("m")],
        ..Arguments::default()
    };
    let settings = Settings::resolve(arguments);
    (folder, settings)
}

fn settings(text: &str) -> Settings {
    resolve(&[("mig-lint.toml", text)])
        .1
        .expect("a good config")
}

/// Each fault as `line:column: message; help`.
fn faults(text: &str) -> Vec<String> {
    let (_folder, result) = resolve(&[("mig-lint.toml", text)]);
    let errors = result.expect_err("a bad config");
    errors
        .iter()
        .map(|error| {
            let (file, range) = error.place.as_ref().expect("a place");
            let place = file.place(range.start);
            format!(
                "{}:{}: {}; {}",
                place.line, place.column, error.message, error.help
            )
        })
        .collect()
}

#[test]
fn faults_are_pointed_at() {
    Failures::collect(|failures| {
        for (text, expected) in [
            (
                "pg-verson = 16",
                "1:1: unknown key pg-verson; did you mean pg-version?",
            ),
            (
                "pg-version = 13",
                "1:14: PostgreSQL 13 is not supported; versions are 14 to 18",
            ),
            (
                "\n[rules]\ndrop-colum = \"off\"",
                "3:1: there is no rule or category drop-colum; did you mean drop-column?",
            ),
            (
                "[rules]\ndrop-column = \"warn\"",
                "2:15: unknown value warn; did you mean warning?",
            ),
            (
                "transaction = \"per-fil\"",
                "1:15: unknown value per-fil; did you mean per-file?",
            ),
            (
                "fail-on = \"eror\"",
                "1:11: unknown value eror; did you mean error?",
            ),
            (
                "[tables]\norders = { row = 5 }",
                "2:12: unknown key row; did you mean rows?",
            ),
            (
                "[[history]]\npath = \"nope\"\nframework = \"gose\"",
                "3:13: unknown value gose; did you mean goose?",
            ),
            (
                "[[history]]\npath = \"m\"\npg-version = 13",
                "3:14: PostgreSQL 13 is not supported; versions are 14 to 18",
            ),
            (
                "[[history]]\npath = \"m\"\ntables = { orders = { row = 5 } }",
                "3:23: unknown key row; did you mean rows?",
            ),
            (
                "exclude = [\"a[\"]",
                "1:12: not a glob: unclosed character class; missing ']'; ",
            ),
        ] {
            failures.equal(text, &[expected], &faults(text));
        }
    });
    let [missing] = &faults("[[history]]\npath = \"nope\"")[..] else {
        panic!("one fault")
    };
    assert!(missing.starts_with("2:8: there is no "), "{missing}");
    let [dump] = &faults("base-schema = \"s.sql\"")[..] else {
        panic!("one fault")
    };
    let told = dump.starts_with("1:15: ") && dump.contains("s.sql cannot be read");
    assert!(told, "{dump}");
    for (text, place) in [
        ("[sizes]\nfile = \"x\"", "2:8: there is no file of sizes "),
        (
            "[[history]]\npath = \"m\"\nsizes = { file = \"x\" }",
            "3:18: there is no file of sizes ",
        ),
    ] {
        let [sizes] = &faults(text)[..] else {
            panic!("one fault")
        };
        assert!(sizes.starts_with(place), "{sizes}");
    }
    let [rows] = &faults("[tables]\norders = { rows = \"ten\" }")[..] else {
        panic!("one fault")
    };
    assert!(
        rows.starts_with("2:19: \"ten\" is not a number of rows"),
        "{rows}"
    );
    let [syntax] = &faults("a = = 1")[..] else {
        panic!("one fault")
    };
    assert!(syntax.starts_with("1:5: "), "{syntax}");
}

#[test]
fn all_faults_are_told_at_once() {
    let all =
        faults("pg-version = 9\n[rules]\nnope = \"off\"\n[sizes]\nsmall-rows = 5\nlarge-rows = 1");
    assert_eq!(all.len(), 3, "{all:?}");
}

#[test]
fn two_configs_in_one_folder_are_refused() {
    let both = [
        ("mig-lint.toml", ""),
        ("pyproject.toml", "[tool.mig-lint]\npg-version = 15"),
    ];
    let errors = resolve(&both).1.expect_err("two configs");
    assert!(errors[0].message.starts_with("two configs: "));
    assert!(errors[0].message.contains("mig-lint.toml"));
    assert!(errors[0].message.contains("pyproject.toml"));
}

#[test]
fn pyproject_counts_only_where_it_names_us() {
    let (_folder, good) = resolve(&[("pyproject.toml", "[tool.mig-lint]\npg-version = 15")]);
    let good = good.expect("a good config");
    assert_eq!(good.version.major(), 15);
    assert!(
        good.version_from
            .is_some_and(|from| from.ends_with("pyproject.toml"))
    );
    let (_folder, other) = resolve(&[("pyproject.toml", "[tool.ruff]\nline-length = 80")]);
    assert_eq!(other.expect("no config of ours").version, Version::OLDEST);
    let (_folder, bad) = resolve(&[("pyproject.toml", "[tool.mig-lint]\npgversion = 15")]);
    assert!(
        bad.expect_err("an unknown key")[0]
            .help
            .contains("pg-version")
    );
}

#[test]
fn every_key_means_something() {
    let text = r#"
pg-version = 17
transaction = "implicit"
fail-on = "warning"
start-after = "0042"
exclude = ["**/vendor/**", "old"]

[session]
lock_timeout = "2s"
TimeZone = "UTC"
statement_timeout = 0

[[history]]
path = "m"
framework = "goose"
order = "numeric"
transaction = "none"

[rules]
drop-column = "warning"
non-concurrent-index = "off"

[tables]
"audit_*" = { rows = "2B" }
"audit_small" = { rows = 500 }
large = { rows = 1_000_000, bytes = "1.5GB", hot = true }

[sizes]
small-rows = 1_000
large-rows = "50k"
"#;
    let settings = settings(text);
    assert_eq!(settings.version.major(), 17);
    assert_eq!(settings.fail_on, FailOn::Warning);
    assert_eq!(settings.start_after.as_deref(), Some("0042"));
    assert!(settings.exclude.is_match("a/vendor/b/c.sql"));
    assert_eq!(settings.session.parameters["timezone"], "UTC");
    assert_eq!(settings.session.parameters["statement_timeout"], "0");
    assert_eq!(settings.overrides.len(), 1);
    assert!(settings.overrides[0].path.ends_with("m"));
    assert_eq!(
        settings.levels.explicit["drop-column"],
        Some(Level::Warning)
    );
    assert_eq!(settings.levels.explicit["non-concurrent-index"], None);
    let size = |name| settings.sizes.of(None, name);
    assert_eq!(
        size("audit_log").and_then(|size| size.rows),
        Some(2_000_000_000)
    );
    assert_eq!(size("audit_small").and_then(|size| size.rows), Some(500));
    assert!(size("large").is_some_and(|size| size.hot && size.bytes == Some(1_610_612_736)));
    assert_eq!(settings.sizes.class(size("audit_small")), Class::Small);
    assert_eq!(settings.sizes.class(size("large")), Class::Large);
    assert_eq!(settings.sizes.large_rows, 50_000);
}

#[test]
fn django_tables_become_options() {
    let settings = settings(
        "[django]\nversion = \"5.2\"\nauth-user-model = \"accounts.User\"\n[django.fields]\n\"shop.fields.MoneyField\" = { base = \"DecimalField\", max_digits = 12 }",
    );
    assert_eq!(settings.django.version, Some((5, 2)));
    assert_eq!(
        settings.django.auth_user_model.as_deref(),
        Some("accounts.User")
    );
    let field = &settings.django.fields["shop.fields.MoneyField"];
    assert_eq!(field.base, "DecimalField");
    assert_eq!(field.arguments["max_digits"].as_int(), Some(12));
}

#[test]
fn unknown_rules_on_the_command_line_are_refused() {
    let arguments = Arguments {
        select: vec!["blocking".into(), "drop-colum".into()],
        isolated: true,
        ..Arguments::default()
    };
    let errors = Settings::resolve(arguments).expect_err("an unknown rule");
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].help, "did you mean drop-column?");
}
