//! The promises about servers, kept with a real PostgreSQL: what starts, what refuses, and that nothing is ever left behind.
//!
//! Where no PostgreSQL is found and none can be had, or this machine does not allow a test, that test is ignored, and standard error says why.

#[cfg(unix)]
#[path = "../common/mod.rs"]
mod common;
#[cfg(unix)]
mod download;
#[cfg(unix)]
mod faults;
#[cfg(unix)]
mod foreign;
#[cfg(unix)]
mod kills;
#[cfg(unix)]
mod lifecycle;
#[cfg(unix)]
mod world;

/// The program whose runs are watched and killed.
#[cfg(unix)]
const PROGRAM: &str = env!("CARGO_BIN_EXE_mig-lint-demo-db");

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    use libtest_mimic::{Arguments, Trial};

    let missing = common::why_no_server();
    let _downloads = world::share_downloads();
    let trials = [
        lifecycle::trials(),
        kills::trials(),
        foreign::trials(),
        faults::trials(),
        download::trials(),
    ];
    let trials: Vec<Trial> = trials
        .into_iter()
        .flatten()
        .map(|trial| trial.into_trial(missing.as_deref()))
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// The tests watch processes as Unix shows them.
#[cfg(not(unix))]
fn main() {}
