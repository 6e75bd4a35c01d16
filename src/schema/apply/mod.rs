//! How each statement changes the catalog.

mod alter;
mod create;
mod drop;

use super::{Catalog, Domain, RelationId};
use crate::ir::{
    Action, Code, CodeStep, CreateRoutine, Dml, DmlKind, Expr, Name, RelationKind, TypeName,
};
use std::sync::Arc;

impl Catalog {
    /// Brings the catalog to the state after `action`.
    pub fn apply(&mut self, action: &Action) {
        match action {
            Action::CreateTable(create) => self.create_table(create),
            Action::CreateTableAs(create) => self.create_table_as(create),
            Action::CreateView(view) => self.create_plain(&view.name, RelationKind::View, true),
            Action::CreateSequence { name, .. } => {
                self.create_plain(name, RelationKind::Sequence, false);
            }
            Action::CreateIndex(create) => self.create_index(create),
            Action::AlterTable(alter) => self.alter_table(alter),
            Action::Drop(drop) => self.drop_objects(drop),
            Action::CreateDomain {
                name,
                ty,
                not_null,
                default,
                checks,
            } => self.create_domain(name, ty, *not_null, default.as_ref(), !checks.is_empty()),
            Action::AlterDomain { name, command, .. } => self.alter_domain(name, command),
            Action::Dml(dml) if dml.kind == DmlKind::Insert && !dml.literal_rows => {
                self.fill(dml.target.as_ref());
            }
            Action::Copy {
                table, from: true, ..
            } => self.fill(table.as_ref()),
            Action::Truncate { tables, .. } => self.empty(tables),
            Action::CreateRoutine(create) => self.create_routine(create),
            Action::Prepare { name, statement } => self.prepare(name, statement),
            _ => {}
        }
    }

    fn create_routine(&mut self, create: &CreateRoutine) {
        let namesakes = self.routines.entry(create.name.name.clone()).or_default();
        if create.or_replace {
            namesakes.clear();
        }
        namesakes.push(Arc::new(create.code.clone()));
    }

    fn prepare(&mut self, name: &str, statement: &Dml) {
        let step = CodeStep {
            action: Action::Dml(statement.clone()),
            conditional: false,
        };
        let code = Code {
            steps: vec![step],
            opaque: false,
        };
        self.prepared.insert(name.to_owned(), Arc::new(code));
    }

    /// The migrations have written rows into a table, nobody knows how many.
    fn fill(&mut self, table: Option<&Name>) {
        if let Some(table) = table {
            let id = self.resolve(table, RelationKind::Table);
            self.get_mut(id).filled = true;
        }
    }

    fn empty(&mut self, tables: &[Name]) {
        for table in tables {
            let id = self.resolve(table, RelationKind::Table);
            self.get_mut(id).filled = false;
        }
    }

    fn create_domain(
        &mut self,
        name: &Name,
        ty: &TypeName,
        not_null: bool,
        default: Option<&Expr>,
        checked: bool,
    ) {
        // A domain over a domain inherits what that one demands.
        let base = self.domain(ty).cloned();
        let domain = Domain {
            ty: base
                .as_ref()
                .map_or_else(|| ty.clone(), |base| base.ty.clone()),
            not_null: not_null || base.as_ref().is_some_and(|base| base.not_null),
            default: default
                .cloned()
                .or_else(|| base.as_ref().and_then(|base| base.default.clone())),
            checked: checked || base.is_some_and(|base| base.checked),
        };
        self.domains.insert(name.name.clone(), domain);
    }

    fn alter_domain(&mut self, name: &Name, command: &str) {
        if let Some(domain) = self.domains.get_mut(&name.name) {
            match command {
                "set not null" => domain.not_null = true,
                "drop not null" => domain.not_null = false,
                "add constraint" => domain.checked = true,
                _ => {}
            }
        }
    }

    /// A relation without anything that matters inside.
    fn create_plain(&mut self, name: &Name, kind: RelationKind, complete: bool) {
        if self.find(name).is_none_or(|relation| relation.dropped) {
            let id = self.create(name, kind);
            self.get_mut(id).complete = complete;
        }
    }

    /// A new relation, made now.
    fn create(&mut self, name: &Name, kind: RelationKind) -> RelationId {
        let schema = self.schema_of(name);
        self.begun.insert(schema);
        let id = self.insert(name, kind);
        let now = self.now;
        let relation = self.get_mut(id);
        relation.created = Some(now);
        relation.complete = true;
        id
    }
}
