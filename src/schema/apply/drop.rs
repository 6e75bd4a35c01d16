//! DROP: objects go, with everything that depends on them.

use crate::ir::{Drop, Name, ObjectKind, RelationKind};
use crate::schema::link::Word;
use crate::schema::{Catalog, Object, Reach, RelationId};

impl Catalog {
    pub(super) fn drop_objects(&mut self, drop: &Drop) {
        if let Some(table) = &drop.on {
            self.detach(drop, table);
            return;
        }
        let dropped = self.dropped_by(drop);
        for object in &dropped {
            if let Object::Relation(id) = object {
                self.note_gone(*id);
            }
        }
        let reach = self.reach(dropped, drop.cascade);
        self.drop_reached(&reach);
        for name in &drop.names {
            self.made.remove(&(drop.kind, name.name.clone()));
        }
        match drop.kind {
            ObjectKind::Function => {
                for name in &drop.names {
                    self.routines.remove(&name.name);
                    self.volatilities.remove(&name.name);
                }
            }
            ObjectKind::Statistics => {
                for name in &drop.names {
                    if let Some(id) = self.with_statistics(&name.name).map(|table| table.id) {
                        let gone = |kind, other: Option<&str>| {
                            kind == ObjectKind::Statistics && other == Some(&name.name)
                        };
                        let attached = &mut self.get_mut(id).attached;
                        attached.retain(|at| !gone(at.kind, at.name.as_deref()));
                    }
                }
            }
            ObjectKind::Type | ObjectKind::Domain => {
                for name in &drop.names {
                    self.forget_type(name);
                }
            }
            kind @ (ObjectKind::Schema | ObjectKind::Extension) => {
                for name in &drop.names {
                    self.note_object(kind, &name.name, false);
                }
            }
            ObjectKind::Publication => {
                for name in &drop.names {
                    self.publications.remove(&name.name);
                }
            }
            _ => {}
        }
    }

    /// The objects that a DROP names, as far as they are known.
    #[must_use]
    pub fn dropped_by(&self, drop: &Drop) -> Vec<Object> {
        let names = drop.names.iter();
        let object = |name: &Name| match drop.kind {
            ObjectKind::Relation(_) => {
                let found = self.find(name)?;
                Some(Object::Relation(found.id))
            }
            ObjectKind::Function => Some(Object::Function(name.name.clone())),
            ObjectKind::Schema => Some(Object::Schema(name.name.clone())),
            // An extension's type is, as a rule, called like the extension.
            ObjectKind::Domain | ObjectKind::Type | ObjectKind::Extension => {
                Some(Object::Type(name.name.clone()))
            }
            _ => None,
        };
        names.filter_map(object).collect()
    }

    /// DROP TRIGGER, RULE and POLICY.
    fn detach(&mut self, drop: &Drop, table: &Name) {
        let id = self.resolve(table, RelationKind::Table);
        let mut tables = self.descendants(id);
        tables.push(id);
        for table in tables {
            let gone = |name: Option<&String>| drop.names.iter().any(|at| name == Some(&at.name));
            self.get_mut(table)
                .attached
                .retain(|at| at.kind != drop.kind || !gone(at.name.as_ref()));
        }
    }

    /// Takes everything that a DROP reaches out of the catalog.
    pub(super) fn drop_reached(&mut self, reach: &Reach) {
        for (id, column) in &reach.defaults {
            let columns = &mut self.get_mut(*id).columns;
            columns.change(column, |column| column.default = None);
        }
        for object in &reach.objects {
            match object {
                Object::Relation(id) => self.forget(*id),
                Object::Column(id, column) => {
                    let relation = self.get_mut(*id);
                    relation.columns.remove(column);
                }
                Object::Constraint(id, name) => {
                    let relation = self.get_mut(*id);
                    relation.constraints.remove(name);
                }
                Object::Function(name) => {
                    let callers = self.with_word(&Word::Function(name.clone()));
                    let callers: Vec<RelationId> = callers.map(|caller| caller.id).collect();
                    for caller in callers {
                        let attached = &mut self.get_mut(caller).attached;
                        attached.retain(|at| !at.calls.contains(name));
                    }
                }
                Object::Type(name) => {
                    self.domains.remove(name);
                    self.enums.remove(name);
                }
                Object::Schema(_) => {}
            }
        }
    }
}
