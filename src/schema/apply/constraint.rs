//! Constraints and indexes: what ADD CONSTRAINT and CREATE INDEX leave behind.

use crate::ir::{
    Constraint as NewConstraint, ConstraintKind, CreateIndex, IndexColumn, IndexElement, Name,
    RelationKind,
};
use crate::schema::link::Link;
use crate::schema::naming::Choice;
use crate::schema::{Catalog, Constraint, Relation, RelationId, naming};
use std::sync::Arc;

impl Catalog {
    /// Adds a constraint, with the index that it needs.
    pub(super) fn add_constraint(&mut self, table: RelationId, new: &NewConstraint) {
        let on = self.get(table);
        let name = self.free_constraint_name(on, naming::constraint_name(&on.name, new), new);
        let mut constraint = Constraint {
            name: name.clone(),
            kind: new.kind.clone(),
            valid: !new.not_valid && !new.not_enforced,
            enforced: !new.not_enforced,
            deferral: new.deferral(),
            no_inherit: new.no_inherit,
            index: None,
            references: None,
        };
        match &new.kind {
            ConstraintKind::ForeignKey { references, .. } => {
                let parent = self.resolve(references, RelationKind::Table);
                constraint.references = Some(parent);
                self.link(parent, Link::Key, table);
            }
            ConstraintKind::PrimaryKey {
                columns,
                include,
                using_index,
            } => {
                let index =
                    self.constraint_index(table, &name, columns, include, using_index.as_deref());
                let columns = self.index_columns(index);
                for column in &columns {
                    self.set_not_null(table, column, true);
                }
                constraint.kind = ConstraintKind::PrimaryKey {
                    columns,
                    include: include.clone(),
                    using_index: None,
                };
                constraint.index = Some(index);
            }
            ConstraintKind::Unique {
                columns,
                include,
                using_index,
                ..
            } => {
                let index =
                    self.constraint_index(table, &name, columns, include, using_index.as_deref());
                constraint.index = Some(index);
            }
            ConstraintKind::Exclude {
                method,
                elements,
                predicate,
            } => {
                let on = self.get(table);
                let definition = CreateIndex {
                    name: Some(name.clone()),
                    table: Name {
                        schema: on.schema.clone(),
                        name: on.name.clone(),
                    },
                    unique: false,
                    concurrently: false,
                    if_not_exists: false,
                    only: false,
                    method: method.clone(),
                    elements: elements.clone(),
                    own_order: false,
                    include: Vec::new(),
                    nulls_not_distinct: false,
                    tablespace: None,
                    predicate: predicate.clone(),
                };
                constraint.index = Some(self.new_index(table, definition));
            }
            ConstraintKind::NotNull { column } if !new.not_valid => {
                self.set_not_null(table, column, true);
            }
            _ => {}
        }
        self.put_constraint(table, Arc::new(constraint));
    }

    /// The name that PostgreSQL gives a new constraint.
    #[must_use]
    pub fn constraint_name(&self, table: &Name, new: &NewConstraint) -> String {
        match self.find(table) {
            Some(known) => {
                let name = naming::constraint_name(&known.name, new);
                self.free_constraint_name(known, name, new)
            }
            None => naming::constraint_name(&table.name, new).free(|_| false),
        }
    }

    /// The name that a new index gets.
    #[must_use]
    pub fn index_name(&self, create: &CreateIndex) -> String {
        if let Some(name) = &create.name {
            return name.clone();
        }
        match self.find(&create.table) {
            Some(on) => self.free_name(
                on,
                naming::index_name(&on.name, &create.elements, &create.include),
                false,
            ),
            None => naming::index_name(&create.table.name, &create.elements, &create.include)
                .free(|_| false),
        }
    }

    /// The name of a constraint, which no other of the table has; what it stands on is a relation of that name.
    fn free_constraint_name(&self, table: &Relation, name: Choice, new: &NewConstraint) -> String {
        if new.kind.has_index() {
            return self.free_name(table, name, true);
        }
        name.free(|name| table.constraint(name).is_some())
    }

