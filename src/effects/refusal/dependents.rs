//! What depends on an object, so that it is not dropped without CASCADE.
//!
//! Source: `findDependentObjects` and `reportDependentObjects` in `src/backend/catalog/dependency.c`.

use super::refused::{Mend, Refusal};
use super::scene::Scene;
use super::words;
use crate::ir::{ConstraintKind, ExprNode, Name, ObjectKind, RelationKind};
use crate::postgres::{Change, quote};
use crate::schema::{
    Attached, Constraint, Relation, RelationId, sequence_name, takes_own_sequence,
};
use std::collections::BTreeSet;

/// That other objects depend on what is dropped: `described`, and what the first of them is.
pub(super) fn refused(described: &str, dependent: &str) -> Refusal {
    let message = format!("cannot drop {described} because other objects depend on it");
    Refusal::new("2BP01", message, Mend::Dependents).detail(dependent.to_owned())
}

impl<'a> Scene<'a> {
    /// Something that depends on a relation, and is none of those that are dropped with it.
    pub(super) fn dependent(
        self,
        id: RelationId,
        dropped: &BTreeSet<RelationId>,
    ) -> Option<String> {
        let relation = self.catalog.get(id);
        let on = words::described(self, relation);
        let left = |other: &&Relation| !dropped.contains(&other.id) && self.catalog.is_sure(other);
        let mut readers = self.catalog.readers(id).filter(left);
        if let Some(view) = readers.next() {
            return Some(format!("{} depends on {on}", words::described(self, view)));
        }
        let mut keys = self.catalog.referencing(id);
        if let Some((table, key)) = keys.find(|(table, _)| left(table)) {
            return Some(format!("{} depends on {on}", self.constraint(table, key)));
        }
        let heirs = self.catalog.children(id).chain(self.catalog.made_of(id));
        let mut heirs = heirs.filter(|child| child.bound.is_none()).filter(left);
        if let Some(child) = heirs.next() {
            return Some(format!("{} depends on {on}", words::described(self, child)));
        }
        let names_it = |at: &&Attached| {
            let kind = matches!(at.kind, ObjectKind::Policy | ObjectKind::Rule);
            kind && at.relations.contains(&id)
        };
        for other in self.catalog.attached_to(id).filter(left) {
            if let Some(at) = other.attached.iter().find(names_it) {
                return Some(format!("{} depends on {on}", self.attached(other, at)));
            }
        }
        if relation.kind == RelationKind::Sequence {
            return self.default_from(relation, dropped);
        }
        None
    }

    /// A default that takes its values from a sequence.
    fn default_from(self, sequence: &Relation, dropped: &BTreeSet<RelationId>) -> Option<String> {
        let on = words::described(self, sequence);
        let own = sequence.table.map(|table| self.catalog.get(table));
        let others = self.catalog.with_sequence(&sequence.name);
        for table in own.into_iter().chain(others) {
            if dropped.contains(&table.id) || !self.catalog.is_sure(table) {
                continue;
            }
            let mut columns = table.columns.iter();
            let takes = columns.find(|column| {
                let owns = sequence.column.as_ref() == Some(&column.name);
                let owns = owns && sequence.table == Some(table.id);
                let default = column.default.as_ref();
                default.is_some_and(|default| self.takes(&default.node, sequence, owns))
            });
            if let Some(column) = takes {
                let table = words::described(self, table);
                let column = quote(&column.name);
                return Some(format!(
                    "default value for column {column} of {table} depends on {on}"
                ));
            }
        }
        None
    }

    /// Whether an expression holds a sequence by its identity: as a literal that is no text.
    fn takes(self, node: &ExprNode, sequence: &Relation, owns: bool) -> bool {
        let mut found = false;
        node.walk(&mut |node| {
            let text = |argument: &ExprNode| {
                matches!(argument, ExprNode::Cast { ty, .. } if ty.name.name != "regclass")
            };
            let by_text = matches!(node, ExprNode::Call { arguments, .. } if arguments.iter().any(text));
            let named = sequence_name(node).filter(|_| !by_text);
            let named = named.and_then(|name| self.catalog.find(&name));
            found |= named.is_some_and(|found| found.id == sequence.id);
            found |= owns && takes_own_sequence(node);
        });
        found
    }

    /// Something that depends on a column of a table.
    pub(super) fn column_dependent(self, table: &Relation, column: &str) -> Option<String> {
        let on = format!(
            "column {} of {}",
            quote(column),
            words::described(self, table)
        );
        let dependent = self
            .reader_of(table, column)
            .map(|view| words::described(self, view))
            .or_else(|| self.key_to(table, column))
            .or_else(|| self.computed_from(table, column))
            .or_else(|| self.attached_to_column(table, column));
        dependent.map(|dependent| format!("{dependent} depends on {on}"))
    }

