//! What `mig-lint sizes` takes.

use super::value::Color;
use crate::commands::sizes;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct SizesArgs {
    /// The database: postgres://user@host/database, or key=value pairs; a password is better given by PGPASSWORD
    #[arg(
        long,
        value_name = "URL",
        env = "MIG_LINT_DATABASE_URL",
        hide_env_values = true,
        required_unless_present = "print_query"
    )]
    database_url: Option<String>,
    /// Print the one query that is asked, to run it by hand
    #[arg(long)]
    print_query: bool,
    /// Write to this file; - is standard output
    #[arg(long, value_name = "FILE", default_value = sizes::FILE)]
    output_file: PathBuf,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Color,
}

impl SizesArgs {
    /// What the command is asked.
    pub(super) fn options(self) -> sizes::Options {
        sizes::Options {
            url: self.database_url.filter(|_| !self.print_query),
            file: self.output_file,
        }
    }
}
