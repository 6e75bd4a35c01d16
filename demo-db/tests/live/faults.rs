//! What goes wrong has a clear error, and leaves nothing behind.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::thread;
use std::time::{Duration, Instant};

use mig_lint_demo_db::notices::Silent;
use mig_lint_demo_db::{Error, Server, Wanted};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::world::{Case, World, errors, why_no_mounts};

pub(crate) fn trials() -> Vec<Case> {
    vec![
        Case::new("a_port_that_is_taken", port_taken),
        Case::new("a_disk_that_is_full", disk_full).unless(why_no_mounts()),
        Case::new("a_server_that_dies_in_the_middle", dies),
        Case::new("programs_that_are_not_there_or_do_not_start", programs).without_server(),
        Case::new("a_server_older_than_14", too_old).without_server(),
        Case::new("a_server_that_does_not_answer", silent).without_server(),
    ]
}

fn port_taken() {
    let world = World::new();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("a port").port().to_string();
    let output = world.run(&["--port", &port, "SELECT 1"]);
    let expected = format!("error: port {port} of this machine is taken");
    assert!(
        errors(&output).starts_with(&expected),
        "{}",
        errors(&output)
    );
    world.assert_clean("after the error");
}

/// On file systems of our own that are too small: for the server itself, and for the rows.
fn disk_full() {
    const ROWS: &str = "CREATE TABLE t AS SELECT * FROM generate_series(1, 10000000)";
    for size in ["20m", "90m"] {
        let world = World::new();
        let small = world.temp().to_string_lossy().into_owned();
        // What stays would be seen by `find`, since the mount goes with the shell.
        let script = format!(
            "mount -t tmpfs -o mode=777,size={size} none {small} && {{ \"$@\"; find {small} -mindepth 1 >&2; }}"
        );
        let program = env!("CARGO_BIN_EXE_mig-lint-demo-db");
        let output = world
            .wrapped(
                &["unshare", "--mount", "sh", "-c", &script, "sh", program],
                &[ROWS],
            )
            .output()
            .expect("a shell");
        let said = errors(&output);
        assert!(
            said.starts_with(&format!("error: no space left in {small}/mig-lint-")),
            "{size}: {said}"
        );
        assert_eq!(said.lines().count(), 1, "{size}: left behind: {said}");
        world.assert_clean("after the error");
    }
}

fn dies() {
    let server = Server::open(&Wanted::default(), &Silent).expect("a server");
    let scratch = server.scratch().expect("a database");
    let mut session = scratch.connect("test").expect("a session");
    let folder = session.rows("SHOW data_directory").expect("rows")[0][0].clone();
    let pid = Pid::from_raw(session.pid());
    let killing = thread::spawn(move || {
        thread::sleep(Duration::from_millis(200));
        kill(pid, Signal::SIGKILL)
    });
    let start = Instant::now();
    let error = session.run("SELECT pg_sleep(60)").expect_err("it died");
    assert!(start.elapsed() < Duration::from_secs(20));
    assert!(matches!(error, Error::Lost { .. }), "{error}");
    killing.join().expect("a thread").expect("a signal");
    // The server gives up as a whole; a new connection, refused or lost on the way, says so with its last words.
    let error = loop {
        match scratch.connect("test") {
            Ok(_) => thread::sleep(Duration::from_millis(20)),
            Err(error) => break error.to_string(),
        }
    };
    assert!(error.contains("the server's log ends with"), "{error}");
    drop((session, scratch, server));
    assert!(!fs::exists(folder.expect("a folder")).expect("a look"));
}

