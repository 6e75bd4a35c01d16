//! What hangs on an object, so that DROP reaches it.
//!
//! Source: `findDependentObjects` in `src/backend/catalog/dependency.c`; what each object depends on is written down in `pg_depend`.

use super::catalog::Catalog;
use super::link::{Link, Word};
use super::relation::{Relation, RelationId};
use crate::ir::{ConstraintKind, Expr, ExprNode, Name, RelationKind};
use crate::postgres::{Change, Version};
use std::collections::BTreeSet;

/// Something that can be dropped, with whatever depends on it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Object {
    Relation(RelationId),
    Column(RelationId, String),
    Constraint(RelationId, String),
    /// Of any arguments.
    Function(String),
    /// A type or a domain.
    Type(String),
    Schema(String),
}

/// Everything that a DROP reaches.
#[derive(Debug, Default)]
pub struct Reach {
    /// What is dropped, in the order in which it is found.
    pub objects: Vec<Object>,
    /// Relations that stay, but lose something: a column, a default, a constraint, a trigger, a policy, a partition.
    pub changed: BTreeSet<RelationId>,
    /// Those of them that lose nothing but the triggers of a foreign key that referred to them.
    pub referred_to: BTreeSet<RelationId>,
    /// Columns that lose their default.
    pub defaults: BTreeSet<(RelationId, String)>,
}

impl Reach {
    /// Relations that are dropped or changed: all are locked.
    #[must_use]
    pub fn relations(&self) -> BTreeSet<RelationId> {
        let dropped = self.objects.iter().filter_map(|object| match object {
            Object::Relation(id) => Some(*id),
            _ => None,
        });
        let changed = self.changed.iter().chain(&self.referred_to).copied();
        dropped.chain(changed).collect()
    }

    /// Those that this version locks.
    #[must_use]
    pub fn locked(&self, catalog: &Catalog, version: Version) -> BTreeSet<RelationId> {
        let mut all = self.relations();
        if !version.has(Change::PartitionedHaveKeyTriggers) {
            let spared = self.referred_to.iter().filter(|id| {
                let dropped = self.objects.contains(&Object::Relation(**id));
                catalog.get(**id).partitioned && !self.changed.contains(id) && !dropped
            });
            for id in spared {
                all.remove(id);
            }
        }
        all
    }
}

/// The search for what a DROP reaches.
struct Search<'a> {
    catalog: &'a Catalog,
    cascade: bool,
    reach: Reach,
    seen: BTreeSet<Object>,
    next: Vec<Object>,
}

impl Catalog {
    /// What DROP of these objects reaches: their own parts, and with `cascade` all that depends on them.
    #[must_use]
    pub fn reach(&self, objects: Vec<Object>, cascade: bool) -> Reach {
        let mut search = Search {
            catalog: self,
            cascade,
            reach: Reach::default(),
            seen: BTreeSet::new(),
            next: objects,
        };
        while let Some(object) = search.next.pop() {
            if search.seen.insert(object.clone()) {
                search.follow(&object);
                search.reach.objects.push(object);
            }
        }
        search.reach
    }

