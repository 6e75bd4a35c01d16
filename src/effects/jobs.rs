//! What the work that a statement does to a relation consists of, with the rows and bytes of it: what an estimate of its duration rests on. Work whose rows nothing tells is not
//! guessed at: that of a query, of triggers, of a function in USING.

use super::{Part, Reason, Work};
use crate::estimate::{Job, Method, Share};
use crate::ir::{
    Action, AlterAction, Constraint, ConstraintKind, CreateIndex, Dml, DmlKind, ExprNode,
    IndexColumn, IndexElement, ObjectKind,
};
use crate::postgres::functions::{draws_random, volatility};
use crate::postgres::types::is_compared_as_number;
use crate::schema::{Catalog, Relation};
use crate::sizes::{Size, Sizes};

/// What is worked on.
pub(super) struct Ground<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) sizes: &'a Sizes,
    /// The relation that the parts are about: a table, or an index.
    pub(super) relation: &'a Relation,
    /// The table, which for an index is the one that it is on.
    pub(super) table: &'a Relation,
    pub(super) size: &'a Size,
}

/// The jobs of these parts of a statement, or of a run of several; `None` where one of them cannot be reckoned.
pub(super) fn jobs(ground: &Ground<'_>, parts: &[Part], actions: &[&Action]) -> Option<Vec<Job>> {
    let (rows, bytes) = (ground.size.rows?, ground.size.bytes?);
    let scan = Job::Scan { rows, bytes };
    let [action] = actions else {
        return None;
    };
    let mut jobs = Vec::new();
    let mut working = parts.iter().filter(|part| part.work > Work::None);
    // All conditions of an ALTER TABLE are tested while its rows are read, or written, once.
    let rewritten = parts.iter().any(|part| part.work == Work::Rewrite);
    let mut once = (!rewritten).then_some(scan);
    let all = working.try_for_each(|part| {
        match (part.work, part.reason) {
            (Work::Scan, Reason::ForeignKey) => {
                jobs.push(scan);
                let key = Key::of(ground, action, part);
                if key.as_ref().is_some_and(|key| key.is_referred_to(ground)) {
                    return Some(());
                }
                // Of a table of which nothing is known it is taken that it is no smaller.
                let keys = key.as_ref().and_then(|key| key.rows(ground));
                let keys = keys.unwrap_or(rows);
                if key.is_some_and(|key| key.refers_to_itself()) {
                    jobs.push(scan);
                }
                if is_same_in_all(action, part) {
                    jobs.push(Job::LookUp { rows: 0, keys });
                    jobs.push(Job::LookUp { rows, keys: 1 });
                } else {
                    jobs.push(Job::LookUp { rows, keys });
                }
            }
            (Work::Scan, Reason::NotNull | Reason::Check | Reason::PartitionBound) => {
                jobs.extend(once.take());
            }
            (Work::Rewrite, Reason::ColumnType | Reason::ColumnDefault | Reason::Storage) => {
                let bytes = bytes + ground.size.toast;
                let job = Job::Rewrite { rows, bytes };
                if !jobs.contains(&job) {
                    jobs.push(job);
                }
                if draws(ground, action, part)? {
                    jobs.push(Job::Draw { rows });
                }
            }
            // The builds are those of its indexes.
            (Work::IndexBuild, Reason::Reindex) if ground.relation.id == ground.table.id => {
                jobs.push(scan);
            }
            (Work::IndexBuild, _) => {
                let (method, share) = built(ground, action, part)?;
                if part.reason != Reason::Reindex {
                    jobs.push(scan);
                }
                jobs.push(Job::Build {
                    rows,
                    method,
                    share,
                });
                if is_exclusion(action, part) {
                    jobs.push(Job::Probe { rows });
                }
            }
            (Work::RowWrites, Reason::Rows) => jobs.extend(written(ground, action)?),
            _ => return None,
        }
        Some(())
    });
    all.map(|()| jobs)
}

