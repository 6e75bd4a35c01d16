//! What the transaction has put off to its end: events of deferred constraints and triggers, which keep their tables from being changed.
//!
//! Source: `AfterTriggerPendingOnRel` in `src/backend/commands/trigger.c`; PostgreSQL documentation, `SET CONSTRAINTS`.

use crate::ir::{Action, Deferral, Dml, DmlKind, Execution, Expr, ExprNode, ObjectKind};
use crate::ir::{ConstraintKind, ReferentialAction};
use crate::schema::{Attached, Catalog, Constraint, Relation, RelationId, Undo, UndoMap, UndoSet};

/// Events that wait, by their table and the constraint or trigger that they are of.
#[derive(Debug, Default)]
pub(in crate::effects) struct Deferred {
    waiting: UndoSet<(RelationId, String)>,
    /// What SET CONSTRAINTS said, by the constraint; without a name, of all.
    set: UndoMap<String, bool>,
}

impl Deferred {
    pub(super) const MAPS: usize = 2;

    pub(super) fn maps(&mut self) -> [&mut dyn Undo; Self::MAPS] {
        [&mut self.waiting, &mut self.set]
    }

    /// Whether nothing waits.
    pub(in crate::effects) fn is_empty(&self) -> bool {
        self.waiting.range(..).next().is_none()
    }

    /// Whether events of a table wait.
    pub(in crate::effects) fn waits(&self, table: RelationId) -> bool {
        self.of(table).next().is_some()
    }

    fn of(&self, table: RelationId) -> impl Iterator<Item = &(RelationId, String)> {
        let first = (table, String::new());
        self.waiting
            .range(first..)
            .take_while(move |(id, _)| *id == table)
    }

    /// The events of a table are told of.
    pub(in crate::effects) fn forget(&mut self, table: RelationId) {
        for event in self.of(table).cloned().collect::<Vec<_>>() {
            self.waiting.remove(&event);
        }
    }

    /// SET CONSTRAINTS: IMMEDIATE has what waits done at once.
    pub(in crate::effects) fn set(&mut self, names: &[String], deferred: bool) {
        let all = names.is_empty();
        if all {
            let known = self.set.entries().map(|(name, _)| name.clone());
            for name in known.collect::<Vec<_>>() {
                self.set.remove(&name);
            }
            self.set.insert(String::new(), deferred);
        }
        for name in names {
            self.set.insert(name.clone(), deferred);
        }
        let waiting = self.waiting.range(..);
        let done = waiting.filter(|(_, name)| !deferred && (all || names.contains(name)));
        for event in done.cloned().collect::<Vec<_>>() {
            self.waiting.remove(&event);
        }
    }

    fn is_deferred(&self, constraint: &Constraint) -> bool {
        let said = self.set.get(&constraint.name).or_else(|| self.set.get(""));
        let said = said.copied();
        constraint.enforced
            && match constraint.deferral {
                Deferral::Never => false,
                Deferral::Deferrable => said == Some(true),
                Deferral::Initially => said != Some(false),
            }
    }

    /// Notes the events of a statement that has run.
    pub(in crate::effects) fn note(&mut self, catalog: &Catalog, action: &Action) {
        match action {
            Action::Dml(dml) if dml.execution == Execution::Whole => self.dml(catalog, dml),
            Action::Copy {
                table: Some(table),
                from: true,
                ..
            } => {
                if let Some(table) = catalog.find_sure(table) {
                    self.inserted(catalog, table);
                }
            }
            _ => {}
        }
    }

    fn dml(&mut self, catalog: &Catalog, dml: &Dml) {
        let target = dml.target.as_ref().and_then(|name| catalog.find_sure(name));
        let Some(table) = target else { return };
        match dml.kind {
            DmlKind::Insert if !dml.on_conflict => self.inserted(catalog, table),
            DmlKind::Update if holds_rows(catalog, table) => self.updated(catalog, table, dml),
            DmlKind::Delete if holds_rows(catalog, table) => self.deleted(catalog, table),
            _ => {}
        }
    }

