//! A world of its own for each test: cache, temporary folder and processes, so that it can be seen that nothing stays.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use crate::PROGRAM;
use libtest_mimic::Trial;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

/// A test, and why it cannot run here.
pub(crate) struct Case {
    name: &'static str,
    needs_server: bool,
    obstacle: Option<String>,
    test: fn(),
}

impl Case {
    /// A test with a server.
    pub(crate) fn new(name: &'static str, test: fn()) -> Case {
        Case {
            name,
            needs_server: true,
            obstacle: None,
            test,
        }
    }

    /// It needs no PostgreSQL.
    pub(crate) fn without_server(mut self) -> Case {
        self.needs_server = false;
        self
    }

    /// It cannot run where there is something in the way.
    pub(crate) fn unless(mut self, obstacle: Option<&str>) -> Case {
        self.obstacle = obstacle.map(str::to_owned);
        self
    }

    pub(crate) fn into_trial(self, no_server: Option<&str>) -> Trial {
        let obstacle = self
            .obstacle
            .or_else(|| no_server.filter(|_| self.needs_server).map(str::to_owned));
        if let Some(why) = &obstacle {
            let _ = writeln!(std::io::stderr(), "SKIPPED {}: {why}", self.name);
        }
        Trial::test(self.name, move || {
            (self.test)();
            Ok(())
        })
        .with_ignored_flag(obstacle.is_some())
    }
}

pub(crate) fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

/// Whether mounts can be made that nobody else sees.
pub(crate) fn why_no_mounts() -> Option<&'static str> {
    let tried = Command::new("unshare")
        .args(["--mount", "sh", "-c", "mount -t tmpfs none /mnt"])
        .stderr(Stdio::null())
        .status();
    match tried {
        Ok(status) if status.success() => None,
        _ => Some("no private mounts are allowed here (they take Linux, root and CAP_SYS_ADMIN)"),
    }
}

/// Where every user can read what was downloaded: the cache lies in a home that may be closed.
static DOWNLOADS: OnceLock<PathBuf> = OnceLock::new();

/// Copies what was downloaded, if anything, for all worlds; it is there as long as what is returned.
pub(crate) fn share_downloads() -> TempDir {
    let folder = short_folder();
    let home = etcetera::choose_base_strategy().expect("a home");
    let store = etcetera::BaseStrategy::cache_dir(&home).join("mig-lint/postgresql");
    if store.exists() {
        let copied = Command::new("sh")
            .args(["-c", "cp -R \"$0\" \"$1\" && chmod -R a+rX \"$1\""])
            .args([store.as_path(), folder.path()])
            .status();
        assert!(copied.expect("a shell").success(), "no copy");
        let _ = DOWNLOADS.set(folder.path().join("postgresql"));
    }
    folder
}

/// A folder for all users; a socket's path has to be short, and the temporary folders of some systems are not.
fn short_folder() -> TempDir {
    let mut builder = tempfile::Builder::new();
    let folder = builder.prefix("ml-").tempdir_in("/tmp").expect("a folder");
    open_to_all(folder.path());
    folder
}

/// Folders that a run is confined to.
pub(crate) struct World {
    root: TempDir,
}

impl World {
    /// With what was downloaded, so that the tests load nothing twice.
    pub(crate) fn new() -> World {
        let world = World::bare();
        if let Some(store) = DOWNLOADS.get() {
            std::os::unix::fs::symlink(store, world.cache().join("postgresql")).expect("a link");
        }
        world
    }

    /// With an empty cache.
    pub(crate) fn bare() -> World {
        let world = World {
            root: short_folder(),
        };
        fs::create_dir_all(world.cache()).expect("a folder");
        fs::create_dir(world.temp()).expect("a folder");
        open_to_all(&world.temp());
        world
    }

    pub(crate) fn path(&self) -> &Path {
        self.root.path()
    }

    pub(crate) fn cache(&self) -> PathBuf {
        self.path().join("cache").join("mig-lint")
    }

    pub(crate) fn temp(&self) -> PathBuf {
        self.path().join("t")
    }

