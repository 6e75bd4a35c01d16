//! The whole road from bytes to findings, and to every format they are printed in.
//!
//! The first byte chooses the server version, the runner's transactions, and whether the rest is SQL or a migration of Django's.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mig_lint::config::Settings;
use mig_lint::engine::run;
use mig_lint::postgres::Version;
use mig_lint::source::TransactionMode;

const MODES: [TransactionMode; 5] = [
    TransactionMode::PerFile,
    TransactionMode::Implicit,
    TransactionMode::PerStatement,
    TransactionMode::None,
    TransactionMode::AllPending,
];

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, rest)) = bytes.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(rest).into_owned();
    let path = if first < 128 {
        "db/migrations/1_fuzz.sql"
    } else {
        "shop/migrations/0001_fuzz.py"
    };
    let settings = Settings {
        stdin: Some((path.into(), text)),
        version: Version::new(14 + first % 5).unwrap_or(Version::OLDEST),
        transaction: MODES.get(usize::from(first / 5) % 6).copied(),
        ..Settings::default()
    };
    let report = run(&settings, true);
    let _ = mig_lint::report::locks_json(&report, true);
    let _ = mig_lint::report::json(&report);
});
