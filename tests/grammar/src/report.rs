//! Counts, misses, and whether the promises hold.

use crate::compare::{Theirs, Verdict, theirs};
use crate::suite::Statement;
use std::collections::BTreeMap;
use std::path::Path;

/// The families of which not one statement may be missed.
const WHOLE: &[&str] = &["ALTER", "CREATE TABLE", "CREATE INDEX", "DROP"];

/// Of a hundred thousand statements, how many must be known at least.
const KNOWN: usize = 99_500;

/// Of a hundred made statements that PostgreSQL refuses, how many may be taken at most.
const TAKEN: usize = 2;

#[derive(Clone, Copy, Default)]
struct Count {
    all: usize,
    same: usize,
}

/// What was compared so far.
pub struct Report {
    misses_shown: usize,
    refused: usize,
    all_made_known: bool,
    families: BTreeMap<&'static str, Count>,
    misses: BTreeMap<String, Vec<String>>,
    made: Count,
    made_refused: usize,
    /// Of those that PostgreSQL refuses, how many the linter takes.
    taken: usize,
    few_taken: bool,
    made_misses: BTreeMap<String, Vec<String>>,
}

impl Report {
    /// An empty report that prints so many misses of each kind.
    pub fn new(misses_shown: usize) -> Self {
        Self {
            misses_shown,
            refused: 0,
            all_made_known: true,
            families: BTreeMap::new(),
            misses: BTreeMap::new(),
            made: Count::default(),
            made_refused: 0,
            taken: 0,
            few_taken: true,
            made_misses: BTreeMap::new(),
        }
    }

    /// Compares one statement of the suite; true where both read it alike.
    pub fn original(&mut self, path: &Path, statement: &Statement) -> bool {
        let Some(theirs) = theirs(statement.text) else {
            self.refused += 1;
            return false;
        };
        let verdict = theirs.compare(&statement.action);
        let count = self.families.entry(family(&theirs)).or_default();
        count.all += 1;
        count.same += usize::from(verdict == Verdict::Same);
        if verdict == Verdict::Same {
            return true;
        }
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let miss = format!("{file}: {}", short(statement.text));
        self.misses
            .entry(why(&theirs, &verdict))
            .or_default()
            .push(miss);
        false
    }

    /// Counts a made statement that PostgreSQL refuses, with its reason; `taken` says that the linter takes it.
    pub fn refused(&mut self, text: &str, reason: &str, taken: bool) {
        self.made_refused += 1;
        if taken {
            self.taken += 1;
            let kind = reason.split('"').next().unwrap_or(reason);
            let kind = format!("taken, but refused by PostgreSQL: {kind}");
            self.made_misses.entry(kind).or_default().push(short(text));
        }
    }

    /// Counts a made statement that PostgreSQL accepts.
    pub fn made(&mut self, text: &str, theirs: &Theirs, verdict: &Verdict) {
        self.made.all += 1;
        if *verdict == Verdict::Same {
            self.made.same += 1;
        } else {
            let reason = why(theirs, verdict);
            self.made_misses
                .entry(reason)
                .or_default()
                .push(short(text));
        }
    }

    /// Prints what was found in the suite.
    pub fn print_suite(&self, files: usize) {
        self.print_misses(&self.misses);
        let total = self.total();
        println!(
            "{files} files, {} statements that PostgreSQL accepts, {} known alike ({}), {} refused",
            total.all,
            total.same,
            percent(total),
            self.refused
        );
        for (family, count) in &self.families {
            println!(
                "  {family:<14} {:>6} of {:>6}  {}",
                count.same,
                count.all,
                percent(*count)
            );
        }
    }

    /// Prints what was found among the mutations.
    pub fn print_made(&mut self, what: &str) {
        self.print_misses(&self.made_misses);
        println!(
            "{} {what}: {} accepted by PostgreSQL, {} known alike ({}); {} refused, of which {} are taken here",
            self.made.all + self.made_refused,
            self.made.all,
            self.made.same,
            percent(self.made),
            self.made_refused,
            self.taken
        );
        self.few_taken &= self.taken * 100 <= self.made_refused * TAKEN;
        self.all_made_known &= self.made.same == self.made.all;
        self.made = Count::default();
        self.made_refused = 0;
        self.taken = 0;
        self.made_misses.clear();
    }

    fn print_misses(&self, misses: &BTreeMap<String, Vec<String>>) {
        for (reason, texts) in misses {
            println!("{:>5}  {reason}", texts.len());
            for text in texts.iter().take(self.misses_shown) {
                println!("         {text}");
            }
        }
    }

    /// Whether all that is promised was found to be so.
    pub fn holds(&self) -> bool {
        let whole = |count: &Count| count.same == count.all;
        let total = self.total();
        total.all > 0
            && total.same * 100_000 >= total.all * KNOWN
            && WHOLE
                .iter()
                .all(|name| self.families.get(name).is_some_and(whole))
            && self.all_made_known
            && self.few_taken
    }

    fn total(&self) -> Count {
        let mut total = Count::default();
        for count in self.families.values() {
            total.all += count.all;
            total.same += count.same;
        }
        total
    }
}

fn percent(count: Count) -> String {
    let hundredths = (count.same * 10_000).checked_div(count.all).unwrap_or(0);
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}

fn why(theirs: &Theirs, verdict: &Verdict) -> String {
    match verdict {
        Verdict::Differs(how) => format!("{}: {how}", theirs.node),
        _ => format!("{}: unknown", theirs.node),
    }
}

fn short(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    line.join(" ").chars().take(240).collect()
}

fn family(theirs: &Theirs) -> &'static str {
    let node = theirs.node.as_str();
    match node {
        "CreateStmt" | "CreateTableAsStmt" | "CreateForeignTableStmt" => "CREATE TABLE",
        "IndexStmt" => "CREATE INDEX",
        "RenameStmt" => "ALTER",
        "SelectStmt" | "InsertStmt" | "UpdateStmt" | "DeleteStmt" | "MergeStmt" => "rows",
        _ if node.starts_with("Alter") => "ALTER",
        _ if node.starts_with("Drop") || node == "DropdbStmt" => "DROP",
        _ if node.starts_with("Create") => "other CREATE",
        _ => "other",
    }
}
