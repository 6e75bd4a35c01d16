//! Pending migrations fixed, as far as what comes of it is better: each fix is tried on the texts and judged anew before it counts.

use super::{Report, run};
use crate::config::Settings;
use crate::finding::{Finding, Fix, Level, Safety};
use crate::source::{Changes, Files, Instead};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many fixes are made at most, one after the other.
const ROUNDS: usize = 1_000;

/// What came of fixing.
#[derive(Debug)]
pub struct Mended {
    /// What was found before.
    pub before: Report,
    /// What is still found.
    pub after: Report,
    /// How many findings are fixed.
    pub fixed: usize,
    /// What is to be written.
    pub files: Vec<Rewritten>,
    /// Migrations for which something is advised that is not made, and why.
    pub left: BTreeMap<PathBuf, String>,
}

/// A file that is to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    pub path: PathBuf,
    /// What it held when it was read; nothing where it was not there.
    pub before: Option<String>,
    pub after: String,
}

/// Fixes what is found in pending migrations, as far as `allowed`; nothing is written.
///
/// A fix counts where the history with it has none of the findings that it is for, and no other warning or error that it did not have before. Fixes of one
/// migration come together, or else one by one.
#[must_use]
pub fn mend(settings: &Settings, allowed: Safety) -> Mended {
    let before = run(settings, false);
    let mut state = State {
        settings,
        files: Instead::of(settings.files.clone()),
        new: BTreeSet::new(),
        left: BTreeMap::new(),
    };
    let mut report = state.run();
    // Each makes something better, and what comes of it can be made better in turn; it ends where it does not.
    for _ in 0..ROUNDS {
        match state.step(&report, allowed) {
            Some(better) => report = better,
            None => break,
        }
    }
    state.tell(&report, allowed);
    let texts = state.files.texts();
    let files = texts.map(|(path, after)| {
        let bytes = settings.files.read(path).ok();
        Rewritten {
            path: crate::source::tidy(path),
            before: bytes.and_then(|bytes| String::from_utf8(bytes).ok()),
            after: after.to_owned(),
        }
    });
    let files = files.filter(|it| it.before.as_ref() != Some(&it.after));
    let fixed = counts(&before.findings, kind);
    let still = counts(&report.findings, kind);
    let fewer = fixed
        .iter()
        .map(|(key, count)| count.saturating_sub(still.get(key).copied().unwrap_or(0)));
    Mended {
        fixed: fewer.sum(),
        before,
        files: files.collect(),
        after: report,
        left: state.left,
    }
}

/// What is counted: the file that a finding stands in, its rule, and how bad it is.
type Kind = (PathBuf, &'static str, Level);

fn kind(finding: &Finding) -> Kind {
    (finding.file.path().to_owned(), finding.rule, finding.level)
}

type Counts = BTreeMap<Kind, usize>;

fn counts(findings: &[Finding], kind: impl Fn(&Finding) -> Kind) -> Counts {
    let mut counts = Counts::new();
    for finding in findings {
        *counts.entry(kind(finding)).or_default() += 1;
    }
    counts
}

/// How far it is.
struct State<'s> {
    settings: &'s Settings,
    files: Instead,
    /// Files that were made, which are pending.
    new: BTreeSet<PathBuf>,
    left: BTreeMap<PathBuf, String>,
}

