//! What hangs on a relation, and where names of functions and types stand: found without looking at every relation.

use super::catalog::Catalog;
use super::dependency::sequence_name;
use super::link::{Link, Word};
use super::relation::{Column, Constraint, Relation, RelationId};
use crate::ir::{ConstraintKind, CreateIndex, Expr, ExprNode, ObjectKind, Passes, RelationKind};
use crate::postgres::types::default_operator_class;
use rustc_hash::FxHashSet;

impl Catalog {
    /// Notes that `dependent` hangs on `on`. It is taken back only when one of them is dropped: who follows it looks whether it still holds.
    pub(super) fn link(&mut self, on: RelationId, link: Link, dependent: RelationId) {
        self.links.insert((on, link), dependent);
    }

    /// Notes that nothing hangs on anything through this relation any more.
    pub(super) fn unlink(&mut self, dependent: RelationId) {
        let relation = self.get(dependent);
        let keys = relation.constraints.iter().filter_map(|c| c.references);
        let on = relation
            .table
            .into_iter()
            .chain(relation.parents.iter().copied())
            .chain(relation.reads.iter().copied())
            .chain(keys);
        let on: Vec<RelationId> = on.collect();
        for on in on {
            for link in [
                Link::Index,
                Link::Sequence,
                Link::Child,
                Link::Reader,
                Link::Key,
            ] {
                self.links.remove(&(on, link), dependent);
            }
        }
    }

    /// What hangs on a relation in this way and is still there.
    pub(super) fn linked(&self, on: RelationId, link: Link) -> impl Iterator<Item = &Relation> {
        let linked = self.links.get(&(on, link)).iter();
        linked
            .map(|dependent| self.get(*dependent))
            .filter(|relation| !relation.dropped)
    }

