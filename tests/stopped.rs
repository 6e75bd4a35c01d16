//! A proof that is stopped, killed, or loses its server or its disk in the middle says so, and leaves nothing behind.
//!
//! Where no PostgreSQL is found and none can be had, or this machine does not allow a test, that test is ignored, and standard error says why.

#[cfg(unix)]
#[path = "../demo-db/tests/common/mod.rs"]
mod demo_db;
#[cfg(unix)]
#[path = "../demo-db/tests/live/world.rs"]
#[allow(dead_code, reason = "the other crate's tests use more of it")]
mod world;

/// The program whose runs are watched and killed.
#[cfg(unix)]
const PROGRAM: &str = env!("CARGO_BIN_EXE_mig-lint");

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    let missing = demo_db::why_no_server();
    let _downloads = world::share_downloads();
    let mut arguments = libtest_mimic::Arguments::from_args();
    // How long a run takes is measured first.
    arguments.test_threads = Some(1);
    let trials = unix::trials().into_iter();
    let trials = trials.map(|trial| trial.into_trial(missing.as_deref()));
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// The tests watch processes as Unix shows them.
#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod unix {
    use crate::world::{Case, Victim, World, errors, moments, processes, why_no_mounts};
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::thread;
    use std::time::{Duration, Instant};

    /// How often each signal is tried, over the whole of a run: its start, its rows, its statements.
    const TIMES: u32 = 6;

    pub(crate) fn trials() -> Vec<Case> {
        vec![
            Case::new("nothing_stays_after_sigint", || stopped(Signal::SIGINT)),
            Case::new("nothing_stays_after_sigterm", || stopped(Signal::SIGTERM)),
            Case::new("the_next_run_removes_what_sigkill_left", killed),
            Case::new("nothing_of_a_living_run_is_removed", living),
            Case::new("a_server_that_dies_in_the_middle", dies),
            Case::new("a_disk_that_is_full", disk_full).unless(why_no_mounts()),
        ]
    }

    const FIRST: &str = "CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);
        CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers, note text, total numeric NOT NULL);";
    const SECOND: &str = "ALTER TABLE orders ADD COLUMN paid boolean;
        CREATE INDEX orders_note ON orders (note);
        ALTER TABLE orders ALTER COLUMN total TYPE text;
        CREATE INDEX orders_customer ON orders (customer_id);";

    /// A world with a history of two migrations.
    fn history() -> (World, PathBuf) {
        let world = World::new();
        let folder = world.path().join("migrations");
        fs::create_dir(&folder).expect("a folder");
        fs::write(folder.join("0001.sql"), FIRST).expect("a file");
        fs::write(folder.join("0002.sql"), SECOND).expect("a file");
        (world, folder)
    }

    fn start(world: &World, folder: &Path) -> Victim {
        let folder = folder.to_string_lossy();
        world.start_only(&[
            "prove",
            &folder,
            "--rows",
            "100000",
            "--output-format",
            "json",
        ])
    }

    /// How long a run takes that nobody stops; it must come to a verdict.
    fn way(world: &World, folder: &Path) -> Duration {
        let begun = Instant::now();
        let (code, said) = start(world, folder).ended();
        assert!(matches!(code, Some(0 | 1)), "{code:?}: {said}");
        world.assert_clean("after its end");
        begun.elapsed()
    }

    fn stopped(signal: Signal) {
        let (world, folder) = history();
        let way = way(&world, &folder);
        let mut interrupted = 0;
        for moment in moments(TIMES, way) {
            let victim = start(&world, &folder);
            thread::sleep(moment);
            victim.signal(signal);
            let (code, said) = victim.ended();
            world.assert_clean(&format!("{signal} after {moment:?} of {way:?}"));
            // Before the handlers are there the signal itself ends it; a fast run may have come to its end.
            if code == Some(2) {
                assert_eq!(said, "error: interrupted\n", "{moment:?} of {way:?}");
                interrupted += 1;
            }
        }
        assert!(interrupted >= TIMES / 2, "{interrupted} of {TIMES}");
    }

    fn killed() {
        let (world, folder) = history();
        let way = way(&world, &folder);
        let mut dirty = 0;
        for moment in moments(TIMES, way) {
            let victim = start(&world, &folder);
            thread::sleep(moment);
            victim.signal(Signal::SIGKILL);
            victim.ended();
            dirty += u32::from(!world.leftovers().is_empty());
            // A run that cannot even start tidies up as well.
            world.run(&["prove", &folder.to_string_lossy(), "--pg-bin", "/nowhere"]);
            world.assert_clean(&format!("the next run, SIGKILL after {moment:?}"));
        }
        assert!(dirty >= TIMES / 2, "{dirty} of {TIMES}");
    }

    fn living() {
        let (world, folder) = history();
        let living = start(&world, &folder);
        let postmaster = Pid::from_raw(postmaster(&world));
        world.run(&["prove", &folder.to_string_lossy(), "--pg-bin", "/nowhere"]);
        assert!(
            kill(postmaster, None).is_ok(),
            "the living run's server goes on"
        );
        living.signal(Signal::SIGTERM);
        living.ended();
        world.assert_clean("after the living run");
    }

    fn dies() {
        let (world, folder) = history();
        let way = way(&world, &folder);
        let mut lost = 0;
        for moment in moments(TIMES, way) {
            let victim = start(&world, &folder);
            let postmaster = postmaster(&world);
            thread::sleep(moment);
            // It may have ended by itself.
            let was_there = kill(Pid::from_raw(postmaster), Signal::SIGKILL).is_ok();
            let (code, said) = victim.ended();
            let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
            world.assert_clean(&format!("the server died after {moment:?} of {way:?}"));
            if was_there && !matches!(code, Some(0 | 1)) {
                lost += 1;
                assert_eq!(code, Some(2), "{said}");
                let told = said.contains(" was lost: ") || said.contains("cannot connect to ");
                assert!(told, "after {moment:?} of {way:?}: {said}");
            }
        }
        assert!(lost >= TIMES / 2, "{lost} of {TIMES}");
    }

    /// The process of this world's newest server, when it is there.
    fn postmaster(world: &World) -> i32 {
        let begun = Instant::now();
        let folder = world.temp().to_string_lossy().into_owned();
        loop {
            let mut all = processes();
            all.retain(|(_, arguments)| {
                arguments.contains("/postgres -D ") && arguments.contains(&folder)
            });
            if let Some((pid, _)) = all.into_iter().max() {
                return pid;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "no server comes");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// On file systems of our own that are too small: for the server itself, and for the rows.
    fn disk_full() {
        for (size, rows) in [("20m", "1000"), ("180m", "5M")] {
            let (world, folder) = history();
            let small = world.temp().to_string_lossy().into_owned();
            // What stays would be seen by `find`, since the mount goes with the shell.
            let script = format!(
                "mount -t tmpfs -o mode=777,size={size} none {small} && {{ \"$@\"; code=$?; find {small} -mindepth 1 >&2; exit $code; }}"
            );
            let output = world
                .wrapped(
                    &[
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        &script,
                        "sh",
                        crate::PROGRAM,
                    ],
                    &["prove", &folder.to_string_lossy(), "--rows", rows],
                )
                .output()
                .expect("a shell");
            let said = errors(&output);
            let left = said.lines().any(|line| line.starts_with(&small));
            assert!(!left, "{size}: left behind: {said}");
            let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
            let expected = format!("error: no space left in {small}/mig-lint-");
            assert!(said.contains(&expected), "{size}: {said}");
            assert_eq!(output.status.code(), Some(2), "{size}: {said}");
            world.assert_clean("after the error");
        }
    }
}