    /// The index of a UNIQUE or PRIMARY KEY constraint: a new one, or the one that USING INDEX names.
    fn constraint_index(
        &mut self,
        table: RelationId,
        name: &str,
        columns: &[String],
        include: &[String],
        using_index: Option<&str>,
    ) -> RelationId {
        let schema = self.get(table).schema.clone();
        if let Some(index) = using_index {
            let named = Name {
                schema: schema.clone(),
                name: index.to_owned(),
            };
            let id = self.resolve(&named, RelationKind::Index);
            self.get_mut(id).table = Some(table);
            self.link(table, Link::Index, id);
            self.rename(id, name);
            return id;
        }
        let definition = CreateIndex {
            name: Some(name.to_owned()),
            table: Name {
                schema,
                name: self.get(table).name.clone(),
            },
            unique: true,
            concurrently: false,
            if_not_exists: false,
            only: false,
            method: "btree".to_owned(),
            elements: columns.iter().map(|column| plain_element(column)).collect(),
            own_order: false,
            include: include.to_vec(),
            nulls_not_distinct: false,
            tablespace: None,
            predicate: None,
        };
        self.new_index(table, definition)
    }

    fn index_columns(&self, index: RelationId) -> Vec<String> {
        let definition = self.get(index).definition.as_ref();
        let elements = definition.map_or(&[][..], |definition| &definition.elements);
        let names = elements.iter().filter_map(|element| match &element.column {
            IndexColumn::Column(name) => Some(name.clone()),
            IndexColumn::Expression(_) => None,
        });
        names.collect()
    }

    pub(super) fn create_index(&mut self, create: &CreateIndex) {
        let table = self.resolve(&create.table, RelationKind::Table);
        let schema = self.get(table).schema.clone();
        if let (true, Some(name)) = (create.if_not_exists, &create.name) {
            let name = Name {
                schema,
                name: name.clone(),
            };
            if self.find(&name).is_some() {
                return;
            }
        }
        let above = self.new_index(table, create.clone());
        if create.only || !self.get(table).partitioned {
            return;
        }
        let partitions = self.children(table).map(|child| child.id);
        for partition in partitions.collect::<Vec<_>>() {
            self.copy_index(table, above, partition);
        }
    }

    pub(super) fn new_index(&mut self, table: RelationId, definition: CreateIndex) -> RelationId {
        let on = self.get(table);
        let chosen = || {
            self.free_name(
                on,
                naming::index_name(&on.name, &definition.elements, &definition.include),
                false,
            )
        };
        let name = Name {
            schema: on.schema.clone(),
            name: definition.name.clone().unwrap_or_else(chosen),
        };
        let partitioned = on.partitioned;
        let perhaps = definition.if_not_exists && self.may_hide(&name);
        let id = self.create(&name, RelationKind::Index);
        self.get_mut(id).sure &= !perhaps;
        self.note_definition(id, &definition);
        let index = self.get_mut(id);
        index.table = Some(table);
        index.partitioned = partitioned;
        index.tablespace.clone_from(&definition.tablespace);
        index.definition = Some(Arc::new(definition));
        self.link(table, Link::Index, id);
        id
    }

    /// A name that no relation in the schema of `beside` has; where it is one of a constraint too, none of its constraints either.
    ///
    /// Source: `ChooseRelationName` in `src/backend/commands/indexcmds.c`.
    pub(super) fn free_name(&self, beside: &Relation, name: Choice, constrains: bool) -> String {
        name.free(|name| {
            let relation = Name {
                schema: beside.schema.clone(),
                name: name.to_owned(),
            };
            let taken = self.find(&relation).is_some_and(|other| !other.dropped);
            taken || constrains && beside.constraint(name).is_some()
        })
    }
}

/// An index key that is a column and nothing more.
fn plain_element(column: &str) -> IndexElement {
    IndexElement {
        column: IndexColumn::Column(column.to_owned()),
        collation: None,
        operator_class: None,
    }
}
