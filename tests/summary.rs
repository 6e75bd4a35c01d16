//! Promise: the end of `./test` counts and names all that failed: tests, parts, and targets that died.
#![cfg(unix)]

mod common;

use common::Failures;
use std::io::Write as _;
use std::process::{Command, Stdio};

const BEGIN: &str = "\
part formatting: FAILED after 1 s
part lints: ok after 90 s
part build: ok after 120 s
     Running unittests src/lib.rs (target/debug/deps/shop-0123456789abcdef)
test result: ok. 20 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.25s

     Running tests/live.rs (target/debug/deps/live-0123456789abcdef)
SKIPPED everything: no server: install one
test result: ok. 0 passed; 0 failed; 3 ignored; 0 measured; 0 filtered out; finished in 0.00s

     Running tests/seed/main.rs (target/debug/deps/seed-0123456789abcdef)
test a ... ok
test b ... ignored, wants psql
test c ... some words of its own
FAILED

failures:

---- c ----
thread 'main' panicked:
    not a name

failures:
    c

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.50s

";

const END: &str = "
       1 s  formatting
      90 s  lints
     120 s  build
       7 s  tests
     0.2 s      src/lib.rs of shop
     0.0 s      tests/live.rs
     1.5 s      tests/seed/main.rs
SKIPPED: no server: install one
    everything in tests/live.rs
SKIPPED: wants psql
    b in tests/seed/main.rs
FAILED: formatting
FAILED: c in tests/seed/main.rs
";

/// What the summary of this log is, and whether it is a success.
fn summary(log: &str) -> (String, bool) {
    let mut awk = Command::new("awk")
        .args(["-f", "tests/summary.awk"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("awk is there");
    let mut input = awk.stdin.take().expect("a pipe");
    input.write_all(log.as_bytes()).expect("awk reads");
    drop(input);
    let output = awk.wait_with_output().expect("awk ends");
    let text = String::from_utf8(output.stdout).expect("text");
    (text, output.status.success())
}

#[test]
fn failures_are_named_and_counted() {
    let ended = summary(&format!("{BEGIN}part tests: FAILED after 7 s\n"));
    let expected = format!("{END}23 passed, 2 failed, 4 skipped\n");
    assert_eq!(ended, (expected, false));
}

#[test]
fn a_target_that_died_is_a_failure() {
    let died = "     Running tests/x.rs (target/debug/deps/x-0123456789abcdef)\n";
    let ended = summary(&format!("{BEGIN}{died}part tests: FAILED after 7 s\n"));
    let expected = format!(
        "{END}FAILED: tests/x.rs, which ended without a result\n23 passed, 3 failed, 4 skipped\n"
    );
    assert_eq!(ended, (expected, false));
}

#[test]
fn cargo_alone_can_fail() {
    Failures::collect(|failures| {
        for (part, expected, good) in [
            (
                "part tests: ok after 7 s\n",
                "\n       7 s  tests\n0 passed, 0 failed, 0 skipped\n",
                true,
            ),
            (
                "part tests: FAILED after 7 s\n",
                "\n       7 s  tests\nFAILED: cargo test\n0 passed, 1 failed, 0 skipped\n",
                false,
            ),
            (
                "SKIPPED licences: there is no cargo-deny\npart licences: ok after 0 s\n",
                "\n       0 s  licences\nSKIPPED: there is no cargo-deny\n    licences\n1 passed, 0 failed, 1 skipped\n",
                true,
            ),
            (
                "missing: clippy; install it\n",
                "0 passed, 1 failed, 0 skipped\n",
                false,
            ),
        ] {
            failures.equal(part, &(expected.to_owned(), good), &summary(part));
        }
    });
}
