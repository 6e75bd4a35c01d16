//! The catalog, as the migrations so far have made it.

mod apply;
mod dependency;
mod naming;
mod relation;

pub use dependency::{Object, Reach, sequence_name};
pub use relation::{Attached, Column, Constraint, Creation, Relation};

use crate::ir::{Code, Expr, Name, ObjectKind, PartitionBound, Passes, RelationKind, TypeName};
use crate::postgres::functions::Volatility;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Identifies a relation through renames, SET SCHEMA and swaps.
#[derive(Default, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationId(pub u32);

/// A domain: its base type and what it demands.
#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    pub ty: TypeName,
    pub not_null: bool,
    pub default: Option<Expr>,
    pub checked: bool,
}

/// What is known of one database.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// Every relation that was ever seen, at the place that its id says.
    relations: Vec<Relation>,
    /// Those that are there now, by name; relations of one name differ in their schema.
    names: HashMap<String, Vec<(String, RelationId)>>,
    /// For a relation: those that may hang on it (indexes, partitions, tables with a foreign key to it).
    dependents: HashMap<RelationId, Vec<RelationId>>,
    domains: HashMap<String, Domain>,
    /// What functions and procedures run, by name; those of one name differ in their arguments.
    routines: HashMap<String, Vec<Arc<Code>>>,
    prepared: HashMap<String, Arc<Code>>,
    /// How far the results of functions change, by name; the most volatile of one name.
    volatilities: HashMap<String, Volatility>,
    /// The tables that each publication names.
    publications: HashMap<String, Vec<RelationId>>,
    /// Schemas in which a relation was named that the history never made: it does not tell everything.
    gaps: HashSet<String>,
    /// Schemas in which that was the first thing that was seen: the history does not begin with its first migration.
    headless: HashSet<String>,
    /// Schemas in which the history has made something.
    begun: HashSet<String>,
    /// Where unqualified names are looked up; the first is where new relations go.
    pub search_path: Vec<String>,
    /// The migration and the transaction that run now: what is created, is created there.
    pub now: Creation,
}

impl Default for Catalog {
    fn default() -> Self {
        Self {
            relations: Vec::new(),
            names: HashMap::new(),
            dependents: HashMap::new(),
            domains: HashMap::new(),
            routines: HashMap::new(),
            prepared: HashMap::new(),
            volatilities: HashMap::new(),
            publications: HashMap::new(),
            gaps: HashSet::new(),
            headless: HashSet::new(),
            begun: HashSet::new(),
            search_path: vec!["public".to_owned()],
            now: Creation {
                migration: 0,
                transaction: 0,
            },
        }
    }
}

impl Catalog {
    /// The relation with this id, which must come from this catalog.
    #[must_use]
    pub fn get(&self, id: RelationId) -> &Relation {
        &self.relations[id.0 as usize]
    }

    /// The relation that a name means now, if it was ever seen.
    #[must_use]
    pub fn find(&self, name: &Name) -> Option<&Relation> {
        let namesakes = self.names.get(&name.name)?;
        let inside = |schema: &String| {
            let mut all = namesakes.iter();
            all.find_map(|(other, id)| (other == schema).then_some(*id))
        };
        let id = match &name.schema {
            Some(schema) => inside(schema),
            None => self.search_path.iter().find_map(inside),
        }?;
        Some(self.get(id))
    }

    /// The relation that a name means; one that was never seen is taken to have been there before, with nothing else known of it.
    pub fn resolve(&mut self, name: &Name, kind: RelationKind) -> RelationId {
        if let Some(relation) = self.find(name) {
            return relation.id;
        }
        let schema = self.schema_of(name);
        if !self.begun.contains(&schema) {
            self.headless.insert(schema.clone());
        }
        self.gaps.insert(schema);
        self.insert(name, kind)
    }

    /// Puts a new relation of which only the name is known into the catalog.
    fn insert(&mut self, name: &Name, kind: RelationKind) -> RelationId {
        let schema = self.schema_of(name);
        let id = RelationId(u32::try_from(self.relations.len()).unwrap_or(u32::MAX));
        self.give_name(id, &schema, &name.name);
        self.relations
            .push(Relation::named(id, Some(schema), name.name.clone(), kind));
        id
    }

    /// Lets a name mean a relation from now on.
    fn give_name(&mut self, id: RelationId, schema: &str, name: &str) {
        let namesakes = self.names.entry(name.to_owned()).or_default();
        namesakes.retain(|(other, _)| other != schema);
        namesakes.push((schema.to_owned(), id));
    }

