//! How each statement changes the catalog.

mod alter;
mod constraint;
mod create;
mod drop;
mod mention;
mod object;
mod sequence;

use super::link::{Link, Word};
use super::relation::TEMPORARY;
use super::{Attached, Catalog, Column, Emptied, List, Object, Relation, RelationId};
use crate::ir::{
    Action, Code, CodeStep, CreateRoutine, CreateView, Dml, DmlKind, Execution, Name, ObjectKind,
    RelationKind, Written,
};
use crate::postgres::functions::{Volatility, volatility};
use std::sync::Arc;

impl Catalog {
    /// Brings the catalog to the state after `action`.
    pub fn apply(&mut self, action: &Action) {
        match action {
            Action::CreateTable(create) => self.create_table(create),
            Action::CreateTableAs(create) => self.create_table_as(create),
            Action::CreateView(view) => self.create_view(view),
            Action::CreateSequence { name, owned_by, .. } => {
                self.create_plain(name, RelationKind::Sequence, false);
                self.own(name, owned_by.as_ref());
            }
            Action::CreateComposite { name } => {
                self.note_made(ObjectKind::Type, name);
                self.create_plain(name, RelationKind::CompositeType, false);
            }
            Action::CreateOn { .. } => self.attach(action),
            Action::MoveAll { kind, from, to } => self.move_all(*kind, from, to),
            Action::Cluster { table: Some(table) } => {
                let id = self.resolve(table, RelationKind::Table);
                self.get_mut(id).clustered = true;
            }
            Action::Publication(publication) => self.publish(publication),
            Action::CreateObject(object) => self.object(object),
            Action::RenameObject(renamed) => self.rename_object(renamed),
            Action::Owned { drop, roles, to } => self.owned(*drop, roles, to.as_ref()),
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
            Action::CreateEnum { name, labels } => {
                self.note_made(ObjectKind::Type, name);
                self.enums.insert(name.name.clone(), labels.clone().into());
                self.note_type(name);
            }
            Action::AlterEnumAddValue {
                name,
                value,
                if_not_exists,
                place,
            } => {
                self.note_label(name, value, *if_not_exists);
                self.add_label(&name.name, value, place.as_ref());
            }
            Action::AlterEnumRenameValue { name, from, to } => {
                self.rename_label(&name.name, from, to);
            }
            Action::AlterDomain { name, change, .. } => self.alter_domain(name, *change),
            Action::Dml(dml) if dml.kind == DmlKind::Insert && !dml.literal_rows => {
                self.note_copied(&dml.reads);
                self.fill(dml.target.as_ref());
            }
            Action::Copy {
                table, from: true, ..
            } => self.fill(table.as_ref()),
            Action::Truncate {
                tables,
                only,
                cascade,
                ..
            } => self.truncate(tables, *only, *cascade),
            Action::Dml(dml) if dml.kind == DmlKind::Delete => self.delete(dml),
            Action::CreateRoutine(create) => self.create_routine(create),
            Action::Prepare {
                name,
                statement,
                text,
            } => self.prepare(name, statement, text),
            _ => {}
        }
    }

    fn create_routine(&mut self, create: &CreateRoutine) {
        let known = self.routines.get(&create.name.name).is_some();
        if !known || !create.or_replace {
            self.note_made(ObjectKind::Function, &create.name);
        }
        let namesakes = self.routines.entry(create.name.name.clone());
        if create.or_replace {
            namesakes.clear();
        }
        namesakes.push(Arc::new(create.clone()));
        let volatility = effective_volatility(create);
        let known = self.volatilities.get(&create.name.name).copied();
        let known = known.filter(|_| !create.or_replace);
        let most = known.map_or(volatility, |known| known.max(volatility));
        self.volatilities.insert(create.name.name.clone(), most);
    }

    fn create_view(&mut self, view: &CreateView) {
        let reads: Vec<RelationId> = view
            .reads
            .iter()
            .map(|name| self.resolve(name, RelationKind::Table))
            .collect();
        let columns = self.columns_of_view(view);
        let placed = self.is_placed(&view.name);
        let name = self.qualified(&Self::placed(&view.name, view.temporary));
        self.create_plain(&name, RelationKind::View, true);
        let id = self.resolve(&name, RelationKind::View);
        self.reads(id, reads, &view.mentions, &view.named);
        let relation = self.get_mut(id);
        relation.passes = view.passes;
        relation.sure &= placed;
        relation.columns = List::default();
        for column in columns {
            self.put_column(id, Arc::new(column));
        }
        if view.temporary {
            self.is_temporary(id);
        }
    }

