//! What can be typed behind `prove`.

use super::value::{Color, rows, version};
use crate::commands::prove;
use crate::postgres::Version;
use clap::Args;
use mig_lint_demo_db::Wanted;
use std::path::PathBuf;
use std::time::Duration;

/// The options of `prove`.
#[derive(Debug, Args)]
pub(super) struct ProveArgs {
    /// Rules, fixtures, or paths of migrations; none is all rules
    names: Vec<String>,
    /// An existing server: a scratch database is created there, and dropped at the end
    #[arg(
        long,
        value_name = "URL",
        env = "MIG_LINT_DATABASE_URL",
        hide_env_values = true
    )]
    database_url: Option<String>,
    /// Go on though the server is on another machine
    #[arg(long, requires = "database_url")]
    yes: bool,
    /// Start a private server of this major version [default: the newest found]
    #[arg(long, value_name = "N", value_parser = version)]
    pg_version: Option<Version>,
    /// The folder that holds PostgreSQL's programs
    #[arg(long, value_name = "DIR", conflicts_with = "database_url")]
    pg_bin: Option<PathBuf>,
    /// Rows in the large tables: 1M, 10_000_000
    #[arg(long, value_name = "N", value_parser = rows)]
    rows: Option<u64>,
    /// How long a single statement may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    timeout: u64,
    /// SQL that is run before the first of your own migrations: what they need and do not make
    #[arg(long, value_name = "FILE")]
    setup: Option<PathBuf>,
    /// Measure how fast this server works, and print it as `[profile]` for the config: what estimates of seconds rest on
    #[arg(long, conflicts_with_all = ["names", "record", "setup"])]
    calibrate: bool,
    /// A virtual environment, or a folder of installed packages: the migrations of installed Django apps are read from there [default: those beside the project]
    #[arg(long, value_name = "DIR")]
    site_packages: Vec<PathBuf>,
    /// Write what was seen to observed.json in the folder of each rule
    #[arg(long)]
    record: bool,
    /// Leave the database of each run at scale, and a private server, as they are at the end
    #[arg(long)]
    keep: bool,
    /// Download nothing
    #[arg(long)]
    offline: bool,
    /// How the proof is written
    #[arg(long, value_name = "FMT", default_value = "human")]
    output_format: prove::Format,
    /// Write to this file; the terminal gets the verdicts
    #[arg(long, value_name = "FILE")]
    output_file: Option<PathBuf>,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Color,
}

impl ProveArgs {
    /// What the command is asked.
    pub(super) fn options(self) -> prove::Options {
        prove::Options {
            names: self.names,
            wanted: Wanted {
                url: self.database_url,
                yes: self.yes,
                major: self.pg_version.map(|version| version.major().into()),
                pg_bin: self.pg_bin,
                keep: self.keep,
                offline: self.offline,
                port: None,
            },
            rows: self.rows,
            timeout: Duration::from_secs(self.timeout),
            setup: self.setup,
            site_packages: self.site_packages,
            calibrate: self.calibrate,
            record: self.record,
            format: self.output_format,
            file: self.output_file,
        }
    }
}
