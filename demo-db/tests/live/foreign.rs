//! A server that is not ours: a database of our own, nothing else, and never without leave.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use mig_lint_demo_db::notices::Silent;
use mig_lint_demo_db::{Error, Scratch, Server, Session, Wanted};
use nix::sys::signal::Signal;

use crate::world::{Case, World, errors, free_port, lines, moments, way};

pub(crate) fn trials() -> Vec<Case> {
    vec![
        Case::new("a_database_of_our_own_on_a_server_that_is_not", ours_there),
        Case::new("servers_where_we_may_not_work_are_refused", refused),
        Case::new("certificates_are_checked_as_sslmode_says", certificates)
            .unless(why_no_openssl()),
        Case::new("another_machine_needs_a_yes", remote).without_server(),
    ]
}

/// A server that listens on a port and asks for passwords, as if it were somebody's.
struct Theirs {
    port: u16,
    boss: Session,
    _scratch: Scratch,
    server: Server,
}

impl Theirs {
    fn start() -> Theirs {
        let port = free_port();
        let wanted = Wanted {
            port: Some(port),
            ..Wanted::default()
        };
        let server = Server::open(&wanted, &Silent).expect("a server");
        let scratch = server.scratch().expect("a database");
        let mut boss = scratch.connect("test").expect("a session");
        boss.run(
            "CREATE ROLE maker LOGIN CREATEDB PASSWORD 'pa55-maker'; \
             CREATE ROLE reader LOGIN PASSWORD 'pa55-reader'; \
             CREATE ROLE standby LOGIN CREATEDB PASSWORD 'pa55-standby'; \
             ALTER ROLE standby SET default_transaction_read_only = on",
        )
        .expect("roles");
        Theirs {
            port,
            boss,
            _scratch: scratch,
            server,
        }
    }

    fn url(&self, role: &str) -> String {
        format!(
            "postgres://{role}:pa55-{role}@127.0.0.1:{}/postgres",
            self.port
        )
    }

    /// The databases that runs made there.
    fn databases(&mut self) -> Vec<String> {
        let sql =
            "SELECT datname FROM pg_database WHERE datdba = 'maker'::regrole ORDER BY datname";
        let rows = self.boss.rows(sql).expect("rows");
        rows.into_iter().flatten().flatten().collect()
    }

    fn open(&self, role: &str, options: &str, major: Option<u16>) -> Result<Server, Error> {
        let wanted = Wanted {
            url: Some(format!("{}{options}", self.url(role))),
            major,
            ..Wanted::default()
        };
        Server::open(&wanted, &Silent)
    }
}

fn ours_there() {
    let mut theirs = Theirs::start();
    killed(&mut theirs);
    let world = World::new();
    let url = theirs.url("maker");
    let output = world.run(&["--database-url", &url, "SELECT current_database()"]);
    let (first, second) = {
        let text = lines(&output);
        let mut names = text.lines().map(str::to_owned);
        (
            names.next().unwrap_or_default(),
            names.next().unwrap_or_default(),
        )
    };
    assert!(
        first.ends_with(&second) && second.starts_with("mig_lint_scratch_"),
        "{}",
        errors(&output)
    );
    assert_eq!(theirs.databases(), [""; 0], "dropped at the end");

    // A run that lives, come in by another database than the next one.
    let living = world.start(&["--database-url", &url.replace("/postgres", "/template1")]);
    world.run(&["--database-url", &url, "SELECT 1"]);
    assert_eq!(
        theirs.databases(),
        [living.database.as_str()],
        "a living run's stays"
    );
    living.signal(Signal::SIGINT);
    living.end();
    assert_eq!(theirs.databases(), [""; 0], "dropped after SIGINT");

    world.run(&["--database-url", &url, "--keep", "SELECT 1"]);
    world.run(&["--database-url", &url, "SELECT 1"]);
    assert_eq!(theirs.databases().len(), 1, "a kept one stays");
    world.assert_clean("at the end");
}

/// What killed runs leave there is dropped by the next run.
fn killed(theirs: &mut Theirs) {
    let world = World::new();
    let url = theirs.url("maker");
    let arguments = ["--database-url", &url, "SELECT pg_sleep(60)"];
    let way = way(&world, &arguments);
    // One is killed when its database is surely there, whatever the moments hit.
    let sure = world.start_only(&arguments);
    while theirs.databases().is_empty() {
        thread::sleep(Duration::from_millis(5));
    }
    sure.signal(Signal::SIGKILL);
    sure.end();
    assert!(!theirs.databases().is_empty(), "a kill leaves a database");
    for (turn, moment) in moments(10, way).enumerate() {
        let victim = world.start_only(&arguments);
        thread::sleep(moment);
        victim.signal(if turn % 2 == 0 {
            Signal::SIGKILL
        } else {
            Signal::SIGINT
        });
        victim.end();
        // The server needs a moment to see that nobody is there any more.
        thread::sleep(Duration::from_millis(300));
        world.run(&["--database-url", &url, "SELECT 1"]);
        assert_eq!(
            theirs.databases(),
            [""; 0],
            "the next run, killed after {moment:?}"
        );
    }
}

