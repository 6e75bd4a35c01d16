//! Objects that are no relations: types, domains, functions, schemas, publications.

use crate::ir::{
    CreateObject, DomainChange, Expr, LabelPlace, Name, ObjectKind, Publication, PublicationChange,
    RelationKind, RenameObject, TypeName,
};
use crate::schema::link::Word;
use crate::schema::{Catalog, Column, Domain, Relation, RelationId};

impl Catalog {
    pub(super) fn publish(&mut self, publication: &Publication) {
        let tables = publication.tables.iter();
        let tables: Vec<RelationId> = tables
            .map(|table| self.resolve(table, RelationKind::Table))
            .collect();
        let search = self.target_schema();
        let schemas = publication.schemas.iter().map(|schema| match &**schema {
            "" => search.clone(),
            named => named.to_owned(),
        });
        let schemas: Vec<String> = schemas.collect();
        if publication.change == PublicationChange::Create {
            self.note_made(
                ObjectKind::Publication,
                &Name::bare(publication.name.clone()),
            );
        }
        let known = self.publications.entry(publication.name.clone());
        known.changes = publication.publishes_changes.unwrap_or(known.changes);
        known.all_tables |= publication.all_tables;
        match publication.change {
            PublicationChange::Create | PublicationChange::Add => {}
            PublicationChange::Set => {
                known.tables.clear();
                known.schemas.clear();
            }
            PublicationChange::Drop => {
                known.tables.retain(|table| !tables.contains(table));
                known.schemas.retain(|schema| !schemas.contains(schema));
                return;
            }
            PublicationChange::Property => return,
        }
        known.tables.extend(tables);
        known.schemas.extend(schemas);
    }

    pub(super) fn note_made(&mut self, kind: ObjectKind, name: &Name) {
        let now = self.now;
        self.made.insert((kind, name.name.clone()), now);
    }

    /// A type, domain, function or schema is called otherwise from now on.
    pub(super) fn rename_object(&mut self, renamed: &RenameObject) {
        let (from, to) = (&renamed.name.name, &renamed.to.name);
        match renamed.kind {
            ObjectKind::Type | ObjectKind::Domain => {
                self.forget_type(&renamed.name);
                self.note_type(&renamed.to);
            }
            kind @ ObjectKind::Schema => {
                self.note_object(kind, from, false);
                self.note_object(kind, to, true);
            }
            _ => {}
        }
        if from == to {
            return;
        }
        if let Some(made) = self.made(renamed.kind, &renamed.name) {
            self.made.remove(&(renamed.kind, from.clone()));
            self.made.insert((renamed.kind, to.clone()), made);
        }
        match renamed.kind {
            ObjectKind::Type => self.rename_type(from, to),
            ObjectKind::Domain => {
                if let Some(domain) = self.domains.get(from).cloned() {
                    self.domains.remove(from);
                    self.domains_over
                        .insert((domain.ty.name.name.clone(), to.clone()));
                    self.domains.insert(to.clone(), domain);
                }
                self.retype(from, to);
            }
            ObjectKind::Function => {
                if let Some(code) = self.routines.get(from).cloned() {
                    self.routines.remove(from);
                    self.routines.insert(to.clone(), code);
                }
            }
            ObjectKind::Schema => {
                let inside = |one: &&Relation| one.schema.as_ref() == Some(from);
                let all: Vec<RelationId> = self.living().filter(inside).map(|one| one.id).collect();
                for id in all {
                    self.set_schema(id, to);
                }
            }
            _ => {}
        }
    }

    fn rename_type(&mut self, from: &str, to: &str) {
        if let Some(labels) = self.enums.get(from).cloned() {
            self.enums.remove(from);
            self.enums.insert(to.to_owned(), labels);
        }
        let composite = self.called(from);
        let composite = composite.filter(|one| one.kind == RelationKind::CompositeType);
        for id in composite.map(|one| one.id).collect::<Vec<_>>() {
            self.rename(id, to);
        }
        self.retype(from, to);
    }