    /// The columns of a view, where they are known.
    #[must_use]
    pub fn columns_of_view(&self, view: &CreateView) -> Vec<Column> {
        let reads = view.reads.iter().filter_map(|name| self.find(name));
        let reads: Vec<RelationId> = reads.map(|relation| relation.id).collect();
        let mut columns = self.columns_of(&view.columns, &reads).unwrap_or_default();
        for (column, name) in columns.iter_mut().zip(&view.names) {
            column.name.clone_from(name);
        }
        columns
    }

    /// A view gets what its query reads, and the columns and functions that it names.
    pub(super) fn reads(
        &mut self,
        view: RelationId,
        reads: Vec<RelationId>,
        mentions: &[String],
        named: &[String],
    ) {
        let needs = self.needs(&reads, named);
        for read in &reads {
            self.link(*read, Link::Reader, view);
        }
        for word in mentions {
            self.note_word(Word::Function(word.clone()), view);
        }
        let relation = self.get_mut(view);
        relation.reads = reads.into();
        relation.mentions = mentions.into();
        relation.needs = needs.into();
    }

    /// The columns of relations that a query names for sure: only one of them has it, and all is known of the others.
    fn needs(&self, reads: &[RelationId], named: &[String]) -> Vec<(RelationId, String)> {
        let read = || reads.iter().map(|id| self.get(*id));
        let known = |relation: &Relation| self.is_whole(relation) && !relation.columns.is_empty();
        if !read().all(known) {
            return Vec::new();
        }
        let mut needs = Vec::new();
        for word in named {
            let mut having = read().filter(|read| read.column(word).is_some());
            match (having.next(), having.next(), reads) {
                (Some(one), None, _) => needs.push((one.id, word.clone())),
                (None, _, [one]) if word == "*" => {
                    let all = self.get(*one).columns.iter();
                    needs.extend(all.map(|column| (*one, column.name.clone())));
                }
                _ => {}
            }
        }
        needs
    }

    /// The name under which a relation is made: a temporary one lies in a schema of its session's.
    pub(super) fn placed(name: &Name, temporary: bool) -> Name {
        if temporary {
            Name {
                schema: Some(TEMPORARY.to_owned()),
                name: name.name.clone(),
            }
        } else {
            name.clone()
        }
    }

    /// A relation goes when its session ends.
    pub(super) fn is_temporary(&mut self, id: RelationId) {
        self.get_mut(id).temporary = true;
        self.temporary.push(id);
    }

    /// A trigger, rule, policy or statistics object is made on a relation.
    fn attach(&mut self, action: &Action) {
        let Action::CreateOn {
            kind,
            name,
            table,
            uses,
            ..
        } = action
        else {
            return;
        };
        let id = self.resolve(table, RelationKind::Table);
        let mut known = |names: &[Name]| -> Vec<RelationId> {
            let all = names.iter();
            all.map(|name| self.resolve(name, RelationKind::Table))
                .collect()
        };
        let writes = known(&uses.writes);
        let mut relations = known(&uses.reads);
        relations.extend(&writes);
        let attached = Attached {
            kind: *kind,
            name: name.clone(),
            relations,
            calls: uses.calls.iter().map(|call| call.name.clone()).collect(),
            columns: uses.columns.clone(),
            on: uses.on,
            writes,
            instead: uses.instead,
            fires: uses.fires.clone(),
            disabled: false,
        };
        // A trigger on a partitioned table is made on its partitions too.
        let mut tables = vec![id];
        if *kind == ObjectKind::Trigger && self.get(id).partitioned {
            tables.extend(self.descendants(id));
        }
        let attached = Arc::new(attached);
        for table in tables {
            for on in &attached.relations {
                self.link(*on, Link::Attached, table);
            }
            for call in &attached.calls {
                self.note_word(Word::Function(call.clone()), table);
            }
            if let (ObjectKind::Statistics, Some(name)) = (attached.kind, &attached.name) {
                self.note_word(Word::Statistics(name.clone()), table);
            }
            let list = &mut self.get_mut(table).attached;
            list.push(attached.clone());
        }
    }

    /// Relations that lie in one tablespace go to another.
    fn move_all(&mut self, kind: RelationKind, from: &str, to: &str) {
        let lies = |relation: &&super::Relation| {
            relation.kind == kind && relation.tablespace.as_deref() == Some(from)
        };
        let all = self.relations.iter().filter(lies).map(|one| one.id);
        for id in all.collect::<Vec<_>>() {
            self.get_mut(id).tablespace = Some(to.to_owned());
        }
    }

