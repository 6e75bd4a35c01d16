//! DROP: relations go, with what hangs on them.

use crate::ir::{Drop, ObjectKind};
use crate::schema::{Catalog, RelationId};

impl Catalog {
    pub(super) fn drop_objects(&mut self, drop: &Drop) {
        match drop.kind {
            ObjectKind::Relation(_) => {
                let ids: Vec<RelationId> = drop
                    .names
                    .iter()
                    .filter_map(|name| self.find(name).map(|relation| relation.id))
                    .collect();
                for id in ids {
                    self.drop_relation(id);
                }
            }
            ObjectKind::Domain | ObjectKind::Type => {
                for name in &drop.names {
                    self.domains.remove(&name.name);
                }
            }
            ObjectKind::Function => {
                for name in &drop.names {
                    self.routines.remove(&name.name);
                }
            }
            ObjectKind::Schema if drop.cascade => {
                let gone = |schema: Option<&String>| {
                    drop.names.iter().any(|name| schema == Some(&name.name))
                };
                let ids: Vec<RelationId> = self
                    .relations
                    .iter()
                    .filter(|relation| !relation.dropped && gone(relation.schema.as_ref()))
                    .map(|relation| relation.id)
                    .collect();
                for id in ids {
                    self.drop_relation(id);
                }
            }
            _ => {}
        }
    }

    fn drop_relation(&mut self, id: RelationId) {
        let mut gone = self.descendants(id);
        gone.push(id);
        for id in gone {
            let indexes: Vec<RelationId> = self.indexes(id).map(|index| index.id).collect();
            for index in indexes {
                self.forget(index);
            }
            let children: Vec<RelationId> =
                self.referencing(id).map(|(child, _)| child.id).collect();
            for child in children {
                self.get_mut(child)
                    .constraints
                    .retain(|constraint| constraint.references != Some(id));
            }
            self.forget(id);
        }
    }
}