impl State<'_> {
    /// Judges the texts as they are now.
    fn run(&self) -> Report {
        self.judged(&self.files, &self.new)
    }

    fn judged(&self, files: &Instead, new: &BTreeSet<PathBuf>) -> Report {
        let mut settings = self.settings.clone();
        if settings.names_files() {
            settings.paths.extend(new.iter().cloned());
        }
        settings.files = Arc::new(files.clone());
        settings.changes = settings.changes.map(|changes| {
            let new = new.clone();
            Arc::new(AlsoNew { changes, new }) as Arc<dyn Changes>
        });
        run(&settings, false)
    }

    /// Makes the next fix that is good; nothing where there is none.
    fn step(&mut self, report: &Report, allowed: Safety) -> Option<Report> {
        let is_open = |finding: &&Finding| {
            let fix = finding.fix.as_ref();
            fix.is_some_and(|fix| fix.safety <= allowed)
                && !self.left.contains_key(finding.file.path())
        };
        let open: Vec<&Finding> = report.findings.iter().filter(is_open).collect();
        let first = *open.first()?;
        let path = first.file.path();
        let here: Vec<&Finding> = open
            .into_iter()
            .filter(|it| it.file.path() == path)
            .collect();
        let mut why = "it cannot be told where it goes".to_owned();
        for (findings, fix) in tries(report, &here) {
            if fix.safety > allowed {
                continue;
            }
            let (files, new) = self.with(&fix);
            let better = self.judged(&files, &new);
            let made: Vec<&Path> = fix.files.iter().map(|file| file.path.as_path()).collect();
            match worse(report, &better, (path, &made), &findings) {
                None => {
                    self.files = files;
                    self.new = new;
                    return Some(better);
                }
                Some(found) => why = found,
            }
        }
        self.left.insert(path.to_owned(), why);
        // What is left of the others is judged as it was.
        Some(self.run())
    }

    /// Notes why what is advised for a warning or an error is not written, migration by migration.
    fn tell(&mut self, report: &Report, allowed: Safety) {
        for finding in &report.findings {
            let path = finding.file.path();
            let advised = finding.level > Level::Info && !finding.recipe.is_empty();
            if !advised || self.left.contains_key(path) {
                continue;
            }
            let mut homes = report.pending.iter();
            let planned = homes.find_map(|it| Some(it.plan(it.position(finding)?, &[finding])));
            let why = match planned {
                Some(Err(why)) => why,
                Some(Ok(fix)) if fix.safety > allowed => {
                    "a person should look at what would be written: --unsafe-fixes writes it"
                }
                _ => continue,
            };
            self.left.insert(path.to_owned(), why.to_owned());
        }
    }

    /// The texts with a fix.
    fn with(&self, fix: &Fix) -> (Instead, BTreeSet<PathBuf>) {
        let (mut files, mut new) = (self.files.clone(), self.new.clone());
        // The edits of one file stand together.
        for edits in fix.edits.chunk_by(|a, b| a.file.path() == b.file.path()) {
            let file = &edits[0].file;
            files = files.with(file.path(), fix.applied_to(file));
        }
        for file in &fix.files {
            files = files.with(&file.path, file.text.clone());
            if file.is_migration {
                new.insert(file.path.clone());
            }
        }
        (files, new)
    }
}

/// What to try, the most at once first: these findings are about one migration.
fn tries<'f>(report: &Report, here: &[&'f Finding]) -> Vec<(Vec<&'f Finding>, Fix)> {
    let mut tries = Vec::new();
    if here.len() > 1 {
        let planned = report.pending.iter().find_map(|pending| {
            let at = pending.position(here[0])?;
            pending.plan(at, here).ok()
        });
        tries.extend(planned.map(|fix| (here.to_vec(), fix)));
    }
    let alone = here
        .iter()
        .filter_map(|it| Some((vec![*it], it.fix.clone()?)));
    tries.extend(alone);
    tries
}

/// What is worse than before, if something is.
fn worse(
    before: &Report,
    after: &Report,
    (own, made): (&Path, &[&Path]),
    fixed: &[&Finding],
) -> Option<String> {
    if after.summary.unchecked_files > before.summary.unchecked_files
        || after.summary.unread_files > before.summary.unread_files
    {
        return Some("what comes of it cannot be read".to_owned());
    }
    let kind = |finding: &Finding| {
        let (path, rule, level) = kind(finding);
        let is_made = made.contains(&path.as_path());
        (if is_made { own.to_owned() } else { path }, rule, level)
    };
    let old = counts(&before.findings, kind);
    let new = counts(&after.findings, kind);
    // Some findings need not be planned for at once: those that are follow when it is judged anew.
    let gone = fixed.iter().any(|it| {
        let key = kind(it);
        new.get(&key) < old.get(&key)
    });
    if !gone {
        return Some(format!("{} would still be found", fixed[0].rule));
    }
    let more = after.findings.iter().find(|finding| {
        let key = kind(finding);
        let guessed = finding.rule == "refused-in-transaction" && finding.level < Level::Error;
        finding.level > Level::Info && !guessed && new.get(&key) > old.get(&key)
    });
    more.map(|finding| format!("it would have {}: {}", finding.rule, finding.message))
}

/// What is new or changed, and what fixing has made.
#[derive(Debug)]
struct AlsoNew {
    changes: Arc<dyn Changes>,
    new: BTreeSet<PathBuf>,
}

impl Changes for AlsoNew {
    fn holds(&self, path: &Path, files: &dyn Files) -> bool {
        self.new.contains(path) || self.changes.holds(path, files)
    }

    fn before(&self, path: &Path) -> Option<Vec<u8>> {
        self.changes.before(path)
    }

    fn gone(&self, below: &Path, wanted: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
        self.changes.gone(below, wanted)
    }

    fn describe(&self) -> &str {
        self.changes.describe()
    }
}
