//! A private server comes and goes: by itself, as root and as an ordinary user, after panics, kept and taken up again.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::panic;

use mig_lint_demo_db::notices::Silent;
use mig_lint_demo_db::{Server, Wanted};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User};

use crate::world::{Case, World, errors, is_root, lines, open_to_all, processes};

pub(crate) fn trials() -> Vec<Case> {
    let as_user = if is_root() {
        None
    } else {
        Some("not root: all other tests show it")
    };
    vec![
        Case::new("a_scratch_database_comes_and_goes", comes_and_goes),
        Case::new("nothing_stays_after_an_end_or_an_error", ends),
        Case::new("nothing_stays_after_a_panic", panics),
        Case::new("an_ordinary_user_can_start_one", as_ordinary_user).unless(as_user),
        Case::new("a_kept_server_is_taken_up_and_ends_when_told", kept),
        Case::new(
            "runs_at_the_same_time_leave_each_other_alone",
            at_the_same_time,
        ),
        Case::new("no_secret_reaches_the_server", secrets),
    ]
}

fn comes_and_goes() {
    let server = Server::open(&Wanted::default(), &Silent).expect("a server");
    assert!(server.is_private());
    assert!(server.version().major >= 14);
    let scratch = server.scratch().expect("a scratch database");
    let mut session = scratch.connect("test").expect("a session");
    session
        .run("CREATE TABLE t (i int); INSERT INTO t VALUES (1), (NULL)")
        .expect("rows");
    let rows = session
        .rows("SELECT i, current_database() FROM t ORDER BY i")
        .expect("rows");
    let name = Some(scratch.name().to_owned());
    let expected = [vec![Some("1".to_owned()), name.clone()], vec![None, name]];
    assert_eq!(rows, expected);
    let error = session.run("SELECT 1/0").expect_err("division by zero");
    assert_eq!(error.sqlstate(), Some("22012"));

    let canceller = session.canceller();
    let cancelling = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(200));
        canceller.cancel()
    });
    let error = session.run("SELECT pg_sleep(30)").expect_err("cancelled");
    assert_eq!(error.sqlstate(), Some("57014"));
    cancelling
        .join()
        .expect("a thread")
        .expect("cancelling works");

    // A prepared transaction keeps a database from being dropped.
    session
        .run("BEGIN; INSERT INTO t VALUES (2); PREPARE TRANSACTION 'it''s'")
        .expect("a prepared transaction");
    drop(session);
    let gone = scratch.name().to_owned();
    drop(scratch);
    let other = server.scratch().expect("another");
    let mut session = other.connect("test").expect("a session");
    let found = session.rows(&format!(
        "SELECT 1 FROM pg_database WHERE datname = '{gone}'"
    ));
    assert!(found.expect("rows").is_empty());
}

