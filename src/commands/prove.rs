//! `mig-lint prove`: migrations on a live PostgreSQL, and whether they do what is predicted.

use super::{Failure, Verdict, print, write_file};
use crate::config::{Arguments, Settings, nearest, profile_text};
use crate::engine;
use crate::frontend::{Read, View};
use crate::ir::Origin;
use crate::postgres::Version;
use crate::prove::{self, Proof, ProofError, Recorded, Subject};
use crate::report::{self, Look};
use crate::rule::{Entry, RULES, find};
use mig_lint_demo_db::notices::Terminal;
use mig_lint_demo_db::{Server, Wanted, interrupt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How a proof is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people, as a timeline
    Human,
    Json,
    /// One page with everything in it
    Html,
    Markdown,
}

/// What is asked for.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) names: Vec<String>,
    pub(crate) wanted: Wanted,
    pub(crate) rows: Option<u64>,
    pub(crate) timeout: Duration,
    pub(crate) setup: Option<PathBuf>,
    pub(crate) site_packages: Vec<PathBuf>,
    pub(crate) calibrate: bool,
    pub(crate) record: bool,
    pub(crate) format: Format,
    pub(crate) file: Option<PathBuf>,
}

/// Finds or starts a server, proves, reports.
pub(crate) fn run(options: &Options, look: Look) -> Result<Verdict, Failure> {
    if options.calibrate {
        return calibrate(options);
    }
    let start = Instant::now();
    let subjects = subjects(&options.names, &options.site_packages)?;
    let setup = setup(options.setup.as_deref())?;
    interrupt::install()?;
    let notices = Terminal::default();
    let server = Server::open(&options.wanted, &notices).map_err(ProofError::from)?;
    let how = prove::Options {
        // All of them at full size would take the better part of an hour.
        rows: options
            .rows
            .or(options.names.is_empty().then_some(prove::DEFAULT_ROWS)),
        timeout: options.timeout,
        // What is recorded does not depend on the ride.
        ride: !options.record,
        keep: options.wanted.keep,
        setup: &setup,
        profile: Settings::resolve(Arguments::default())?.sizes.profile,
    };
    let live = options.format == Format::Human && options.file.is_none();
    let proof = prove::prove(&server, &subjects, &how, &notices, |outcome| {
        if live {
            // A reader that has gone away does not end the proof.
            let _ = print(&report::proof_outcome(outcome, look));
        }
    })?;
    let version = server.version().major;
    drop(server);
    if options.record {
        record(&proof, version)?;
    }
    let tail = report::proof_summary(&proof, start.elapsed(), look);
    let plain = Look {
        color: false,
        cuts: false,
        links: false,
        ..look
    };
    match (&options.file, options.format) {
        (Some(path), format) => {
            write_file(path, &formatted(&proof, format, plain))?;
            print(&tail)?;
        }
        (None, Format::Human) => print(&tail)?,
        (None, format) => print(&formatted(&proof, format, look))?,
    }
    let expected = proof.results.iter().all(prove::Outcome::as_expected);
    Ok(if expected {
        Verdict::Clean
    } else {
        Verdict::Findings
    })
}

/// Measures the server, and prints what a config takes.
fn calibrate(options: &Options) -> Result<Verdict, Failure> {
    interrupt::install()?;
    let notices = Terminal::default();
    let server = Server::open(&options.wanted, &notices).map_err(ProofError::from)?;
    let rows = options.rows.unwrap_or(prove::CALIBRATION_ROWS);
    let profile = prove::calibrate(&server, rows, &notices)?;
    let text = format!(
        "# PostgreSQL {}, measured with tables of {rows} rows by mig-lint prove --calibrate\n{}",
        server.version().text,
        profile_text(&profile)
    );
    match &options.file {
        Some(path) => write_file(path, &text)?,
        None => print(&text)?,
    }
    Ok(Verdict::Clean)
}

/// Writes what was seen into the folders of the rules, below the working directory.
fn record(proof: &Proof, major: u16) -> Result<(), Failure> {
    let version = u8::try_from(major).ok().and_then(Version::new);
    for outcome in &proof.results {
        let (Some(entry), Some(version)) = (find(&outcome.name), version) else {
            continue;
        };
        let folder = PathBuf::from("rules").join(entry.id.replace('-', "_"));
        if !folder.is_dir() {
            return Err(Failure::new(
                format!(
                    "{} is not here, so nothing can be recorded in it",
                    folder.display()
                ),
                "--record is for mig-lint's own sources: run it at their top",
            ));
        }
        let path = folder.join("observed.json");
        // From the file, not from what was compiled in: another version may have been recorded since.
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let mut recorded = Recorded::parse(&text).unwrap_or_default();
        recorded.add(entry, outcome, version);
        write_file(&path, &recorded.text())?;
    }
    Ok(())
}

