//! What a person reads as one: findings of one rule on one table in one file, and all findings of one statement.

use crate::finding::{Finding, Harm, Level};
use crate::rule::join_and;
use crate::source::{SourceFile, Span};
use std::collections::HashMap;
use std::sync::Arc;

/// How many further tables are named.
const TABLES: usize = 8;

/// A finding, and what is told together with it.
#[derive(Debug)]
pub(super) struct Gathered<'f> {
    pub chief: &'f Finding,
    /// The same rule on the same table, further down in the file.
    pub places: Vec<&'f Finding>,
    /// The same rule on other tables of the file, where there is the same to do about it.
    pub tables: Vec<Self>,
    /// What other rules have to say about the statement.
    pub others: Vec<Self>,
    /// The one among it that knows best what stays locked meanwhile, where none further down in the transaction knows better.
    pub held: Option<&'f Finding>,
}

/// Gathers findings, which are sorted by place, in the order of the first of each: one rule and one table of a file.
pub(super) fn gather(findings: &[Finding]) -> Vec<Gathered<'_>> {
    let mut gathered: Vec<Gathered<'_>> = Vec::new();
    let mut known: HashMap<Subject<'_>, usize> = HashMap::new();
    for finding in findings {
        let next = gathered.len();
        let at = subject(finding).map_or(next, |it| *known.entry(it).or_insert(next));
        match gathered.get_mut(at) {
            Some(same) => same.places.push(finding),
            None => gathered.push(Gathered::new(finding)),
        }
    }
    gathered
}

/// For people: the worst speaks for a statement, too, and the same advice about several tables of a file is given once.
pub(super) fn digest(findings: &[Finding]) -> Vec<Gathered<'_>> {
    let mut gathered = by_advice(by_statement(gather(findings)));
    tell_locks_once(&mut gathered);
    gathered
}

fn by_advice(gathered: Vec<Gathered<'_>>) -> Vec<Gathered<'_>> {
    let mut advised: Vec<Gathered<'_>> = Vec::new();
    let mut known = HashMap::new();
    for one in gathered {
        let finding = one.chief;
        let next = advised.len();
        let has_table = subject(finding).is_some_and(|it| it.table.is_some());
        let is_one = one.others.is_empty() && has_table;
        let at = if is_one {
            let file = Arc::as_ptr(&finding.file);
            let key = (finding.rule, finding.level, file, &finding.help);
            *known.entry(key).or_insert(next)
        } else {
            next
        };
        match advised.get_mut(at) {
            Some(same) => same.tables.push(one),
            None => advised.push(one),
        }
    }
    advised
}

/// What findings have in common that are told as one.
#[derive(PartialEq, Eq, Hash)]
struct Subject<'f> {
    rule: &'f str,
    level: Level,
    file: *const SourceFile,
    /// Its schema and name; that others queue up is the same for all tables of a file.
    table: Option<(Option<&'f str>, &'f str)>,
    /// What was not read for the same reason, templates for instance.
    unread: Option<&'f str>,
}

fn subject(finding: &Finding) -> Option<Subject<'_>> {
    let harm = finding.causes.first()?.harm;
    let queue = harm == Harm::Queue;
    let unread = (harm == Harm::Unchecked).then_some(finding.message.as_str());
    let effect = finding.effects.first().filter(|_| !queue);
    let table = effect.map(|effect| {
        let table = effect.table.as_ref().unwrap_or(&effect.relation);
        (effect.schema.as_deref(), table.as_str())
    });
    (queue || table.is_some() || unread.is_some()).then_some(Subject {
        rule: finding.rule,
        level: finding.level,
        file: Arc::as_ptr(&finding.file),
        table,
        unread,
    })
}

fn by_statement(gathered: Vec<Gathered<'_>>) -> Vec<Gathered<'_>> {
    let mut statements: Vec<Gathered<'_>> = Vec::new();
    let mut known: HashMap<(*const SourceFile, Span), usize> = HashMap::new();
    for mut one in gathered {
        let key = (Arc::as_ptr(&one.chief.file), one.chief.statement);
        let at = *known.entry(key).or_insert(statements.len());
        match statements.get_mut(at) {
            Some(speaker) => {
                if one.chief.level > speaker.chief.level {
                    std::mem::swap(speaker, &mut one);
                    speaker.others.append(&mut one.others);
                }
                speaker.others.push(one);
            }
            None => statements.push(one),
        }
    }
    statements
}

/// Leaves what stays locked to the last finding of a transaction that knows of anything: what it holds only grows.
fn tell_locks_once(gathered: &mut [Gathered<'_>]) {
    let mut told: Option<(*const SourceFile, usize)> = None;
    for one in gathered.iter_mut().rev() {
        let file = Arc::as_ptr(&one.chief.file);
        let fullest = one.all().into_iter().max_by_key(|it| it.held.total());
        let Some(fullest) = fullest.filter(|finding| !finding.held.is_empty()) else {
            continue;
        };
        let total = fullest.held.total();
        if !told.is_some_and(|(at, later)| at == file && total <= later) {
            one.held = Some(fullest);
        }
        told = Some((file, total));
    }
}

impl<'f> Gathered<'f> {
    const fn new(chief: &'f Finding) -> Self {
        Self {
            chief,
            places: Vec::new(),
            tables: Vec::new(),
            others: Vec::new(),
            held: None,
        }
    }

    /// Every finding in it.
    fn all(&self) -> Vec<&'f Finding> {
        let mut all = vec![self.chief];
        all.extend(&self.places);
        let parts = self.tables.iter().chain(&self.others);
        all.extend(parts.flat_map(Gathered::all));
        all
    }

    /// Where the same stands, further down in the file: `lines 14-18 and 22; customers: line 30`.
    pub(super) fn elsewhere(&self) -> Option<String> {
        let mut parts: Vec<String> = lines(&self.places).into_iter().collect();
        for table in self.tables.iter().take(TABLES) {
            let mut places = vec![table.chief];
            places.extend(&table.places);
            let name = subject(table.chief).and_then(|subject| subject.table);
            let name = name.map_or("", |(_, name)| name);
            parts.extend(lines(&places).map(|lines| format!("{name}: {lines}")));
        }
        let more = self.tables.len().saturating_sub(TABLES);
        if more > 0 {
            parts.push(format!("and {more} more tables"));
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

/// The lines of findings in a file: `lines 14-18 and 22`.
fn lines(places: &[&Finding]) -> Option<String> {
    let lines = places.iter();
    let mut lines: Vec<usize> = lines
        .map(|finding| finding.file.place(finding.span.start).line)
        .collect();
    lines.dedup();
    let runs = lines.chunk_by(|a, b| a + 1 == *b);
    let runs = runs.flat_map(|run| match run {
        [first, _, .., last] => vec![format!("{first}-{last}")],
        few => few.iter().map(usize::to_string).collect(),
    });
    let runs: Vec<String> = runs.collect();
    let runs: Vec<&str> = runs.iter().map(String::as_str).collect();
    let s = if lines.len() == 1 { "" } else { "s" };
    (!lines.is_empty()).then(|| format!("line{s} {}", join_and(&runs)))
}
