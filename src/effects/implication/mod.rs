//! What CHECK and NOT NULL constraints prove about the bound of a partition, so that its rows are not read.
//!
//! Source: `ATExecAttachPartition` and `ConstraintImpliedByRelConstraint` in `src/backend/commands/tablecmds.c`,
//! `check_default_partition_contents` in `src/backend/partitioning/partbounds.c`.

mod bound;
mod clause;
mod compare;
mod condition;
mod decimal;
mod fold;
mod kind;
mod moment;
mod proof;
mod scope;
mod term;
mod value;

use crate::ir::{ColumnRef, ConstraintKind, ExprNode, PartitionBound};
use crate::schema::{Catalog, Relation, RelationId};
use clause::Clause;
use proof::Holding;
use rustc_hash::FxHashSet;
use scope::Scope;
use term::Term;

/// The catalog, and what the session says of the meaning of constants.
#[derive(Clone, Copy)]
pub(super) struct Proofs<'a> {
    pub(super) catalog: &'a Catalog,
    /// Whether the session's time zone is known to be UTC.
    pub(super) universal: bool,
}

impl<'a> Proofs<'a> {
    pub(super) const fn new(catalog: &'a Catalog, universal: bool) -> Self {
        Self { catalog, universal }
    }
}

impl Proofs<'_> {
    /// The tables that are read to see that all rows of `child` lie within the bound of a partition of `parent`.
    pub(super) fn attached(
        self,
        parent: RelationId,
        child: RelationId,
        bound: &PartitionBound,
    ) -> Vec<RelationId> {
        self.unproven(child, &|scope| {
            let mut all = bound::conditions(scope, self.catalog.get(parent), bound)?;
            all.extend(self.inherited(scope, parent)?);
            Some((!all.is_empty()).then(|| Clause::all(all)))
        })
    }

    /// The tables that are read to see that the DEFAULT partition has no rows of a new partition.
    pub(super) fn default_partition(
        self,
        parent: RelationId,
        default: RelationId,
        bound: &PartitionBound,
    ) -> Vec<RelationId> {
        self.unproven(default, &|scope| {
            let all = bound::conditions(scope, self.catalog.get(parent), bound)?;
            Some(Some(Clause::all(all).negated().canonical()))
        })
    }

    /// The table, or those of its partitions of which the constraints do not imply what is demanded.
    fn unproven(
        self,
        table: RelationId,
        demand: &impl Fn(Scope<'_>) -> Option<Option<Clause>>,
    ) -> Vec<RelationId> {
        let relation = self.catalog.get(table);
        let scope = self.scope(relation);
        let demanded = demand(scope);
        match &demanded {
            Some(None) => return Vec::new(),
            Some(Some(clause)) if proof::implies(&known(scope), clause, Holding::NotFalse) => {
                return Vec::new();
            }
            _ => {}
        }
        if !relation.partitioned {
            return vec![table];
        }
        let partitions = self.catalog.children(table).map(|child| child.id);
        partitions
            .flat_map(|child| self.unproven(child, demand))
            .collect()
    }

    /// What the bounds of a partitioned table that is a partition itself demand (`RelationGetPartitionQual`).
    fn inherited(self, scope: Scope<'_>, table: RelationId) -> Option<Vec<Clause>> {
        let relation = self.catalog.get(table);
        let (Some(bound), Some(parent)) = (&relation.bound, relation.parents.first()) else {
            return Some(Vec::new());
        };
        let mut all = self.inherited(scope, *parent)?;
        all.extend(bound::conditions(scope, self.catalog.get(*parent), bound)?);
        Some(all)
    }

    fn scope<'b>(&'b self, relation: &'b Relation) -> Scope<'b> {
        Scope {
            catalog: self.catalog,
            relation,
            universal: self.universal,
            alias: None,
        }
    }

    /// The partitions of a table, and theirs, each with what none of its rows is.
    pub(super) fn partitions(self, table: RelationId) -> Partitions {
        let scope = self.scope(self.catalog.get(table));
        let mut all = Vec::new();
        let mut seen = FxHashSet::default();
        let mut next = vec![table];
        while let Some(parent) = next.pop() {
            let above = self.catalog.get(parent);
            for child in self.catalog.children(parent) {
                let bound = child.bound.as_ref();
                let held = bound.and_then(|bound| bound::conditions(scope, above, bound));
                if !seen.insert(child.id) {
                    continue;
                }
                all.push(Partition {
                    id: child.id,
                    parent,
                    outside: held.map(|held| Clause::all(held).negated()),
                });
                next.push(child.id);
            }
        }
        Partitions(all)
    }

    /// A condition on rows of a table; `own` says which columns are its.
    pub(super) fn condition(
        self,
        table: RelationId,
        own: &dyn Fn(&ColumnRef) -> bool,
        node: &ExprNode,
    ) -> Condition {
        let scope = Scope {
            alias: Some(own),
            ..self.scope(self.catalog.get(table))
        };
        Condition(scope.clause(node))
    }
}

/// What is true of the rows that are looked for.
pub(super) struct Condition(Clause);

/// Partitions, those of partitions behind them.
pub(super) struct Partitions(Vec<Partition>);

struct Partition {
    id: RelationId,
    parent: RelationId,
    /// `None`: its bound is not known.
    outside: Option<Clause>,
}

impl Partitions {
    /// Those that may hold a row for which the condition is true.
    ///
    /// Source: PostgreSQL documentation, "Partition Pruning".
    pub(super) fn near(&self, condition: &Condition) -> Vec<RelationId> {
        let mut away = FxHashSet::default();
        let mut near = Vec::new();
        let known = condition.0.conjuncts();
        for partition in &self.0 {
            let outside = partition.outside.as_ref();
            let excluded =
                outside.is_some_and(|outside| proof::implies(known, outside, Holding::True));
            if excluded || away.contains(&partition.parent) {
                away.insert(partition.id);
            } else {
                near.push(partition.id);
            }
        }
        near
    }
}

/// What is true of every row of a table.
fn known(scope: Scope<'_>) -> Vec<Clause> {
    let columns = scope.relation.columns.iter();
    let filled = columns.filter(|column| column.not_null);
    let mut known: Vec<Clause> = filled
        .map(|column| Clause::IsNotNull(Term::Column(column.name.clone())))
        .collect();
    let checks = scope.relation.constraints.iter();
    for constraint in checks.filter(|constraint| constraint.valid) {
        if let ConstraintKind::Check(expr) = &constraint.kind {
            let clause = scope.clause(&expr.node).canonical();
            known.extend(clause.conjuncts().iter().cloned());
        }
    }
    known
}