    /// A view that cannot be without a column.
    pub(super) fn reader_of(self, table: &Relation, column: &str) -> Option<&'a Relation> {
        let needs = |view: &&Relation| {
            let mut needs = view.needs.iter();
            self.catalog.is_sure(view) && needs.any(|(id, name)| *id == table.id && name == column)
        };
        self.catalog.readers(table.id).find(needs)
    }

    fn key_to(self, table: &Relation, column: &str) -> Option<String> {
        let mut keys = self.catalog.referencing(table.id);
        let (other, key) = keys.find(|(other, key)| {
            let named = Self::referenced(key, table);
            self.catalog.is_sure(other) && named.iter().any(|name| name == column)
        })?;
        Some(self.constraint(other, key))
    }

    /// The columns that a foreign key refers to.
    fn referenced(key: &Constraint, table: &Relation) -> Vec<String> {
        match &key.kind {
            ConstraintKind::ForeignKey {
                referenced_columns, ..
            } if !referenced_columns.is_empty() => referenced_columns.clone(),
            _ => {
                let key = table.primary_key().map(Constraint::columns);
                key.unwrap_or_default()
                    .into_iter()
                    .map(str::to_owned)
                    .collect()
            }
        }
    }

    fn computed_from(self, table: &Relation, column: &str) -> Option<String> {
        if !self.version.has(Change::GeneratedColumnsDepend) {
            return None;
        }
        let generated = Self::generated_from(table, column)?;
        let table = words::described(self, table);
        Some(format!("column {} of {table}", quote(generated)))
    }

    /// A column that is computed from another.
    pub(super) fn generated_from<'t>(table: &'t Relation, column: &str) -> Option<&'t str> {
        let computed = |other: &&crate::schema::Column| {
            let generated = other.generated.as_ref();
            generated.is_some_and(|generated| generated.expr.node.names_column(column))
        };
        let found = table.columns.iter().find(computed);
        found.map(|other| other.name.as_str())
    }

    fn attached_to_column(self, table: &Relation, column: &str) -> Option<String> {
        let mut attached = table.attached.iter();
        let found = attached.find(|at| at.columns.iter().any(|name| name == column))?;
        Some(self.attached(table, found))
    }

    /// `trigger t on table orders`.
    pub(super) fn attached(self, table: &Relation, at: &Attached) -> String {
        let name = quote(at.name.as_deref().unwrap_or_default());
        let kind = words::attached(at.kind);
        format!("{kind} {name} on {}", words::described(self, table))
    }

    /// `constraint c on table orders`.
    pub(super) fn constraint(self, table: &Relation, constraint: &Constraint) -> String {
        let name = quote(&constraint.name);
        format!("constraint {name} on {}", words::described(self, table))
    }

    /// The foreign key that stands on a key, if it can stand on no other.
    pub(super) fn key_on(self, table: &Relation, key: &Constraint) -> Option<String> {
        let mut keys = self.catalog.referencing(table.id);
        let (other, foreign) =
            keys.find(|(other, foreign)| self.catalog.is_sure(other) && foreign.leans_on(key))?;
        let index = self.catalog.get(key.index?);
        let alone = self.unique_on(table, &key.columns()) == 1;
        alone.then(|| {
            let index = words::described(self, index);
            format!("{} depends on {index}", self.constraint(other, foreign))
        })
    }

    /// How many unique indexes there are on just these columns.
    fn unique_on(self, table: &Relation, columns: &[&str]) -> usize {
        let indexes = self.catalog.indexes(table.id);
        let same = indexes.filter(|index| {
            let definition = index.definition.as_ref();
            definition.is_none_or(|definition| super::index::is_key(definition, columns))
        });
        same.count()
    }

    /// A column of a type, or a domain over it.
    pub(super) fn type_dependent(self, name: &Name) -> Option<String> {
        let on = format!("type {}", quote(&name.name));
        for table in self.catalog.with_type(&name.name) {
            let of_type = |column: &&crate::schema::Column| {
                let ty = column.ty.as_ref();
                ty.is_some_and(|ty| ty.name == *name)
            };
            if let Some(column) = table.columns.iter().find(of_type)
                && self.catalog.is_sure(table)
            {
                let table = words::described(self, table);
                return Some(format!(
                    "column {} of {table} depends on {on}",
                    quote(&column.name)
                ));
            }
        }
        None
    }

    /// What calls a function.
    pub(super) fn function_dependent(self, name: &str) -> Option<String> {
        for table in self.catalog.with_function(name) {
            if !self.catalog.is_sure(table) {
                continue;
            }
            let calls = |at: &&Attached| {
                at.kind == ObjectKind::Trigger && at.calls.iter().any(|call| call == name)
            };
            if let Some(at) = table.attached.iter().find(calls) {
                let what = self.attached(table, at);
                return Some(format!("{what} depends on function {}()", quote(name)));
            }
            let of_default = |column: &&crate::schema::Column| {
                let default = column.default.as_ref();
                default.is_some_and(|default| calls_function(&default.node, name))
            };
            if let Some(column) = table.columns.iter().find(of_default) {
                let what = words::described(self, table);
                let column = quote(&column.name);
                return Some(format!(
                    "default value for column {column} of {what} depends on function {}",
                    quote(name)
                ));
            }
        }
        None
    }
}

fn calls_function(node: &ExprNode, name: &str) -> bool {
    let mut found = false;
    node.walk(&mut |node| {
        found |= matches!(node, ExprNode::Call { function, .. } if function.name == name);
    });
    found
}
