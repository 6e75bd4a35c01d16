//! The page of figures: what the last run of each profile showed, by version and family.

use crate::arguments::Arguments;
use crate::report::{Report, share};
use crate::schema::Profile;
use mig_lint_demo_db::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const HEAD: &str = "# Figures of generated statements\n\nWritten by `./test --generated MINUTES --figures generated/figures.md`, one section a profile. An observation is one case on one server; it is right where locks,\nwork and waits are all as predicted, but for what planner and data decide, which is counted.\n";

/// Replaces the section of the profile that has run.
pub(crate) fn write(path: &Path, arguments: &Arguments, report: &Report) -> Result<(), Error> {
    let old = fs::read_to_string(path).unwrap_or_default();
    let mut sections: Vec<&str> = old.split("\n## ").skip(1).collect();
    let name = match arguments.profile {
        Profile::Plain => "plain",
        Profile::Partitioned => "partitioned",
        Profile::Biased => "biased",
    };
    let new = section(name, arguments, report);
    sections.retain(|section| !section.starts_with(name));
    sections.push(&new);
    sections.sort_unstable();
    let mut page = HEAD.to_owned();
    for section in sections {
        // Writing to a string cannot fail.
        let _ = write!(page, "\n## {}\n", section.trim_end());
    }
    fs::write(path, page).map_err(|source| Error::Io {
        action: "write",
        path: path.into(),
        source,
    })
}

fn section(name: &str, arguments: &Arguments, report: &Report) -> String {
    let (right, observed) = report.total();
    let mut text = format!(
        "{name}\n\nSeed {}, {}: {observed} observations, {:.2} % right in everything.\n\n| PostgreSQL | family | observed | right | percent |\n|---|---|---|---|---|\n",
        arguments.seed,
        arguments.date.as_deref().unwrap_or("undated"),
        share(right, observed),
    );
    for (version, family, right, observed) in report.rows() {
        let percent = share(right, observed);
        let _ = writeln!(
            text,
            "| {version} | {family} | {observed} | {right} | {percent:.2} |"
        );
    }
    let _ = writeln!(text);
    for line in report.lines() {
        let _ = writeln!(text, "- {line}");
    }
    text
}