    /// Columns of a type that is called otherwise now.
    fn retype(&mut self, from: &str, to: &str) {
        let users = self.with_word(&Word::Type(from.to_owned()));
        let users: Vec<RelationId> = users.map(|user| user.id).collect();
        for id in users {
            let of_type = |column: &Column| {
                let ty = column.ty.as_ref();
                ty.is_some_and(|ty| ty.name.name == from)
            };
            self.get_mut(id).columns.change_all(of_type, |column| {
                if let Some(ty) = &mut column.ty {
                    to.clone_into(&mut ty.name.name);
                }
            });
            self.note_word(Word::Type(to.to_owned()), id);
        }
    }

    pub(super) fn rename_label(&mut self, name: &str, from: &str, to: &str) {
        if let Some(known) = self.enums.get(name) {
            let renamed = known.iter().map(|label| {
                if label == from {
                    to.to_owned()
                } else {
                    label.clone()
                }
            });
            let renamed: Vec<String> = renamed.collect();
            self.enums.insert(name.to_owned(), renamed.into());
        }
    }

    pub(super) fn create_domain(
        &mut self,
        name: &Name,
        ty: &TypeName,
        not_null: bool,
        default: Option<&Expr>,
        checked: bool,
    ) {
        self.note_made(ObjectKind::Domain, name);
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
        let base = domain.ty.name.name.clone();
        self.domains_over.insert((base, name.name.clone()));
        self.domains.insert(name.name.clone(), domain);
        self.note_type(name);
    }

    /// What belongs to no relation is made, or altered: a type may lie in another schema then.
    pub(super) fn object(&mut self, object: &CreateObject) {
        self.casts |= object.label == "create-cast";
        let Some(name) = &object.name else { return };
        if !object.alter {
            self.note_made(object.kind, name);
        }
        match (object.kind, object.alter) {
            (ObjectKind::Type, false) => self.note_type(name),
            (ObjectKind::Type, true) => self.forget_type(name),
            (kind @ (ObjectKind::Schema | ObjectKind::Extension), alter) => {
                self.note_object(kind, &name.name, !alter);
            }
            _ => {}
        }
    }

    /// A label is added for sure where it was not there, and that is known.
    pub(super) fn note_label(&mut self, ty: &Name, label: &str, if_not_exists: bool) {
        let known = self.enums.get(&ty.name);
        let lacks = known.is_some_and(|labels| !labels.iter().any(|own| own == label));
        let added = !if_not_exists || lacks && self.type_made(ty).is_some();
        if let Some(noted) = self.noted().filter(|_| added) {
            let key = (ty.name.clone(), label.to_owned());
            self.added_labels.insert(key, noted);
        }
    }

    pub(super) fn add_label(&mut self, name: &str, label: &str, place: Option<&LabelPlace>) {
        let Some(known) = self.enums.get(name) else {
            return;
        };
        let mut labels = known.to_vec();
        let beside = |other: &String| labels.iter().position(|label| label == other);
        let at = match place {
            Some(LabelPlace::Before(other)) => beside(other),
            Some(LabelPlace::After(other)) => beside(other).map(|at| at + 1),
            None => Some(labels.len()),
        };
        if let Some(at) = at.filter(|_| !known.iter().any(|own| own == label)) {
            labels.insert(at, label.to_owned());
            self.enums.insert(name.to_owned(), labels.into());
        }
    }

    pub(super) fn alter_domain(&mut self, name: &Name, change: DomainChange) {
        if change == DomainChange::DropDefault {
            self.drop_domain_default(&name.name);
        }
        if let Some(domain) = self.domains.get_mut(&name.name) {
            match change {
                DomainChange::SetNotNull => domain.not_null = true,
                DomainChange::DropNotNull => domain.not_null = false,
                DomainChange::AddCheck => domain.checked = true,
                DomainChange::DropDefault => domain.default = None,
                _ => {}
            }
        }
    }

    /// Columns had their default from the domain.
    fn drop_domain_default(&mut self, name: &str) {
        let Some(given) = self
            .domains
            .get(name)
            .and_then(|domain| domain.default.clone())
        else {
            return;
        };
        let users = self.with_word(&Word::Type(name.to_owned()));
        let users: Vec<RelationId> = users.map(|user| user.id).collect();
        for id in users {
            let takes_it = |column: &Column| {
                let ty = column.ty.as_ref();
                ty.is_some_and(|ty| ty.name.name == name) && column.default.as_ref() == Some(&given)
            };
            let columns = &mut self.get_mut(id).columns;
            columns.change_all(takes_it, |column| column.default = None);
        }
    }
}