    /// The crate's program in this world.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.wrapped(&[PROGRAM], arguments)
    }

    /// The same by way of another program.
    pub(crate) fn wrapped(&self, program: &[&str], arguments: &[&str]) -> Command {
        let mut command = Command::new(program[0]);
        command
            .args(&program[1..])
            .args(arguments)
            .env("XDG_CACHE_HOME", self.path().join("cache"))
            .env("TMPDIR", self.temp())
            .stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program runs")
    }

    /// Starts the program and waits for its first line; it then goes on.
    pub(crate) fn start(&self, arguments: &[&str]) -> Victim {
        let mut victim = self.start_only(arguments);
        let out = victim.child.stdout.take().expect("a pipe");
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).expect("a line");
        let name = line.trim().rsplit(' ').next().unwrap_or_default();
        assert!(
            name.starts_with("mig_lint_scratch_"),
            "its first line is {line:?}"
        );
        name.clone_into(&mut victim.database);
        victim
    }

    /// Starts the program, which may be killed at any moment.
    pub(crate) fn start_only(&self, arguments: &[&str]) -> Victim {
        let child = self
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        Victim {
            child,
            database: String::new(),
        }
    }

    /// What is still there of runs in this world: processes, folders, records.
    pub(crate) fn leftovers(&self) -> String {
        let mut left = String::new();
        for folder in [self.temp(), self.cache().join("runs")] {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let _ = writeln!(left, "{}", entry.path().display());
            }
        }
        for entry in fs::read_dir(self.cache().join("postgresql"))
            .into_iter()
            .flatten()
            .flatten()
        {
            if entry.file_name().to_string_lossy().starts_with("mig-lint-") {
                let _ = writeln!(left, "{}", entry.path().display());
            }
        }
        for (pid, arguments) in processes() {
            if arguments.contains(&*self.path().to_string_lossy()) {
                let _ = writeln!(left, "process {pid}: {arguments}");
            }
        }
        left
    }

    #[track_caller]
    pub(crate) fn assert_clean(&self, when: &str) {
        let left = self.leftovers();
        assert!(left.is_empty(), "{when}: left behind:\n{left}");
    }
}

pub(crate) fn open_to_all(folder: &Path) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).expect("a folder's mode");
}

/// All processes with their arguments: by `/proc`, or by `ps`, of which each may be missing.
pub(crate) fn processes() -> Vec<(i32, String)> {
    if Path::new("/proc/self/cmdline").exists() {
        let entries = fs::read_dir("/proc").expect("a look").flatten();
        let numbered = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let arguments = |pid| fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        return numbered
            .map(|pid| {
                let text = String::from_utf8_lossy(&arguments(pid)).replace('\0', " ");
                (pid, text)
            })
            .collect();
    }
    let output = Command::new("ps")
        .args(["-axww", "-o", "pid=,args="])
        .output();
    let output = output.expect("ps is there");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| line.trim_start().split_once(' '))
        .filter_map(|(pid, arguments)| Some((pid.parse().ok()?, arguments.to_owned())))
        .collect()
}

/// A run of the program that is to be stopped.
pub(crate) struct Victim {
    pub(crate) child: Child,
    pub(crate) database: String,
}

impl Victim {
    pub(crate) fn signal(&self, signal: Signal) {
        // It may have ended by itself.
        let _ = kill(Pid::from_raw(self.child.id().cast_signed()), signal);
    }

    /// Waits for its end, which must come soon; returns what it wrote to standard error.
    #[track_caller]
    pub(crate) fn end(self) -> String {
        self.ended().1
    }

    /// The same, with its exit code; a signal leaves none.
    #[track_caller]
    pub(crate) fn ended(mut self) -> (Option<i32>, String) {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                break status;
            }
            assert!(start.elapsed() < Duration::from_secs(20), "it does not end");
            thread::sleep(Duration::from_millis(5));
        };
        let mut text = String::new();
        if let Some(mut err) = self.child.stderr.take() {
            std::io::Read::read_to_string(&mut err, &mut text).expect("its errors");
        }
        (status.code(), text)
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Standard error of a run.
pub(crate) fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Standard output of a run.
pub(crate) fn lines(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A TCP port of this machine that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("a port").port()
}

/// Moments over the whole way from the start to some time into the work, in an order that no run repeats.
pub(crate) fn moments(times: u32, way: Duration) -> impl Iterator<Item = Duration> {
    (0..times).map(move |slot| {
        let share = (f64::from(slot) + rand::random::<f64>()) / f64::from(times);
        way.mul_f64(share)
    })
}

/// How long a run takes from its start until it works.
pub(crate) fn way(world: &World, arguments: &[&str]) -> Duration {
    let start = Instant::now();
    let victim = world.start(arguments);
    victim.signal(Signal::SIGINT);
    let way = start.elapsed();
    victim.end();
    way + Duration::from_millis(200)
}