/// How the index is built that a part makes, and for which share of the rows.
fn built(ground: &Ground<'_>, action: &Action, part: &Part) -> Option<(Method, Share)> {
    match (part.reason, action) {
        (Reason::Reindex, _) => defined(ground, ground.relation.definition.as_deref()?),
        (Reason::Index, Action::CreateIndex(create)) => defined(ground, create),
        (Reason::ConstraintIndex, Action::AlterTable(alter)) => {
            let kind = match &alter.commands.get(part.command)?.action {
                AlterAction::AddConstraint(new) => &new.kind,
                AlterAction::AddColumn { column, .. } => {
                    let mut kinds = column.constraints.iter().map(|constraint| &constraint.kind);
                    kinds.find(|kind| has_index(kind))?
                }
                _ => return None,
            };
            match kind {
                ConstraintKind::Unique { columns, .. }
                | ConstraintKind::PrimaryKey { columns, .. } => {
                    let first = columns.first()?;
                    Some((by_column(ground, first), Share::ALL))
                }
                ConstraintKind::Exclude {
                    method,
                    elements,
                    predicate,
                } => Some((
                    by_method(ground, method, elements)?,
                    matching(predicate.is_none()),
                )),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a part adds an EXCLUDE constraint, for which each row is looked up when the index is there.
///
/// Source: `IndexCheckExclusion` in `src/backend/catalog/index.c`.
fn is_exclusion(action: &Action, part: &Part) -> bool {
    let Action::AlterTable(alter) = action else {
        return false;
    };
    let command = alter.commands.get(part.command);
    command.is_some_and(|command| match &command.action {
        AlterAction::AddConstraint(new) => matches!(new.kind, ConstraintKind::Exclude { .. }),
        _ => false,
    })
}

/// The tables at both ends of a foreign key that is added, or validated.
struct Key<'a> {
    altered: &'a Relation,
    parent: &'a Relation,
}

impl<'a> Key<'a> {
    fn of(ground: &Ground<'a>, action: &Action, part: &Part) -> Option<Self> {
        let Action::AlterTable(alter) = action else {
            return None;
        };
        let catalog = ground.catalog;
        let altered = catalog.find(&alter.name)?;
        let referred = |constraint: &Constraint| match &constraint.kind {
            ConstraintKind::ForeignKey { references, .. } => catalog.find(references),
            _ => None,
        };
        let parent = match &alter.commands.get(part.command)?.action {
            AlterAction::AddConstraint(new) => referred(new),
            AlterAction::AddColumn { column, .. } => column.constraints.iter().find_map(referred),
            AlterAction::ValidateConstraint { name } => {
                let mut own = altered.constraints.iter();
                let key = own.find(|constraint| constraint.name == *name)?;
                key.references.map(|id| catalog.get(id))
            }
            _ => None,
        }?;
        Some(Self { altered, parent })
    }

    fn refers_to_itself(&self) -> bool {
        self.altered.id == self.parent.id
    }

    /// Whether what is worked on is the table that is referred to, or a part of it: it is read, and what is looked up in it is a job of the other table.
    fn is_referred_to(&self, ground: &Ground<'_>) -> bool {
        let own = ground.table.id;
        let is_part = || ground.catalog.ancestors(own).contains(&self.parent.id);
        !self.refers_to_itself() && (own == self.parent.id || is_part())
    }

    fn rows(&self, ground: &Ground<'_>) -> Option<u64> {
        let schema = self.parent.schema.as_deref();
        ground.sizes.of(schema, &self.parent.name)?.rows
    }
}

/// Whether all rows refer to the same key: the default of a new column.
fn is_same_in_all(action: &Action, part: &Part) -> bool {
    let Action::AlterTable(alter) = action else {
        return false;
    };
    let command = alter.commands.get(part.command);
    command.is_some_and(|it| matches!(it.action, AlterAction::AddColumn { .. }))
}

/// Where the value that a new column gets in every row is computed: whether strong random numbers are drawn for it. `None` where a function of the project's own computes it.
fn draws(ground: &Ground<'_>, action: &Action, part: &Part) -> Option<bool> {
    let Action::AlterTable(alter) = action else {
        return Some(false);
    };
    let command = alter.commands.get(part.command).map(|it| &it.action);
    let Some(AlterAction::AddColumn { column: added, .. }) = command else {
        return Some(false);
    };
    let (mut known, mut drawn) = (true, false);
    let values = added.default.iter().map(|default| &default.node);
    let computed = added.generated.iter().map(|generated| &generated.expr.node);
    for value in values.chain(computed) {
        value.walk(&mut |node| match node {
            ExprNode::Call { function, .. } => {
                let own = ground.catalog.volatility(function).is_some();
                drawn |= draws_random(&function.name);
                known &=
                    !own && volatility(&function.name).is_some() || draws_random(&function.name);
            }
            ExprNode::Unparsed => known = false,
            _ => {}
        });
    }
    known.then_some(drawn)
}

const fn has_index(kind: &ConstraintKind) -> bool {
    matches!(
        kind,
        ConstraintKind::Unique { .. }
            | ConstraintKind::PrimaryKey { .. }
            | ConstraintKind::Exclude { .. }
    )
}

fn defined(ground: &Ground<'_>, index: &CreateIndex) -> Option<(Method, Share)> {
    let method = by_method(ground, &index.method, &index.elements)?;
    Some((method, matching(index.predicate.is_none())))
}

const fn matching(all: bool) -> Share {
    if all { Share::ALL } else { Share::UNKNOWN }
}

fn by_method(ground: &Ground<'_>, method: &str, elements: &[IndexElement]) -> Option<Method> {
    Some(match method {
        "btree" => match &elements.first()?.column {
            IndexColumn::Column(column) => by_column(ground, column),
            IndexColumn::Expression(_) => Method::BtreeText,
        },
        "hash" => Method::Hash,
        "gin" => Method::Gin,
        "gist" => Method::Gist,
        "brin" => Method::Summary,
        _ => return None,
    })
}

/// A B-tree is put in order by its first column, for the most part.
fn by_column(ground: &Ground<'_>, column: &str) -> Method {
    let column = ground.table.column(column);
    let ty = column.and_then(|column| column.ty.as_ref());
    match ty {
        Some(ty) if !ty.array && !is_compared_as_number(&ty.name.name) => Method::BtreeText,
        _ => Method::Btree,
    }
}

/// The rows that UPDATE and DELETE write, where nothing else runs for each of them.
fn written(ground: &Ground<'_>, action: &Action) -> Option<Vec<Job>> {
    let Action::Dml(dml) = action else {
        return None;
    };
    let (rows, bytes) = (ground.size.rows?, ground.size.bytes?);
    let (catalog, table) = (ground.catalog, ground.table);
    let alone = dml.reads.is_empty() && dml.writes.is_empty() && dml.repeated.is_empty();
    let mut attached = table.attached.iter();
    if !alone || attached.any(|one| matches!(one.kind, ObjectKind::Trigger | ObjectKind::Rule)) {
        return None;
    }
    let share = found(ground, dml);
    let mut jobs = vec![Job::Scan { rows, bytes }];
    match dml.kind {
        DmlKind::Update => {
            let referenced = |set: &String| !catalog.indexes_on(table.id, set).is_empty();
            let own_keys = table.constraints.iter().filter_map(|one| match &one.kind {
                ConstraintKind::ForeignKey { columns, .. } => Some(columns),
                _ => None,
            });
            // A row after the other is looked up elsewhere.
            if own_keys.flatten().any(|key| dml.sets.contains(key))
                || catalog.referencing(table.id).next().is_some() && dml.sets.iter().any(referenced)
            {
                return None;
            }
            let indexes = catalog.indexes(table.id).count() as u64;
            jobs.push(Job::Update {
                rows,
                bytes,
                indexes,
                share,
            });
        }
        DmlKind::Delete if catalog.referencing(table.id).next().is_none() => {
            jobs.push(Job::Delete { rows, share });
        }
        _ => return None,
    }
    Some(jobs)
}

/// The share of the rows that WHERE finds: all without it, and those where a column is NULL, as far as that is known.
fn found(ground: &Ground<'_>, dml: &Dml) -> Share {
    let Some(predicate) = &dml.predicate else {
        return Share::ALL;
    };
    let ExprNode::IsNull(tested) = &predicate.node else {
        return Share::UNKNOWN;
    };
    let ExprNode::Column(column) = &**tested else {
        return Share::UNKNOWN;
    };
    let name = &column.name;
    let new = ground.table.column(name).is_some_and(|column| {
        let now = ground.catalog.now.migration;
        let created = column.created.is_some_and(|made| made.migration == now);
        created && column.default.is_none()
    });
    if new {
        return Share::ALL;
    }
    let table = (ground.table.schema.as_deref(), ground.table.name.as_str());
    let nulls = ground.sizes.nulls(table.0, table.1, name);
    nulls.map_or(Share::UNKNOWN, Share::exactly)
}