fn programs() {
    let world = World::new();
    let output = world.run(&["--pg-bin", "/nowhere"]);
    assert!(errors(&output).contains("/nowhere/postgres failed: there is no such file"));
    let bin = world.path().join("bin");
    fs::create_dir(&bin).expect("a folder");
    for (says, expected) in [
        (
            "echo 'postgres (PostgreSQL) 13.4'",
            "is PostgreSQL 13.4: 14 is the oldest version that can be used",
        ),
        (
            "echo 'libfoo.so is missing' >&2; exit 127",
            "libfoo.so is missing",
        ),
        ("echo hello", "does not tell its version"),
        (
            "echo 'postgres (PostgreSQL) 16.1'; [ \"$1\" = --version ] || { echo 'no way' >&2; exit 1; }",
            "initdb failed: no way",
        ),
    ] {
        for name in ["postgres", "initdb"] {
            fs::write(bin.join(name), format!("#!/bin/sh\n{says}\n")).expect("a script");
            fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755)).expect("a mode");
        }
        let output = world.run(&["--pg-bin", &bin.to_string_lossy()]);
        assert!(errors(&output).contains(expected), "{}", errors(&output));
        world.assert_clean(says);
    }
}

/// A server that speaks as much of the protocol as it takes to tell its version.
fn too_old() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("a port").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || speak(stream));
        }
    });
    let wanted = Wanted {
        url: Some(format!("postgres://u@127.0.0.1:{port}/db")),
        ..Wanted::default()
    };
    let error = Server::open(&wanted, &Silent)
        .err()
        .expect("too old")
        .to_string();
    let expected = format!(
        "u@127.0.0.1:{port} is PostgreSQL 13.22: 14 is the oldest version that can be used"
    );
    assert_eq!(error, expected);
}

/// PostgreSQL's documentation, "Frontend/Backend Protocol".
fn speak(mut stream: TcpStream) -> Option<()> {
    let mut length = [0; 4];
    loop {
        stream.read_exact(&mut length).ok()?;
        let mut body = vec![0; u32::from_be_bytes(length) as usize - 4];
        stream.read_exact(&mut body).ok()?;
        // SSLRequest: no.
        if body == 80_877_103_u32.to_be_bytes() {
            stream.write_all(b"N").ok()?;
            continue;
        }
        break;
    }
    let ready = message(b'Z', b"I");
    let hello = [
        message(b'R', &0_u32.to_be_bytes()),
        message(b'S', b"server_version\x0013.22\0"),
        message(b'S', b"client_encoding\0UTF8\0"),
        message(b'K', &[0; 8]),
        ready.clone(),
    ];
    stream.write_all(&hello.concat()).ok()?;
    loop {
        let mut head = [0; 5];
        stream.read_exact(&mut head).ok()?;
        let mut sql =
            vec![0; u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize - 4];
        stream.read_exact(&mut sql).ok()?;
        let value: &[u8] = if sql.starts_with(b"SHOW server_version") {
            b"13.22"
        } else {
            b"1"
        };
        let mut column = [0, 1].to_vec();
        column.extend(b"c\0");
        column.extend([0; 18]);
        let mut row = [0, 1, 0, 0, 0, u8::try_from(value.len()).ok()?].to_vec();
        row.extend(value);
        let answer = [
            message(b'T', &column),
            message(b'D', &row),
            message(b'C', b"SELECT 1\0"),
            ready.clone(),
        ];
        stream.write_all(&answer.concat()).ok()?;
    }
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut message = vec![kind];
    message.extend(u32::try_from(body.len() + 4).expect("short").to_be_bytes());
    message.extend(body);
    message
}

fn silent() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("a port").port();
    let wanted = Wanted {
        url: Some(format!(
            "postgres://u:pa55@127.0.0.1:{port}/db?connect_timeout=1"
        )),
        ..Wanted::default()
    };
    let start = Instant::now();
    let error = Server::open(&wanted, &Silent)
        .err()
        .expect("no answer")
        .to_string();
    assert!(
        error.starts_with(&format!("cannot connect to u@127.0.0.1:{port}")),
        "{error}"
    );
    assert!(start.elapsed() < Duration::from_secs(5));
    drop(listener);
}