fn refused() {
    let theirs = Theirs::start();
    let major = theirs.server.version().major;
    let told = |role: &str, options: &str, major: Option<u16>, expected: &str| {
        let Err(error) = theirs.open(role, options, major) else {
            panic!("{role}{options} is not refused");
        };
        let text = format!("{error} {error:?}");
        assert!(text.contains(expected), "{text}");
        assert!(!text.contains("pa55"), "{text}");
    };
    told("reader", "", None, "role reader may not create databases");
    told("standby", "", None, "only reads");
    told(
        "maker",
        "",
        Some(major + 1),
        &format!("but {} is wanted", major + 1),
    );
    told("maker", "?sslmode=require", None, "TLS");
    told("maker", "?sslmode=verify-full", None, "TLS");
    let wanted = Wanted {
        url: Some(theirs.url("maker").replace("pa55-maker", "pa55-wrong")),
        ..Wanted::default()
    };
    let error = Server::open(&wanted, &Silent)
        .err()
        .expect("refused")
        .to_string();
    assert!(
        error.contains("password authentication failed for user \"maker\""),
        "{error}"
    );
    assert!(
        error.contains("SQLSTATE 28P01") && !error.contains("pa55"),
        "{error}"
    );
    assert!(!format!("{wanted:?}").contains("pa55"));
    assert!(theirs.open("maker", "?sslmode=prefer", None).is_ok());
}

fn why_no_openssl() -> Option<&'static str> {
    which::which("openssl")
        .is_err()
        .then_some("openssl is not there to make certificates")
}

/// An authority, and a server's certificate by it that is for `localhost` alone.
const CERTIFICATES: &str = r"
set -e
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.crt
openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr
echo subjectAltName=DNS:localhost > names
openssl x509 -req -days 2 -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -extfile names -out server.crt
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=other -keyout other.key -out other.crt
chmod 600 server.key
";

fn certificates() {
    let mut theirs = Theirs::start();
    let world = World::new();
    let made = Command::new("sh")
        .args(["-c", CERTIFICATES])
        .current_dir(world.path())
        .output();
    let made = made.expect("a shell");
    assert!(made.status.success(), "{}", errors(&made));
    let file = |name: &str| world.path().join(name).display().to_string();
    let data = theirs.boss.rows("SHOW data_directory").expect("rows")[0][0].clone();
    let owner = fs::metadata(data.expect("a folder")).expect("a folder");
    chown(file("server.key"), Some(owner.uid()), Some(owner.gid())).expect("a new owner");
    for (name, value) in [
        ("ssl_cert_file", file("server.crt")),
        ("ssl_key_file", file("server.key")),
    ] {
        let sql = format!("ALTER SYSTEM SET {name} = '{value}'");
        theirs.boss.run(&sql).expect("a setting");
    }
    theirs
        .boss
        .run("ALTER SYSTEM SET ssl = on")
        .expect("a setting");
    theirs
        .boss
        .run("SELECT pg_reload_conf()")
        .expect("a reload");
    // The postmaster reads them in its own time.
    let is_on = |theirs: &Theirs| theirs.open("maker", "?sslmode=require", None).is_ok();
    let start = Instant::now();
    while !is_on(&theirs) {
        assert!(start.elapsed() < Duration::from_secs(10), "no TLS");
        thread::sleep(Duration::from_millis(50));
    }
    let (good, bad) = (file("ca.crt"), file("other.crt"));
    for (host, mode, root, works) in [
        ("localhost", "verify-full", &good, true),
        ("127.0.0.1", "verify-full", &good, false),
        ("127.0.0.1", "verify-ca", &good, true),
        ("localhost", "verify-ca", &bad, false),
        ("localhost", "require", &bad, false),
        ("localhost", "prefer", &good, true),
        ("localhost", "disable", &bad, true),
    ] {
        let url = theirs.url("maker").replace("127.0.0.1", host);
        let wanted = Wanted {
            url: Some(format!("{url}?sslmode={mode}&sslrootcert={root}")),
            ..Wanted::default()
        };
        match Server::open(&wanted, &Silent) {
            Ok(server) => {
                assert!(works, "{host} {mode}");
                let scratch = server.scratch().expect("a database");
                let mut session = scratch.connect("test").expect("a session");
                let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
                let encrypted = session.rows(sql).expect("rows")[0][0].clone();
                assert_eq!(
                    encrypted.as_deref() == Some("t"),
                    mode != "disable",
                    "{mode}"
                );
                session.canceller().cancel().expect("a way to cancel");
            }
            Err(error) => assert!(
                !works && error.to_string().contains("certificate"),
                "{host} {mode}: {error}"
            ),
        }
    }
}

fn remote() {
    let mut wanted = Wanted {
        url: Some("postgres://u:pa55@db.invalid/prod".to_owned()),
        ..Wanted::default()
    };
    let error = Server::open(&wanted, &Silent).err().expect("refused");
    assert!(
        matches!(&error, Error::Remote { host } if host == "db.invalid"),
        "{error}"
    );
    wanted.yes = true;
    let error = Server::open(&wanted, &Silent)
        .err()
        .expect("there is no such host");
    assert!(matches!(error, Error::Connect { .. }), "{error}");
    assert!(!format!("{error} {error:?}").contains("pa55"));
}