    /// REASSIGN OWNED and DROP OWNED.
    fn owned(&mut self, drop: bool, roles: &[String], to: Option<&String>) {
        let owned = self.owned_by(roles);
        if drop {
            let objects = owned.into_iter().map(Object::Relation).collect();
            self.drop_reached(&self.reach(objects, true));
        } else {
            for id in owned {
                self.set_owner(id, to);
            }
        }
    }

    /// What these roles own, as far as statements said so.
    #[must_use]
    pub fn owned_by(&self, roles: &[String]) -> Vec<RelationId> {
        let mut owned: Vec<RelationId> = Vec::new();
        for role in roles {
            let found = self.with_word(&Word::Owner(role.clone()));
            let found = found.filter(|relation| relation.owner.as_ref() == Some(role));
            owned.extend(found.map(|relation| relation.id));
        }
        owned.sort_unstable();
        owned.dedup();
        owned
    }

    pub(super) fn set_owner(&mut self, id: RelationId, owner: Option<&String>) {
        if let Some(owner) = owner {
            self.note_word(Word::Owner(owner.clone()), id);
        }
        self.get_mut(id).owner = owner.cloned();
    }

    fn prepare(&mut self, name: &str, statement: &Dml, text: &Arc<str>) {
        let step = CodeStep {
            action: Action::Dml(statement.clone()),
            conditional: false,
            uncertain: false,
            written: Written {
                span: None,
                in_place: false,
                text: text.clone(),
            },
        };
        let code = Code {
            steps: vec![step],
            ..Code::default()
        };
        self.prepared.insert(name.to_owned(), Arc::new(code));
    }

    /// Rows of these tables were read to fill another.
    pub(super) fn note_copied(&mut self, reads: &[Name]) {
        let now = self.now;
        for name in reads {
            if let Some(id) = self.find(name).map(|read| read.id) {
                self.get_mut(id).copied = Some(now);
            }
        }
    }

    /// The migrations have written rows into a table, nobody knows how many.
    fn fill(&mut self, table: Option<&Name>) {
        if let Some(table) = table {
            let id = self.resolve(table, RelationKind::Table);
            let table = self.get_mut(id);
            table.filled = true;
            table.emptied = None;
        }
    }

    fn truncate(&mut self, tables: &[Name], only: bool, cascade: bool) {
        let mut next: Vec<RelationId> = Vec::new();
        for table in tables {
            next.push(self.resolve(table, RelationKind::Table));
        }
        let mut seen: Vec<RelationId> = Vec::new();
        while let Some(id) = next.pop() {
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            if !only {
                next.extend(self.children(id).map(|child| child.id));
            }
            if cascade {
                next.extend(self.referencing(id).map(|(table, _)| table.id));
            }
            self.empty(id, true);
        }
    }

    /// DELETE of all rows.
    fn delete(&mut self, dml: &Dml) {
        let all =
            dml.execution == Execution::Whole && dml.predicate.is_none() && dml.reads.is_empty();
        if let Some(target) = dml.target.as_ref().filter(|_| all && !dml.limited) {
            let id = self.resolve(target, RelationKind::Table);
            let below = self.descendants(id).into_iter();
            let below: Vec<RelationId> = below.filter(|_| !dml.only.contains(target)).collect();
            for id in below.into_iter().chain([id]) {
                self.empty(id, false);
            }
        }
    }

    fn empty(&mut self, id: RelationId, truncated: bool) {
        let at = self.now;
        let table = self.get_mut(id);
        table.filled &= !truncated;
        table.emptied = Some(Emptied { at, truncated });
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
        let id = self.insert(name, kind);
        let now = self.now;
        let relation = self.get_mut(id);
        relation.created = Some(now);
        relation.complete = true;
        id
    }
}

/// The volatility that counts: a function in SQL that only computes is put in the place of its call.
///
/// Source: `inline_function` in `src/backend/optimizer/util/clauses.c`.
fn effective_volatility(create: &CreateRoutine) -> Volatility {
    let computes = create.language == "sql" && create.code.unread.is_empty();
    let step = match &create.code.steps[..] {
        [] if computes => return Volatility::Immutable,
        [step] => step,
        _ => return create.volatility,
    };
    match &step.action {
        Action::Dml(dml) if computes && dml.kind == DmlKind::Select && dml.reads.is_empty() => {
            let called = dml.calls.iter();
            let most = called
                .map(|call| volatility(&call.name).unwrap_or(Volatility::Volatile))
                .max();
            create.volatility.min(most.unwrap_or(Volatility::Immutable))
        }
        _ => create.volatility,
    }
}
