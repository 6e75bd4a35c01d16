//! The words that begin a statement on rows, its clauses and its common table expressions.

use super::{Expect, Scan};
use crate::ir::{DmlKind, RowLock};
use crate::sql::cursor::Cursor;
use crate::sql::expr::expression;
use crate::sql::token::TokenKind;

impl Scan<'_> {
    /// Takes a word that has a meaning here.
    pub(super) fn keyword(&mut self, start: bool) -> bool {
        let Some(word) = self.rest.word() else {
            return false;
        };
        let known = match word.to_ascii_lowercase().as_str() {
            "select" => self.begin(DmlKind::Select, Expect::Nothing, "select"),
            "values" => {
                let list = self.rest.peek_at(1).map(|token| token.kind);
                list == Some(TokenKind::Symbol(b'('))
                    && self.begin(DmlKind::Select, Expect::Nothing, "values")
            }
            "table" => self.begin(DmlKind::Select, Expect::Source, "table"),
            "insert" if start => self.begin(DmlKind::Insert, Expect::Target, "insert into"),
            "update" if start => self.begin(DmlKind::Update, Expect::Target, "update"),
            "delete" if start => self.begin(DmlKind::Delete, Expect::Target, "delete from"),
            "merge" if start => self.begin(DmlKind::Merge, Expect::Target, "merge into"),
            "with" => self.with_clause(),
            _ => return self.clause(word),
        };
        if known {
            self.previous = None;
        }
        known
    }

    /// Takes a word that starts a clause of the statement that has begun.
    fn clause(&mut self, word: &str) -> bool {
        match word.to_ascii_lowercase().as_str() {
            "from" => self.from(),
            "join" => self.level.expect = Expect::Source,
            "using" => self.using(),
            "set" => {
                self.usage.complete = true;
                self.set_list();
            }
            "default" if self.rest.at("default values") => self.usage.complete = true,
            "into" => return self.select_into(),
            "union" | "except" | "intersect" => {
                self.end_from();
                self.skip();
                self.rest.eat_any(&["all", "distinct"]);
                self.level.start = true;
                return true;
            }
            "for" => return self.row_lock(),
            "where" => {
                self.end_from();
                self.predicate();
            }
            "on" if self.rest.at("on conflict") => {
                self.usage.on_conflict = true;
                self.end_from();
            }
            "on" if self.level.kind == Some(DmlKind::Merge) => self.predicate(),
            "matched" if self.rest.at("matched by source") => self.usage.merges_unmatched = true,
            "then" if self.level.kind == Some(DmlKind::Merge) => self.merge_action(),
            "do" if self.rest.at("do update") => self.usage.updates_on_conflict = true,
            "limit" | "fetch" => {
                self.end_from();
                self.usage.limited |= self.outer.is_empty() && !self.rest.at("limit all");
            }
            "group" | "having" | "order" => {
                self.end_from();
                self.usage.ordered |= self.outer.is_empty();
            }
            "offset" | "window" | "returning" => self.end_from(),
            _ => return false,
        }
        self.skip();
        true
    }

    fn begin(&mut self, kind: DmlKind, expect: Expect, words: &str) -> bool {
        if !self.rest.eat(words) {
            return false;
        }
        if !self.level.in_with && self.usage.kind.is_none() {
            self.usage.kind = Some(kind);
        }
        self.usage.complete |= matches!(kind, DmlKind::Select | DmlKind::Delete);
        self.level.start = false;
        self.level.with = false;
        self.level.kind = Some(kind);
        self.level.expect = expect;
        self.level.from = false;
        self.level.using = matches!(kind, DmlKind::Delete | DmlKind::Merge);
        true
    }

    fn end_from(&mut self) {
        self.level.from = false;
        self.level.expect = Expect::Nothing;
    }

    /// FROM leads to relations, but not in `extract(year FROM x)` and `IS DISTINCT FROM`.
    fn from(&mut self) {
        if self.level.kind.is_some() && !self.previous_is("distinct") {
            self.level.from = true;
            self.level.expect = Expect::Source;
        }
    }

    fn using(&mut self) {
        if std::mem::take(&mut self.level.using) {
            self.usage.complete = true;
            self.level.from = self.level.kind == Some(DmlKind::Delete);
            self.level.expect = Expect::Source;
        }
    }

    /// THEN of MERGE, before UPDATE, DELETE, INSERT or DO NOTHING.
    fn merge_action(&mut self) {
        const ACTIONS: &[(&str, DmlKind)] = &[
            ("then update", DmlKind::Update),
            ("then delete", DmlKind::Delete),
            ("then insert", DmlKind::Insert),
        ];
        let found = ACTIONS.iter().find(|(words, _)| self.rest.at(words));
        self.usage.merges.extend(found.map(|(_, kind)| *kind));
    }

    fn select_into(&mut self) -> bool {
        const PREFIXES: &[&str] = &["local", "global", "unlogged", "table"];
        if self.level.in_with || self.level.inner || self.usage.kind != Some(DmlKind::Select) {
            return false;
        }
        let mut ahead = self.rest;
        ahead.next();
        let mut temporary = false;
        loop {
            if ahead.eat_any(&["temporary", "temp"]).is_some() {
                temporary = true;
            } else if ahead.eat_any(PREFIXES).is_none() {
                break;
            }
        }
        let Some(name) = ahead.name() else {
            return false;
        };
        self.rest = ahead;
        self.previous = None;
        self.usage.into = Some((name, temporary));
        true
    }

    fn predicate(&mut self) {
        const ENDS: &[&str] = &[
            "returning",
            "group",
            "having",
            "order",
            "limit",
            "offset",
            "fetch",
            "window",
            "for",
            "union",
            "except",
            "intersect",
        ];
        let kinds = [
            DmlKind::Update,
            DmlKind::Delete,
            DmlKind::Select,
            DmlKind::Merge,
        ];
        let bounded = self.usage.kind.is_some_and(|kind| kinds.contains(&kind));
        if bounded && self.outer.is_empty() && self.usage.predicate.is_none() {
            let mut ahead = self.rest;
            ahead.next();
            let merge = self.usage.kind == Some(DmlKind::Merge);
            let end = |ahead: &Cursor| {
                ENDS.iter().any(|word| ahead.at(word)) || merge && ahead.at("when")
            };
            self.usage.predicate = Some(ahead.until(end));
        }
    }

    /// Notes the columns of `SET a = ..., (b, c) = ...`.
    fn set_list(&mut self) {
        const ENDS: &[&str] = &["from", "where", "returning"];
        // Within a list that was read already, SET is something else, and may come as often as one likes.
        if self.level.in_with || self.rest.tokens().len() > self.behind_sets {
            return;
        }
        let mut ahead = self.rest;
        ahead.next();
        // WHEN stands in CASE too.
        let merge = self.usage.kind == Some(DmlKind::Merge);
        let end =
            |ahead: &Cursor| ENDS.iter().any(|word| ahead.at(word)) || merge && ahead.at("when");
        let list = ahead.until(end);
        self.behind_sets = ahead.tokens().len();
        for mut assignment in list.commas() {
            if let Some(columns) = assignment.column_list() {
                self.usage.sets.extend(columns);
            } else if let Some(column) = assignment.identifier() {
                if assignment.eat_operator("=") {
                    let value = expression(assignment);
                    self.usage.assigned.push((column.clone(), value));
                }
                self.usage.sets.push(column);
            }
        }
    }

    fn row_lock(&mut self) -> bool {
        const LOCKS: &[(&str, RowLock)] = &[
            ("for update", RowLock::ForUpdate),
            ("for no key update", RowLock::ForNoKeyUpdate),
            ("for share", RowLock::ForShare),
            ("for key share", RowLock::ForKeyShare),
        ];
        if self.level.kind != Some(DmlKind::Select) {
            return false;
        }
        self.end_from();
        let found = LOCKS.iter().find(|(words, _)| self.rest.eat(words));
        if let Some(&(_, lock)) = found {
            self.usage.row_lock = self.usage.row_lock.max(Some(lock));
            if self.rest.eat("of") {
                let names = self.rest.names().unwrap_or_default();
                let names = names.into_iter().map(|name| name.name);
                self.usage.row_lock_of.extend(names);
            }
            self.previous = None;
        }
        found.is_some()
    }

    /// Takes WITH if common table expressions follow, wherever it stands: in INSERT it comes late.
    fn with_clause(&mut self) -> bool {
        let before = self.rest;
        self.rest.next();
        self.level.recursive = self.rest.eat("recursive");
        if self.common_table() {
            return true;
        }
        self.rest = before;
        false
    }

    /// Takes `name (columns) AS [NOT] [MATERIALIZED]` before the body.
    pub(super) fn common_table(&mut self) -> bool {
        let mut ahead = self.rest;
        let Some(name) = ahead.identifier() else {
            return false;
        };
        skip_names(&mut ahead);
        if !ahead.eat("as") {
            return false;
        }
        ahead.eat_any(&["not materialized", "materialized"]);
        if !ahead.at_symbol(b'(') {
            return false;
        }
        self.rest = ahead;
        self.level.with = true;
        self.level.start = true;
        if self.level.recursive {
            self.scope.push(name.clone());
        }
        self.defined = Some(name);
        true
    }
}

/// Takes `(name, ...)` if it is next, and looks no further than names go.
fn skip_names(cursor: &mut Cursor) {
    let mut ahead = *cursor;
    if !ahead.eat_symbol(b'(') {
        return;
    }
    while ahead.label().is_some() && ahead.eat_symbol(b',') {}
    if ahead.eat_symbol(b')') {
        *cursor = ahead;
    }
}