    /// The schema in which a new relation of this name lies.
    fn schema_of(&self, name: &Name) -> String {
        name.schema.clone().unwrap_or_else(|| self.target_schema())
    }

    /// Where unqualified new relations go.
    fn target_schema(&self) -> String {
        let first = self.search_path.iter().find(|name| !name.is_empty());
        first.cloned().unwrap_or_else(|| "public".to_owned())
    }

    fn get_mut(&mut self, id: RelationId) -> &mut Relation {
        &mut self.relations[id.0 as usize]
    }

    /// Notes that `dependent` hangs on `on`.
    fn link(&mut self, on: RelationId, dependent: RelationId) {
        let list = self.dependents.entry(on).or_default();
        if !list.contains(&dependent) {
            list.push(dependent);
        }
    }

    /// What hangs on a relation and is still there.
    fn dependents(&self, id: RelationId) -> impl Iterator<Item = &Relation> {
        let list = self.dependents.get(&id).map_or(&[][..], Vec::as_slice);
        list.iter()
            .map(|dependent| self.get(*dependent))
            .filter(|relation| !relation.dropped)
    }

    /// The indexes of a table.
    pub fn indexes(&self, table: RelationId) -> impl Iterator<Item = &Relation> {
        self.dependents(table).filter(move |relation| {
            relation.kind == RelationKind::Index && relation.table == Some(table)
        })
    }

    /// The indexes of a table that read a column.
    #[must_use]
    pub fn indexes_on(&self, table: RelationId, column: &str) -> Vec<RelationId> {
        let reads = |index: &&Relation| {
            let definition = index.definition.as_ref();
            definition.is_some_and(|definition| definition.reads_column(column))
        };
        self.indexes(table)
            .filter(reads)
            .map(|index| index.id)
            .collect()
    }

    /// The sequences that columns of a table own.
    pub fn sequences(&self, table: RelationId) -> impl Iterator<Item = &Relation> {
        self.dependents(table).filter(move |relation| {
            relation.kind == RelationKind::Sequence && relation.table == Some(table)
        })
    }

    /// The sequence that a column of a table owns: of a serial or identity column, or by OWNED BY.
    #[must_use]
    pub fn owned_sequence(&self, table: RelationId, column: &str) -> Option<&Relation> {
        self.sequences(table)
            .find(|sequence| sequence.column.as_deref() == Some(column))
    }

    /// The views that read a relation, and those that read them, each with what it hands on to that relation. A materialized view reads only when it is
    /// refreshed.
    #[must_use]
    pub fn views_over(&self, id: RelationId) -> Vec<(RelationId, Passes)> {
        let mut all: Vec<(RelationId, Passes)> = Vec::new();
        let mut below = vec![(id, Passes::Writes)];
        while let Some((read, passed)) = below.pop() {
            for view in self.dependents(read) {
                let reads = view.kind == RelationKind::View && view.reads.contains(&read);
                if reads && all.iter().all(|(known, _)| *known != view.id) {
                    let passes = view.passes.max(passed);
                    all.push((view.id, passes));
                    below.push((view.id, passes));
                }
            }
        }
        all.sort_unstable();
        all
    }

    /// How far the result of a function that the history made changes.
    #[must_use]
    pub fn volatility(&self, function: &Name) -> Option<Volatility> {
        self.volatilities.get(&function.name).copied()
    }

    /// The tables that a publication names.
    #[must_use]
    pub fn published(&self, publication: &str) -> &[RelationId] {
        self.publications
            .get(publication)
            .map_or(&[], Vec::as_slice)
    }

    /// The relation that a statistics object of this name is on.
    #[must_use]
    pub fn with_statistics(&self, name: &str) -> Option<&Relation> {
        self.relations.iter().find(|relation| {
            let mut attached = relation.attached.iter();
            !relation.dropped
                && attached
                    .any(|at| at.kind == ObjectKind::Statistics && at.name.as_deref() == Some(name))
        })
    }

    /// An index of a partition that can become part of a new index on its parent.
    #[must_use]
    pub fn free_index_like(
        &self,
        partition: RelationId,
        new: &crate::ir::CreateIndex,
    ) -> Option<RelationId> {
        let mut indexes = self.indexes(partition);
        let like = |index: &&Relation| {
            let definition = index.definition.as_ref();
            index.parents.is_empty() && definition.is_some_and(|definition| definition.is_like(new))
        };
        indexes.find(like).map(|index| index.id)
    }