    /// The columns whose default takes its values from a sequence.
    #[must_use]
    pub fn fed_by(&self, sequence: &Relation) -> Vec<(RelationId, String)> {
        let owner = sequence.table.map(|table| self.get(table));
        let named = self.with_word(&Word::Sequence(sequence.name.clone()));
        let mut found = Vec::new();
        for table in named.chain(owner.filter(|owner| !owner.dropped)) {
            for column in table.columns.iter() {
                let own = owner.is_some_and(|owner| owner.id == table.id)
                    && sequence.column.as_ref() == Some(&column.name);
                let takes = |default: &Expr| {
                    own && takes_own_sequence(&default.node)
                        || self.sequence_of(default) == Some(sequence.id)
                };
                if column.default.as_ref().is_some_and(takes) {
                    found.push((table.id, column.name.clone()));
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The sequence that an expression takes its values from by `nextval('name')`.
    #[must_use]
    pub fn sequence_of(&self, expr: &Expr) -> Option<RelationId> {
        let mut found = None;
        expr.node.walk(&mut |node| {
            if let Some(name) = sequence_name(node) {
                found = found.or_else(|| self.find(&name).map(|sequence| sequence.id));
            }
        });
        found
    }
}

impl Search<'_> {
    fn follow(&mut self, object: &Object) {
        match object {
            Object::Relation(id) => self.relation(*id),
            Object::Column(id, column) => self.column(*id, column),
            Object::Constraint(id, name) => self.constraint(*id, name),
            Object::Function(name) => self.function(name),
            Object::Type(name) => self.user_type(name),
            Object::Schema(name) => {
                let inside = |relation: &&Relation| relation.schema.as_ref() == Some(name);
                let relations = self.catalog.living().filter(inside);
                self.next
                    .extend(relations.map(|relation| Object::Relation(relation.id)));
            }
        }
    }

    fn relation(&mut self, id: RelationId) {
        let relation = self.catalog.get(id);
        let parts = self
            .catalog
            .indexes(id)
            .chain(self.catalog.sequences(id))
            .map(|part| part.id);
        let children = self.catalog.descendants(id);
        self.next
            .extend(parts.chain(children).map(Object::Relation));
        if let ([parent], Some(_)) = (&relation.parents[..], &relation.bound) {
            let parent = *parent;
            self.reach.changed.insert(parent);
            let default = self.catalog.default_partition(parent);
            self.reach.changed.extend(default.map(|default| default.id));
        }
        if relation.kind == RelationKind::Index {
            self.reach.changed.extend(relation.table);
        }
        if self.cascade && relation.bound.is_some() {
            for above in self.catalog.partitioned_parents(id) {
                let keys = self.catalog.referencing(above);
                let keys = keys.map(|(child, key)| Object::Constraint(child.id, key.name.clone()));
                self.next.extend(keys);
            }
        }
        for parent in relation.constraints.iter().filter_map(|c| c.references) {
            self.referred_to(parent);
        }
        for (child, constraint) in self.catalog.referencing(id) {
            self.next
                .push(Object::Constraint(child.id, constraint.name.clone()));
        }
        if self.cascade {
            self.readers(id);
        }
    }

    /// Views, policies, rules, defaults and typed tables that stand on a relation.
    fn readers(&mut self, id: RelationId) {
        let catalog = self.catalog;
        let views = catalog.linked(id, Link::Reader);
        let views = views.filter(|view| view.kind.is_view() && view.reads.contains(&id));
        let typed = catalog.made_of(id);
        self.next
            .extend(views.chain(typed).map(|other| Object::Relation(other.id)));
        for other in catalog.linked(id, Link::Attached) {
            if other.attached.iter().any(|at| at.relations.contains(&id)) {
                self.reach.changed.insert(other.id);
            }
        }
        let relation = catalog.get(id);
        for (table, column) in catalog.fed_by(relation) {
            self.reach.changed.insert(table);
            self.reach.defaults.insert((table, column));
        }
        if relation.kind == RelationKind::CompositeType {
            self.next.push(Object::Type(relation.name.clone()));
        }
    }

    fn column(&mut self, id: RelationId, column: &str) {
        let relation = self.catalog.get(id);
        self.reach.changed.insert(id);
        let sequence = self.catalog.owned_sequence(id, column).map(|s| s.id);
        let indexes = self.catalog.indexes_on(id, column);
        self.next
            .extend(indexes.into_iter().chain(sequence).map(Object::Relation));
        for constraint in relation.constraints.iter() {
            if constraint.is_about(column) {
                self.next
                    .push(Object::Constraint(id, constraint.name.clone()));
            }
        }
        if !self.cascade {
            return;
        }
        for other in relation.columns.iter() {
            let generated = other.generated.as_ref();
            if generated.is_some_and(|generated| generated.expr.node.reads_column(column)) {
                self.next.push(Object::Column(id, other.name.clone()));
            }
        }
        for view in self.catalog.linked(id, Link::Reader) {
            let names = |word: &String| word == column || word == "*";
            if view.reads.contains(&id) && view.mentions.iter().any(names) {
                self.next.push(Object::Relation(view.id));
            }
        }
    }

    fn constraint(&mut self, id: RelationId, name: &str) {
        self.reach.changed.insert(id);
        let Some(constraint) = self.catalog.get(id).constraint(name) else {
            return;
        };
        self.next.extend(constraint.index.map(Object::Relation));
        if let Some(parent) = constraint.references {
            self.with_partitions(id);
            self.referred_to(parent);
        }
        for (child, foreign) in self.catalog.referencing(id) {
            if foreign.leans_on(constraint) {
                self.next
                    .push(Object::Constraint(child.id, foreign.name.clone()));
            }
        }
    }

    fn function(&mut self, name: &str) {
        for relation in self.catalog.with_word(&Word::Function(name.to_owned())) {
            let id = relation.id;
            for column in relation.columns.iter() {
                if column.default.as_ref().is_some_and(|e| calls(e, name)) {
                    self.reach.changed.insert(id);
                    let lost = (id, column.name.clone());
                    self.reach.defaults.insert(lost);
                }
                let generated = column.generated.as_ref();
                if generated.is_some_and(|generated| calls(&generated.expr, name)) {
                    self.next.push(Object::Column(id, column.name.clone()));
                }
            }
            for constraint in relation.constraints.iter() {
                if let ConstraintKind::Check(expr) = &constraint.kind
                    && calls(expr, name)
                {
                    self.next
                        .push(Object::Constraint(id, constraint.name.clone()));
                }
            }
            let indexed = relation.definition.as_ref();
            if indexed.is_some_and(|index| index.expressions().any(|e| calls(e, name))) {
                self.next.push(Object::Relation(id));
            }
            let attached = relation.attached.iter();
            if attached.flat_map(|at| &at.calls).any(|call| call == name) {
                self.reach.changed.insert(id);
            }
            if relation.mentions.iter().any(|word| word == name) {
                self.next.push(Object::Relation(id));
            }
        }
    }

    fn user_type(&mut self, name: &str) {
        let catalog = self.catalog;
        for relation in catalog.with_word(&Word::Type(name.to_owned())) {
            for column in relation.columns.iter() {
                let ty = column.ty.as_ref();
                if ty.is_some_and(|ty| ty.name.name == name) {
                    self.next
                        .push(Object::Column(relation.id, column.name.clone()));
                }
            }
        }
        let composite = catalog.called(name);
        let composite = composite.filter(|one| one.kind == RelationKind::CompositeType);
        self.next
            .extend(composite.map(|one| Object::Relation(one.id)));
        let domains = catalog.domains_over(name);
        self.next
            .extend(domains.map(|domain| Object::Type(domain.to_owned())));
    }

    fn referred_to(&mut self, table: RelationId) {
        self.reach.referred_to.insert(table);
        if self.catalog.get(table).partitioned {
            let partitions = self.catalog.descendants(table);
            self.reach.referred_to.extend(partitions);
        }
    }

    fn with_partitions(&mut self, table: RelationId) {
        self.reach.changed.insert(table);
        // What inherits from a table has no part in its foreign keys.
        if self.catalog.get(table).partitioned {
            self.reach.changed.extend(self.catalog.descendants(table));
        }
    }
}

/// Whether an expression calls a function of this name.
fn calls(expr: &Expr, name: &str) -> bool {
    let mut found = false;
    expr.node.walk(&mut |node| {
        found |= matches!(node, ExprNode::Call { function, .. } if function.name == name);
    });
    found
}

/// Whether this is the default of a serial column: the next value of the sequence that the column owns, whatever that is called.
#[must_use]
pub fn takes_own_sequence(node: &ExprNode) -> bool {
    matches!(node, ExprNode::Call { function, arguments } if function.name == "nextval" && arguments.is_empty())
}

/// The name inside `nextval('schema.name')`, with or without a cast to `regclass`.
#[must_use]
pub fn sequence_name(node: &ExprNode) -> Option<Name> {
    let ExprNode::Call {
        function,
        arguments,
    } = node
    else {
        return None;
    };
    if !matches!(&*function.name, "nextval" | "setval" | "currval") {
        return None;
    }
    let mut first = arguments.first()?;
    while let ExprNode::Cast { expr, .. } = first {
        first = expr;
    }
    match first {
        ExprNode::Constant(text) => Some(Name::from_text(text)),
        _ => None,
    }
}
