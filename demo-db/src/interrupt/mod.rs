//! Ctrl-C, SIGTERM and SIGHUP: a flag that long loops ask for, and the running queries are cancelled; the normal way out then cleans up.

mod flag;

pub use flag::asked;

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use crate::canceller::Canceller;
use crate::error::Error;
use flag::flag;

static RUNNING: Mutex<BTreeMap<u64, Canceller>> = Mutex::new(BTreeMap::new());
static NEXT: AtomicU64 = AtomicU64::new(0);
static INSTALLED: OnceLock<()> = OnceLock::new();

/// How long a signal may go unnoticed, and how often what still runs is cancelled again.
const TICK: Duration = Duration::from_millis(50);

#[cfg(unix)]
const SIGNALS: &[i32] = &[
    signal_hook::consts::SIGINT,
    signal_hook::consts::SIGTERM,
    signal_hook::consts::SIGHUP,
];
#[cfg(not(unix))]
const SIGNALS: &[i32] = &[signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM];

/// Catches the signals from now on; a second one ends the process as if nothing had been installed.
pub fn install() -> io::Result<()> {
    if INSTALLED.set(()).is_err() {
        return Ok(());
    }
    for signal in SIGNALS {
        // First, so that only a signal after the one that sets the flag finds it set.
        signal_hook::flag::register_conditional_default(*signal, flag())?;
        signal_hook::flag::register(*signal, flag())?;
    }
    thread::Builder::new()
        .name("interrupt".to_owned())
        .spawn(cancel_when_asked)?;
    Ok(())
}

/// For loops that end by `?`.
pub fn check() -> Result<(), Error> {
    if asked() {
        return Err(Error::Interrupted);
    }
    Ok(())
}

/// A session whose queries are cancelled when the user wants to stop, until this is dropped.
#[derive(Debug)]
pub(crate) struct Watched(u64);

pub(crate) fn watch(canceller: Canceller) -> Watched {
    let key = NEXT.fetch_add(1, Ordering::Relaxed);
    running().insert(key, canceller);
    Watched(key)
}

impl Drop for Watched {
    fn drop(&mut self) {
        running().remove(&self.0);
    }
}

fn running() -> std::sync::MutexGuard<'static, BTreeMap<u64, Canceller>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A session may begin its next query just after it was cancelled: so again and again.
fn cancel_when_asked() {
    loop {
        thread::sleep(TICK);
        if asked() {
            let sessions: Vec<Canceller> = running().values().cloned().collect();
            for session in sessions {
                // What cannot be cancelled any more has ended.
                let _ = session.cancel();
            }
        }
    }
}