fn ends() {
    let world = World::new();
    let output = world.run(&["SELECT 42"]);
    assert!(lines(&output).ends_with("\n42\n"), "{}", errors(&output));
    world.assert_clean("after its end");
    let output = world.run(&["SELECT 1/0"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        errors(&output).contains("division by zero (SQLSTATE 22012)"),
        "{}",
        errors(&output)
    );
    world.assert_clean("after an error");
}

fn panics() {
    let server = Server::open(&Wanted::default(), &Silent).expect("a server");
    let scratch = server.scratch().expect("a database");
    let mut session = scratch.connect("test").expect("a session");
    let rows = session.rows("SHOW data_directory").expect("rows");
    let folder = rows[0][0].clone().expect("a folder");
    assert!(fs::exists(&folder).expect("a look"));
    let result = panic::catch_unwind(panic::AssertUnwindSafe(move || {
        let _server = server;
        panic::resume_unwind(Box::new("on purpose"));
    }));
    assert!(result.is_err());
    assert!(!fs::exists(&folder).expect("a look"));
    assert!(
        processes()
            .iter()
            .all(|(_, arguments)| !arguments.contains(&folder))
    );
}

/// All folders above the program may be closed to others: it is copied.
fn as_ordinary_user() {
    let world = World::new();
    let user = User::from_name("nobody").expect("users").expect("nobody");
    let program = world.path().join("program");
    fs::copy(env!("CARGO_BIN_EXE_mig-lint-demo-db"), &program).expect("a copy");
    let cache = world.path().join("cache");
    for folder in [&cache, &world.cache()] {
        std::os::unix::fs::chown(folder, Some(user.uid.as_raw()), None).expect("a new owner");
    }
    open_to_all(&world.temp());
    let sql = "SELECT current_user, setting FROM pg_config WHERE name = 'VERSION'";
    let output = world
        .wrapped(&[&program.to_string_lossy()], &[sql])
        .uid(user.uid.as_raw())
        .gid(user.gid.as_raw())
        .current_dir("/")
        .output()
        .expect("it runs");
    assert!(
        lines(&output).contains("\npostgres\tPostgreSQL"),
        "{}",
        errors(&output)
    );
    fs::remove_file(program).expect("the copy");
    world.assert_clean("after its end");
}

fn kept() {
    const PID: &str = "SELECT pg_read_file('postmaster.pid')";
    let world = World::new();
    let postmaster = |arguments: &[&str]| -> i32 {
        let output = world.run(arguments);
        let text = lines(&output);
        let pid = text.lines().nth(1).and_then(|line| line.parse().ok());
        pid.unwrap_or_else(|| panic!("{text}{}", errors(&output)))
    };
    let first = postmaster(&["--keep", PID]);
    assert_eq!(postmaster(&[PID]), first, "it is taken up");
    assert_eq!(postmaster(&["--keep", PID]), first, "and again");
    let other = world.run(&["--pg-version", "17", "--offline", PID]);
    assert!(!lines(&other).contains(&first.to_string()) || lines(&other).contains(" 17"));
    kill(Pid::from_raw(first), Signal::SIGQUIT).expect("it runs");
    assert_ne!(postmaster(&[PID]), first, "a new one");
    // As long as the old one is ending, nobody may clear away what it has.
    while processes()
        .iter()
        .any(|(pid, it)| *pid == first && !it.is_empty())
    {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    postmaster(&[PID]);
    world.assert_clean("after the kept one ended");
}

fn at_the_same_time() {
    let world = World::new();
    let mut first = world.start(&[]);
    let second = world.run(&["SELECT 42"]);
    assert!(lines(&second).contains("42"), "{}", errors(&second));
    assert!(first.child.try_wait().expect("a child").is_none());
    assert!(
        world.leftovers().contains("postgres"),
        "the first one's server goes on"
    );
    first.signal(Signal::SIGTERM);
    first.end();
    world.assert_clean("after both");
}

/// Neither arguments nor environment of any process that we start tell a password.
fn secrets() {
    const SECRET: &str = "s3cr3t-of-ours";
    if !fs::exists("/proc/self/environ").expect("a look") {
        return;
    }
    let world = World::new();
    let mut command = world.command(&[]);
    command
        .env("PGPASSWORD", SECRET)
        .env("DATABASE_URL", format!("postgres://u:{SECRET}@h/db"))
        .stdout(std::process::Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut line = String::new();
    let out = child.stdout.take().expect("a pipe");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).expect("a line");
    let mut seen = 0;
    for (pid, arguments) in processes() {
        if arguments.contains(&*world.temp().to_string_lossy()) {
            let environment = fs::read(format!("/proc/{pid}/environ")).expect("its environment");
            assert!(!String::from_utf8_lossy(&environment).contains(SECRET));
            assert!(!arguments.contains(SECRET));
            seen += 1;
        }
    }
    assert!(seen > 0, "the server is seen");
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).expect("it runs");
    child.wait().expect("its end");
    world.assert_clean("after its end");
}