    fn inserted(&mut self, catalog: &Catalog, table: &Relation) {
        let keys = catalog.foreign_keys(table.id);
        let names: Vec<String> = keys
            .filter(|key| self.is_deferred(key))
            .map(|key| key.name.clone())
            .collect();
        self.wait(table.id, names);
        self.triggered(table, DmlKind::Insert);
    }

    fn updated(&mut self, catalog: &Catalog, table: &Relation, dml: &Dml) {
        let sets = |column: &str| {
            let mut assigned = dml.assigned.iter().filter(|(name, _)| name == column);
            assigned.any(|(name, value)| changes(table, name, value))
        };
        let refers = |key: &&Constraint| key.columns().into_iter().any(sets);
        let keys = catalog.foreign_keys(table.id).filter(refers);
        let referred = catalog.referencing(table.id);
        let referred = referred.filter(|(_, key)| {
            let columns = referenced(table, key);
            let kept = matches!(
                &key.kind,
                ConstraintKind::ForeignKey {
                    on_update: ReferentialAction::NoAction,
                    ..
                }
            );
            kept && columns.iter().any(|column| dml.sets.contains(column))
        });
        let all = keys.chain(referred.map(|(_, key)| key));
        let names: Vec<String> = all
            .filter(|key| self.is_deferred(key))
            .map(|key| key.name.clone())
            .collect();
        self.wait(table.id, names);
        self.triggered(table, DmlKind::Update);
    }

    /// Rows that refer to those that go may go with them, and so on.
    fn deleted(&mut self, catalog: &Catalog, table: &Relation) {
        let mut seen = vec![table.id];
        let mut at = 0;
        while let Some(id) = seen.get(at).copied() {
            at += 1;
            let mut names = Vec::new();
            for (other, key) in catalog.referencing(id) {
                let ConstraintKind::ForeignKey { on_delete, .. } = &key.kind else {
                    continue;
                };
                match on_delete {
                    ReferentialAction::NoAction if self.is_deferred(key) => {
                        names.push(key.name.clone());
                    }
                    ReferentialAction::Cascade if !seen.contains(&other.id) => seen.push(other.id),
                    _ => {}
                }
            }
            self.wait(id, names);
        }
        self.triggered(table, DmlKind::Delete);
    }

    fn triggered(&mut self, table: &Relation, kind: DmlKind) {
        let fires = |at: &&Attached| {
            let fires = &at.fires;
            at.kind == ObjectKind::Trigger
                && fires.deferred
                && fires.each_row
                && !fires.perhaps
                && !at.disabled
                && fires.on.contains(&kind)
        };
        let all = self.set.get("").copied();
        let attached = table.attached.iter().filter(fires);
        let names = attached.filter_map(|at| at.name.clone());
        let names = names.filter(|name| self.set.get(name).copied().or(all) != Some(false));
        let names = names.collect();
        self.wait(table.id, names);
    }

    fn wait(&mut self, table: RelationId, names: Vec<String>) {
        for name in names {
            self.waiting.insert((table, name));
        }
    }
}

/// Whether there may be rows to write to: not in a table that this transaction has made, and nobody has filled.
fn holds_rows(catalog: &Catalog, table: &Relation) -> bool {
    let made = table.created.map(|created| created.transaction);
    table.filled || made != Some(catalog.now.transaction)
}

/// Whether a key surely gets another value: NULL refers to nothing, and its own value is none. A parameter may be NULL where its column may.
fn changes(table: &Relation, column: &str, value: &Expr) -> bool {
    let node = &value.node;
    let nullable = table.column(column).is_none_or(|column| !column.not_null);
    *node != ExprNode::Null && !node.is_column(column) && !(nullable && node.is_parameter())
}

/// The columns of a table that a foreign key refers to.
fn referenced(table: &Relation, key: &Constraint) -> Vec<String> {
    match &key.kind {
        ConstraintKind::ForeignKey {
            referenced_columns, ..
        } if !referenced_columns.is_empty() => referenced_columns.clone(),
        _ => {
            let key = table.primary_key().map(Constraint::columns);
            let key = key.unwrap_or_default();
            key.into_iter().map(str::to_owned).collect()
        }
    }
}