fn formatted(proof: &Proof, format: Format, look: Look) -> String {
    match format {
        Format::Human => report::proof_human(proof, look),
        Format::Json => report::proof_json(proof),
        Format::Html => report::proof_html(proof),
        Format::Markdown => report::proof_markdown(proof),
    }
}

/// What these names stand for: rules, demo projects, or paths of migrations; all rules that have a proof and all demo projects where nothing is named.
fn subjects(names: &[String], site_packages: &[PathBuf]) -> Result<Vec<Subject<'static>>, Failure> {
    if names.is_empty() {
        let rules = provable().map(Subject::Rule);
        let fixtures = prove::fixture_numbers().into_iter().map(|number| {
            let both = prove::fixtures(&number);
            Subject::Fixture(number, both)
        });
        return Ok(rules.chain(fixtures).collect());
    }
    names
        .iter()
        .map(|name| subject(name, site_packages))
        .collect()
}

fn provable() -> impl Iterator<Item = &'static Entry> {
    RULES.iter().filter(|entry| !entry.proof.is_empty())
}

fn subject(name: &str, site_packages: &[PathBuf]) -> Result<Subject<'static>, Failure> {
    if let Some(entry) = provable().find(|entry| entry.id == name) {
        return Ok(Subject::Rule(entry));
    }
    let both = prove::fixtures(name);
    if !both.is_empty() {
        return Ok(Subject::Fixture(name.to_owned(), both));
    }
    let path = PathBuf::from(name);
    if path.exists() {
        let mut settings = Settings::resolve(Arguments {
            paths: vec![path],
            ..Arguments::default()
        })?;
        settings.django.finds_environments = true;
        if let Some(missing) = site_packages.iter().find(|folder| !folder.is_dir()) {
            return Err(Failure::new(
                format!("there is no folder {}", missing.display()),
                "--site-packages takes a virtual environment, or a folder of installed packages",
            ));
        }
        settings
            .django
            .site_packages
            .extend_from_slice(site_packages);
        readable(&settings, name)?;
        return Ok(Subject::Path(Box::new(settings)));
    }
    let help = nearest(name, provable().map(|entry| entry.id)).map_or_else(
        || "name a rule, a demo project (proj07) or a path; `mig-lint prove` without a name proves all".to_owned(),
        |near| format!("did you mean {near}?"),
    );
    Err(Failure::new(
        format!("there is nothing to prove called {name}"),
        help,
    ))
}

/// The text of the file that `--setup` names.
fn setup(path: Option<&Path>) -> Result<String, Failure> {
    let Some(path) = path else {
        return Ok(String::new());
    };
    std::fs::read_to_string(path).map_err(|error| {
        Failure::new(
            format!("{} cannot be read: {}", path.display(), error.kind()),
            "--setup takes a file of SQL that runs before the first migration",
        )
    })
}

/// Fails where there is nothing to run, or something that cannot be read: no server is started for that.
fn readable(settings: &Settings, name: &str) -> Result<(), Failure> {
    let listing = engine::list(settings, View::Run);
    if let Some(fault) = listing.unchecked.first() {
        return Err(Failure::new(
            format!("{} {}", fault.file.path().display(), fault.message),
            "mend it first: what cannot be read cannot be run",
        ));
    }
    if listing.migrations.is_empty() {
        return Err(Failure::new(
            format!("{name} holds no migration"),
            "name a file or a folder with migrations, a rule or a demo project",
        ));
    }
    let runs = |read: &Read| {
        let mut statements = read.migration.statements.iter();
        statements.any(|statement| !matches!(statement.origin, Origin::Opaque(_)))
    };
    if listing.migrations.iter().any(runs) {
        return Ok(());
    }
    let before = engine::histories(settings).into_iter().flat_map(|history| {
        let migrations = history.migrations;
        migrations.take_while(|read| !read.migration.reported)
    });
    let help = before.filter(runs).last().map_or_else(
        || "name one that runs some, a rule or a demo project".to_owned(),
        |read| {
            let path = read.migration.file.path().display();
            format!("it may change only what its framework keeps to itself, or run code that cannot be read; the last before it that runs a statement is {path}")
        },
    );
    Err(Failure::new(
        format!("{name} runs no statement, so there is nothing that a server could show"),
        help,
    ))
}

impl From<ProofError> for Failure {
    fn from(error: ProofError) -> Self {
        Self::new(error.to_string(), "")
    }
}
