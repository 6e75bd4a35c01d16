//! Programs that are run: without our secrets, to their end or until the user stops us; and those that killed runs left behind.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;
#[cfg(unix)]
use std::time::Instant;

use super::log::last_lines;
use crate::error::Error;
use crate::interrupt;

/// How often a program is asked whether it has ended.
pub(super) const TICK: Duration = Duration::from_millis(10);

/// How long a server may take to stop before it is killed.
#[cfg(unix)]
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs a program to its end; it is killed when the user stops us. The reason of a failure is the end of what it wrote.
pub(super) fn run(command: Command) -> Result<Output, Error> {
    run_watched(command, |_| Ok(()))
}

/// The same, and `meanwhile` is called again and again with the process id; its error ends the program.
pub(super) fn run_watched(
    mut command: Command,
    mut meanwhile: impl FnMut(u32) -> Result<(), Error>,
) -> Result<Output, Error> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |why: String| Error::Program {
        program: program.clone(),
        why,
    };
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = own_group(&mut command)
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    let (mut out, mut err) = (child.stdout.take(), child.stderr.take());
    // Both pipes are read all the time: a full one would stop the program.
    let out = thread::spawn(move || drain(out.as_mut()));
    let err = thread::spawn(move || drain(err.as_mut()));
    let status = loop {
        if let Some(status) = child
            .try_wait()
            .map_err(|error| failed(error.to_string()))?
        {
            break status;
        }
        if let Err(error) = interrupt::check().and_then(|()| meanwhile(child.id())) {
            end(&mut child);
            return Err(error);
        }
        thread::sleep(TICK);
    };
    let output = Output {
        status,
        stdout: out.join().unwrap_or_default(),
        stderr: err.join().unwrap_or_default(),
    };
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(failed(
        last_lines(&said).unwrap_or_else(|| status.to_string()),
    ))
}

/// Kills a program and what it started.
fn end(child: &mut Child) {
    #[cfg(unix)]
    signal(child.id().cast_signed(), nix::sys::signal::Signal::SIGKILL);
    // It may just have ended.
    let _ = child.kill();
    let _ = child.wait();
}

/// To the group of a program that we started: `initdb` has children that do not end with it at once.
#[cfg(unix)]
fn signal(pid: i32, signal: nix::sys::signal::Signal) {
    use nix::sys::signal::{kill, killpg};
    let pid = nix::unistd::Pid::from_raw(pid);
    // It may just have ended.
    if killpg(pid, signal).is_err() {
        let _ = kill(pid, signal);
    }
}

fn drain(pipe: Option<&mut impl std::io::Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        // What could be read until then is all there is to tell.
        let _ = pipe.read_to_end(&mut bytes);
    }
    bytes
}

/// Ctrl-C in a terminal goes to the whole group: the server is stopped by us, when we are done with it.
pub(super) fn own_group(command: &mut Command) -> &mut Command {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        command.process_group(0);
    }
    command
}

/// A command with nothing of our environment but what programs need to run at all: PGPASSWORD, DATABASE_URL and the like stay here.
pub(super) fn bare(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("LC_ALL", "C");
    for name in [
        "PATH",
        "LD_LIBRARY_PATH",
        "DYLD_LIBRARY_PATH",
        "SystemRoot",
        "TEMP",
        "TMP",
    ] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

/// A command with our environment, which npm needs for its proxies and registries, but for what may tell of a database.
pub(super) fn without_secrets(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, value) in std::env::vars_os() {
        let is_url = value.to_string_lossy().starts_with("postgres");
        if is_url || name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command
}

/// Ends the servers and `initdb`s whose arguments name this folder, and waits until they are gone.
#[cfg(unix)]
pub(super) fn stop_all_in(folder: &Path) {
    use nix::sys::signal::Signal;
    // SIGQUIT is PostgreSQL's immediate shutdown: nothing is saved, and its children end with it.
    for kind in [Signal::SIGQUIT, Signal::SIGKILL] {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let found = running_in(folder);
            if found.is_empty() {
                return;
            }
            for pid in found {
                signal(pid, kind);
            }
            thread::sleep(TICK * 5);
        }
    }
}

/// Windows asks for the program's name in the same call that ends it.
#[cfg(not(unix))]
pub(super) fn stop_all_in(folder: &Path) {
    for pid in running_in(folder) {
        let mut command = bare("taskkill");
        command.args(["/F", "/T", "/FI", "IMAGENAME eq postgres.exe", "/FI"]);
        command.arg(format!("PID eq {pid}"));
        // It may just have ended.
        let _ = run(command);
    }
}

/// The server by its own file, which it removes when it ends well.
#[cfg(not(unix))]
pub(super) fn running_in(folder: &Path) -> Vec<i32> {
    let file = std::fs::read_to_string(folder.join("data").join("postmaster.pid"));
    let pid = file
        .ok()
        .and_then(|text| text.lines().next()?.trim().parse().ok());
    pid.into_iter().collect()
}

/// The process ids of PostgreSQL's programs with an argument inside `folder`: a number in a file may be somebody else's by now.
#[cfg(unix)]
pub(super) fn running_in(folder: &Path) -> Vec<i32> {
    let folder = folder.to_string_lossy();
    let is_ours = |(_, arguments): &(i32, String)| {
        let program = arguments.split([' ', '\0']).next().unwrap_or_default();
        let name = program.rsplit('/').next().unwrap_or_default();
        matches!(name, "postgres" | "initdb") && arguments.contains(&*folder)
    };
    let found = all().into_iter().filter(is_ours);
    found.map(|(pid, _)| pid).collect()
}

/// Kills a program that we started, if the process of that number still has this word among its arguments.
#[cfg(unix)]
pub(super) fn kill_if(pid: u32, word: &str) {
    let pid = pid.cast_signed();
    let start = Instant::now();
    while start.elapsed() < PATIENCE
        && all()
            .iter()
            .any(|(found, arguments)| *found == pid && arguments.contains(word))
    {
        signal(pid, nix::sys::signal::Signal::SIGKILL);
        thread::sleep(TICK * 5);
    }
}

#[cfg(not(unix))]
pub(super) fn kill_if(_: u32, _: &str) {}

/// All processes that can be seen, with their arguments, which spaces or zero bytes separate.
#[cfg(unix)]
fn all() -> Vec<(i32, String)> {
    let own = std::fs::read("/proc/self/cmdline");
    let Ok(entries) = own.and_then(|_| std::fs::read_dir("/proc")) else {
        return listed_by_ps();
    };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        if let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        {
            let arguments = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            found.push((pid, String::from_utf8_lossy(&arguments).into_owned()));
        }
    }
    found
}

/// Where there is no such `/proc`: macOS and the BSDs.
#[cfg(unix)]
fn listed_by_ps() -> Vec<(i32, String)> {
    let mut command = bare("ps");
    command.args(["-axww", "-o", "pid=,command="]);
    let Ok(output) = command.output() else {
        return Vec::new();
    };
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .filter_map(|line| line.trim_start().split_once(' '))
        .filter_map(|(pid, arguments)| Some((pid.parse().ok()?, arguments.to_owned())))
        .collect()
}