    /// The relations in whose definition a name may stand.
    pub(super) fn with_word<'a>(
        &'a self,
        word: &Word,
    ) -> impl Iterator<Item = &'a Relation> + use<'a> {
        let found = self.words.get(word).iter().map(|id| self.get(*id));
        found.filter(|relation| !relation.dropped)
    }

    pub(super) fn note_word(&mut self, word: Word, id: RelationId) {
        self.words.insert(word, id);
    }

    /// Notes what an expression in the definition of a relation names.
    pub(super) fn note_expr(&mut self, id: RelationId, expr: &Expr) {
        let words = &mut self.words;
        expr.node.walk(&mut |node| {
            if let ExprNode::Call { function, .. } = node {
                words.insert(Word::Function(function.name.clone()), id);
                if let Some(sequence) = sequence_name(node) {
                    words.insert(Word::Sequence(sequence.name), id);
                }
            }
        });
    }

    /// Notes what a column names: its type, unless that is built in, and what its default and expression call.
    pub(super) fn note_column(&mut self, id: RelationId, column: &Column) {
        if let Some(ty) = &column.ty
            && default_operator_class(&ty.name.name).is_none()
        {
            self.note_word(Word::Type(ty.name.name.clone()), id);
        }
        if let Some(default) = &column.default {
            self.note_expr(id, default);
        }
        if let Some(generated) = &column.generated {
            self.note_expr(id, &generated.expr);
        }
    }

    pub(super) fn note_constraint(&mut self, id: RelationId, constraint: &Constraint) {
        if let ConstraintKind::Check(expr) = &constraint.kind {
            self.note_expr(id, expr);
        }
    }

    pub(super) fn note_definition(&mut self, id: RelationId, definition: &CreateIndex) {
        for expr in definition.expressions() {
            self.note_expr(id, expr);
        }
    }

    /// The indexes of a table.
    pub fn indexes(&self, table: RelationId) -> impl Iterator<Item = &Relation> {
        let linked = self.linked(table, Link::Index);
        linked.filter(move |index| index.table == Some(table))
    }

    /// The sequences that columns of a table own.
    pub fn sequences(&self, table: RelationId) -> impl Iterator<Item = &Relation> {
        let linked = self.linked(table, Link::Sequence);
        linked.filter(move |sequence| sequence.table == Some(table))
    }

    /// The views that read a relation, and those that read them, each with what it hands on to that relation. A materialized view reads only when it is
    /// refreshed.
    #[must_use]
    pub fn views_over(&self, id: RelationId) -> Vec<(RelationId, Passes)> {
        let mut all: Vec<(RelationId, Passes)> = Vec::new();
        let mut seen: FxHashSet<RelationId> = FxHashSet::default();
        let mut below = vec![(id, Passes::Writes)];
        while let Some((read, passed)) = below.pop() {
            for view in self.linked(read, Link::Reader) {
                let reads = view.kind == RelationKind::View && view.reads.contains(&read);
                if reads && seen.insert(view.id) {
                    let passes = view.passes.max(passed);
                    all.push((view.id, passes));
                    below.push((view.id, passes));
                }
            }
        }
        all.sort_unstable();
        all
    }

    /// Foreign keys that refer to a table, each with the table that it stands on.
    pub fn referencing(&self, table: RelationId) -> impl Iterator<Item = (&Relation, &Constraint)> {
        self.linked(table, Link::Key).flat_map(move |relation| {
            let constraints = relation.constraints.iter();
            constraints
                .filter(move |constraint| constraint.references == Some(table))
                .map(move |constraint| (relation, constraint))
        })
    }

    /// Foreign keys that refer to rows of a table: those to it, and those to the tables that it is a partition of.
    pub fn referencing_rows(
        &self,
        table: RelationId,
    ) -> impl Iterator<Item = (&Relation, &Constraint)> {
        let all = std::iter::once(table).chain(self.partitioned_parents(table));
        all.flat_map(|table| self.referencing(table))
    }

    /// The partitions and inheritance children of a table that have no other between; of a partitioned index likewise.
    pub fn children(&self, parent: RelationId) -> impl Iterator<Item = &Relation> {
        let linked = self.linked(parent, Link::Child);
        linked.filter(move |child| child.parents.contains(&parent))
    }

    /// The partitions and inheritance children of a table, and theirs; of a partitioned index likewise.
    #[must_use]
    pub fn descendants(&self, ancestor: RelationId) -> Vec<RelationId> {
        let mut all: Vec<RelationId> = Vec::new();
        let mut seen: FxHashSet<RelationId> = FxHashSet::default();
        let mut next = vec![ancestor];
        while let Some(parent) = next.pop() {
            let first = all.len();
            let children = self.children(parent).map(|child| child.id);
            // By several parents one may be reached more than once.
            all.extend(children.filter(|child| seen.insert(*child)));
            next.extend(&all[first..]);
        }
        all.sort_unstable();
        all
    }

    /// The views and materialized views that read a relation.
    pub fn readers(&self, id: RelationId) -> impl Iterator<Item = &Relation> {
        let linked = self.linked(id, Link::Reader);
        linked.filter(move |view| view.kind.is_view() && view.reads.contains(&id))
    }

    /// The relations of which a trigger, rule or policy names this one.
    pub fn attached_to(&self, id: RelationId) -> impl Iterator<Item = &Relation> {
        let linked = self.linked(id, Link::Attached);
        linked.filter(move |other| other.id != id)
    }

    /// The relations in whose definition a sequence of this name may stand.
    pub fn with_sequence(&self, name: &str) -> impl Iterator<Item = &Relation> {
        self.with_word(&Word::Sequence(name.to_owned()))
    }

    /// The relations in whose definition a type of this name may stand.
    pub fn with_type(&self, name: &str) -> impl Iterator<Item = &Relation> {
        self.with_word(&Word::Type(name.to_owned()))
    }

    /// The relations in whose definition a function of this name may stand.
    pub fn with_function(&self, name: &str) -> impl Iterator<Item = &Relation> {
        self.with_word(&Word::Function(name.to_owned()))
    }

    /// The tables that are made of a composite type.
    pub fn made_of(&self, ty: RelationId) -> impl Iterator<Item = &Relation> {
        let linked = self.linked(ty, Link::Typed);
        linked.filter(move |table| table.of_type == Some(ty))
    }

    /// The relation that a statistics object of this name is on.
    #[must_use]
    pub fn with_statistics(&self, name: &str) -> Option<&Relation> {
        let mut on = self.with_word(&Word::Statistics(name.to_owned()));
        on.find(|relation| {
            let mut attached = relation.attached.iter();
            attached.any(|at| at.kind == ObjectKind::Statistics && at.name.as_deref() == Some(name))
        })
    }
}