    /// The column that a NOT NULL constraint of this name is about.
    #[must_use]
    pub fn not_null_column(&self, table: RelationId, constraint: &str) -> Option<String> {
        match &self.get(table).constraint(constraint)?.kind {
            crate::ir::ConstraintKind::NotNull { column } => Some(column.clone()),
            _ => None,
        }
    }

    /// Every relation that is there.
    pub fn living(&self) -> impl Iterator<Item = &Relation> {
        self.relations.iter().filter(|relation| !relation.dropped)
    }

    /// Foreign keys that refer to a table, each with the table that it stands on.
    pub fn referencing(&self, table: RelationId) -> impl Iterator<Item = (&Relation, &Constraint)> {
        self.dependents(table).flat_map(move |relation| {
            let constraints = relation.constraints.iter();
            constraints
                .filter(move |constraint| constraint.references == Some(table))
                .map(move |constraint| (relation, constraint))
        })
    }

    /// The partitions and inheritance children of a table, and theirs; of a partitioned index likewise.
    #[must_use]
    pub fn descendants(&self, ancestor: RelationId) -> Vec<RelationId> {
        let mut all: Vec<RelationId> = Vec::new();
        let mut parents = vec![ancestor];
        while let Some(parent) = parents.pop() {
            for child in self.dependents(parent) {
                if child.parents.contains(&parent) && !all.contains(&child.id) {
                    all.push(child.id);
                    parents.push(child.id);
                }
            }
        }
        all.sort_unstable();
        all
    }

    /// The tables that this one is a partition or a child of, upwards.
    #[must_use]
    pub fn ancestors(&self, id: RelationId) -> Vec<RelationId> {
        let mut all: Vec<RelationId> = Vec::new();
        let mut next = vec![id];
        while let Some(id) = next.pop() {
            for parent in &self.get(id).parents {
                if !all.contains(parent) {
                    all.push(*parent);
                    next.push(*parent);
                }
            }
        }
        all
    }

    /// The tables that this one is a partition of, upwards.
    #[must_use]
    pub fn partitioned_parents(&self, id: RelationId) -> Vec<RelationId> {
        let mut all = self.ancestors(id);
        all.retain(|parent| self.get(*parent).partitioned);
        all
    }

    /// The foreign keys of a table, with those that it has as a partition.
    pub fn foreign_keys(&self, id: RelationId) -> impl Iterator<Item = &Constraint> {
        let parents = self.partitioned_parents(id);
        let tables = std::iter::once(id).chain(parents);
        let constraints = tables.flat_map(|table| &self.get(table).constraints);
        constraints.filter(|constraint| constraint.references.is_some())
    }

    /// The DEFAULT partition of a table.
    #[must_use]
    pub fn default_partition(&self, table: RelationId) -> Option<&Relation> {
        self.dependents(table).find(|child| {
            child.parents.contains(&table) && child.bound == Some(PartitionBound::Default)
        })
    }

    /// The domain of this name, if it is one.
    #[must_use]
    pub fn domain(&self, ty: &TypeName) -> Option<&Domain> {
        self.domains.get(&ty.name.name)
    }

    /// What the functions and procedures of this name run, as far as the history has made them.
    #[must_use]
    pub fn routines(&self, name: &Name) -> &[Arc<Code>] {
        self.routines.get(&name.name).map_or(&[], Vec::as_slice)
    }

    /// What EXECUTE of this name runs.
    #[must_use]
    pub fn prepared(&self, name: &str) -> Option<&Code> {
        self.prepared.get(name).map(|code| &**code)
    }

    /// All relations that were ever seen, dropped ones included.
    pub fn relations(&self) -> impl Iterator<Item = &Relation> {
        self.relations.iter()
    }

    /// Whether a relation of this name may be there although the history does not tell of it.
    #[must_use]
    pub fn may_hide(&self, name: &Name) -> bool {
        self.gaps.contains(&self.schema_of(name))
    }

    /// Goes back to an earlier state, as ROLLBACK does. Ids made since then stay valid.
    pub fn restore(&mut self, earlier: Self) {
        let mut gone = self.relations.split_off(earlier.relations.len());
        for relation in &mut gone {
            relation.dropped = true;
        }
        let now = self.now;
        *self = earlier;
        self.now = now;
        self.relations.append(&mut gone);
    }
}
