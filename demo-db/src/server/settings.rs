//! The settings of a private server, each with why.

use std::fmt::Write as _;

/// Name, value, why. Everything else is as PostgreSQL ships it, so that what is observed holds elsewhere.
const SETTINGS: &[(&str, &str, &str)] = &[
    (
        "fsync",
        "off",
        "thrown away: nothing has to survive a power cut",
    ),
    ("synchronous_commit", "off", "the same"),
    (
        "full_page_writes",
        "off",
        "WAL bytes then count the work, not when the last checkpoint was",
    ),
    (
        "autovacuum",
        "off",
        "it would take locks, read tables and count rows in the middle of a measurement",
    ),
    (
        "checkpoint_timeout",
        "'1h'",
        "no checkpoint in the middle of a measurement",
    ),
    ("max_wal_size", "'4GB'", "the same"),
    (
        "jit",
        "off",
        "compiling depends on estimates, and makes short queries long",
    ),
    (
        "shared_buffers",
        "'256MB'",
        "a table of some millions of rows fits",
    ),
    (
        "maintenance_work_mem",
        "'256MB'",
        "an index on it is sorted in memory, so that the disk does not decide how long it takes",
    ),
    (
        "max_prepared_transactions",
        "5",
        "a migration may use PREPARE TRANSACTION",
    ),
    (
        "restart_after_crash",
        "off",
        "a crash is something to report, not to get over quietly",
    ),
    ("timezone", "'UTC'", "the same on every machine"),
    ("log_timezone", "'UTC'", "the same"),
    ("lc_messages", "'C'", "messages are compared"),
    (
        "log_min_messages",
        "warning",
        "the log is read when the server dies",
    ),
    (
        "log_min_error_statement",
        "panic",
        "the end of the log is shown, and a statement may hold a password",
    ),
    (
        "logging_collector",
        "off",
        "the log goes to standard error, which is a file in the server's folder",
    ),
];

/// On Unix only: elsewhere there is but one way.
#[cfg(unix)]
const UNIX: &[(&str, &str, &str)] = &[(
    "dynamic_shared_memory_type",
    "mmap",
    "inside the data directory: /dev/shm is small in containers, and would keep what a killed server left",
)];
#[cfg(not(unix))]
const UNIX: &[(&str, &str, &str)] = &[];

/// The text of `postgresql.conf`; `listen` holds the lines that say where the server listens.
pub(super) fn text(listen: &[(&str, String)]) -> String {
    let mut text = String::new();
    for (name, value) in listen {
        line(&mut text, name, value, "nobody else can connect");
    }
    for (name, value, why) in SETTINGS.iter().chain(UNIX) {
        line(&mut text, name, value, why);
    }
    text
}

fn line(text: &mut String, name: &str, value: &str, why: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{name} = {value}  # {why}");
}

/// A value between quotes, as `postgresql.conf` wants it.
pub(super) fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_of_compose_yaml_have_the_same_settings() {
        let compose = include_str!("../../compose.yaml");
        for (name, value, _) in SETTINGS
            .iter()
            .filter(|(name, ..)| !name.starts_with("log"))
        {
            let option = format!("-c {name}={}", value.trim_matches('\''));
            assert!(compose.contains(&option), "{option}");
        }
        let options = compose.matches(" -c ").count();
        let settings = SETTINGS
            .iter()
            .filter(|(name, ..)| !name.starts_with("log"));
        assert_eq!(options, settings.count());
    }

    #[test]
    fn every_line_says_why() {
        let text = text(&[("unix_socket_directories", quoted("/tmp/it's"))]);
        assert!(text.starts_with("unix_socket_directories = '/tmp/it''s'  # "));
        assert!(
            text.lines()
                .all(|line| line.contains(" = ") && line.contains("  # "))
        );
    }
}
