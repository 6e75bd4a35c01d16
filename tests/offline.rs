//! Promise: `check` asks nobody, and says without a network what it says with one.
//!
//! Where no network namespace can be made, it is ignored, and standard error says why.

use libtest_mimic::{Arguments, Trial};
use std::io::Write as _;
use std::process::{Command, ExitCode, Output, Stdio};

const FIXTURE: &str = "fixtures/proj07_add_foreign_key";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let alone = (!arguments.list).then(alone).flatten();
    if alone.is_none() && !arguments.list {
        let why =
            "no network namespace can be made here (they take Linux, and root or user namespaces)";
        let _ = writeln!(std::io::stderr(), "SKIPPED everything: {why}");
    }
    let ignored = alone.is_none();
    let trial = Trial::test("check in a network namespace of its own", move || {
        check(&alone.unwrap_or_default());
        Ok(())
    });
    libtest_mimic::run(&arguments, vec![trial.with_ignored_flag(ignored)]).exit_code()
}

/// What runs a program in a network namespace of its own: without one, nothing.
fn alone() -> Option<Vec<&'static str>> {
    let ways = [
        vec!["unshare", "--net"],
        vec!["unshare", "--user", "--map-root-user", "--net"],
    ];
    ways.into_iter().find(|way| {
        let mut tried = Command::new(way[0]);
        let tried = tried.args(&way[1..]).arg("true").stderr(Stdio::null());
        tried.status().is_ok_and(|status| status.success())
    })
}

fn check(alone: &[&str]) {
    let told = mig_lint(&[], &["check", FIXTURE, "--output-format", "json"]);
    let told_alone = mig_lint(alone, &["check", FIXTURE, "--output-format", "json"]);
    assert_eq!(told.status.code(), Some(1), "{told:?}");
    assert_eq!(told, told_alone);
    // There really is no network.
    let url = "postgres://nobody@127.0.0.1:1/none";
    let proof = mig_lint(alone, &["prove", FIXTURE, "--database-url", url]);
    let said = String::from_utf8_lossy(&proof.stderr);
    assert!(said.to_lowercase().contains("unreachable"), "{proof:?}");
}

fn mig_lint(alone: &[&str], arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_mig-lint");
    let mut words = alone.iter().chain([&program]).chain(arguments);
    Command::new(words.next().expect("a program"))
        .args(words)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("LC_ALL", "C.UTF-8")
        .output()
        .expect("it runs")
}
