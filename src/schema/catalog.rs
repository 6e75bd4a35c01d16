//! What is known of one database, and how its relations are found.

use super::link::{Link, Word};
use super::noted::Noted;
use super::relation::{Attached, Constraint, Creation, Relation, RelationId, TEMPORARY};
use super::undo::{Marks, UndoLists, UndoMap, UndoSet};
use super::visits;
use crate::ir::{
    Code, CreateRoutine, Expr, IndexColumn, Name, ObjectKind, PartitionBound, RelationKind,
    TypeName, Unused,
};
use crate::postgres::functions::Volatility;
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// A domain: its base type and what it demands.
#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    pub ty: TypeName,
    pub not_null: bool,
    pub default: Option<Expr>,
    pub checked: bool,
}

/// What a publication publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    pub tables: Vec<RelationId>,
    /// Of which all tables are.
    pub schemas: Vec<String>,
    pub all_tables: bool,
    /// UPDATE and DELETE.
    pub changes: bool,
}

impl Default for Published {
    fn default() -> Self {
        Self {
            tables: Vec::new(),
            schemas: Vec::new(),
            all_tables: false,
            changes: true,
        }
    }
}

impl Published {
    fn holds(&self, table: &Relation) -> bool {
        let inside = |schema: &String| table.schema.as_ref() == Some(schema);
        let lasting = !table.temporary && !table.unlogged;
        self.tables.contains(&table.id)
            || lasting && (self.all_tables || self.schemas.iter().any(inside))
    }
}

/// What is known of one database.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// Every relation that was ever seen, at the place that its id says.
    pub(super) relations: Vec<Relation>,
    /// What relations were before they changed, oldest first, as far as somebody may go back.
    pub(super) before: Vec<Relation>,
    pub(super) marks: Marks,
    /// Those that are there now, by name; relations of one name differ in their schema.
    pub(super) names: UndoMap<String, Vec<(String, RelationId)>>,
    /// For a relation: those that may hang on it (indexes, partitions, tables with a foreign key to it), and how.
    pub(super) links: UndoLists<(RelationId, Link), RelationId>,
    /// For functions, types and other names: the relations in whose definition they may stand.
    pub(super) words: UndoLists<Word, RelationId>,
    pub(super) domains: UndoMap<String, Domain>,
    /// The labels of enums, in order.
    pub(super) enums: UndoMap<String, Arc<[String]>>,
    /// A type, and a domain over it.
    pub(super) domains_over: UndoSet<(String, String)>,
    /// What functions and procedures run, by name; those of one name differ in their arguments.
    pub(super) routines: UndoMap<String, Vec<Arc<CreateRoutine>>>,
    pub(super) prepared: UndoMap<String, Arc<Code>>,
    /// How far the results of functions change, by name; the most volatile of one name.
    pub(super) volatilities: UndoMap<String, Volatility>,
    /// What each publication publishes.
    pub(super) publications: UndoMap<String, Published>,
    /// When types, domains, functions, schemas and publications were made, by kind and name.
    pub(super) made: UndoMap<(ObjectKind, String), Creation>,
    /// Schemas in which a relation was named that the history never made: it does not tell everything.
    pub(super) gaps: UndoSet<String>,
    /// Whether something ran that nobody has read: anything may have been made, changed or filled.
    pub(super) blind: bool,
    /// Whether what is applied may not have happened.
    pub(super) guessed: bool,
    /// How often something ran that could not be seen whole, and the first relation that was made after it.
    pub(super) sight: u32,
    pub(super) sure_from: u32,
    /// Names that meant a relation until it was dropped, or got another.
    pub(super) gone: UndoMap<(String, String), Noted>,
    /// Types, enums and domains that the history made, and schemas and extensions.
    pub(super) types: UndoMap<(String, String), Noted>,
    pub(super) objects: UndoMap<(ObjectKind, String), Noted>,
    /// Somebody has made casts.
    pub casts: bool,
    /// Labels that were added to enums, each behind the name of its type.
    pub(super) added_labels: UndoMap<(String, String), Noted>,
    /// The temporary relations of the session.
    pub(super) temporary: Vec<RelationId>,
    /// What code does not use any more since a migration that is deployed.
    pub unused: Vec<Unused>,
    /// Where unqualified names are looked up; the first is where new relations go.
    pub search_path: Vec<String>,
    /// The migration and the transaction that run now: what is created, is created there.
    pub now: Creation,
    /// The first migration that is not deployed yet, and earlier ones that are deployed together with the one that runs.
    pub pending_from: usize,
    pub together: Vec<usize>,
}

impl Default for Catalog {
    fn default() -> Self {
        Self {
            relations: Vec::new(),
            before: Vec::new(),
            marks: Marks::default(),
            names: UndoMap::default(),
            links: UndoLists::default(),
            words: UndoLists::default(),
            domains: UndoMap::default(),
            enums: UndoMap::default(),
            domains_over: UndoSet::default(),
            routines: UndoMap::default(),
            prepared: UndoMap::default(),
            volatilities: UndoMap::default(),
            publications: UndoMap::default(),
            made: UndoMap::default(),
            gaps: UndoSet::default(),
            blind: false,
            guessed: false,
            sight: 0,
            sure_from: 0,
            gone: UndoMap::default(),
            types: UndoMap::default(),
            objects: UndoMap::default(),
            casts: false,
            added_labels: UndoMap::default(),
            temporary: Vec::new(),
            unused: Vec::new(),
            search_path: vec!["public".to_owned()],
            now: Creation {
                migration: 0,
                transaction: 0,
            },
            pending_from: 0,
            together: Vec::new(),
        }
    }
}

impl Catalog {
    /// The relation with this id, which must come from this catalog.
    #[must_use]
    pub fn get(&self, id: RelationId) -> &Relation {
        visits::visit();
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
            None => match inside(&TEMPORARY.to_owned())
                .or_else(|| self.search_path.iter().find_map(inside))
            {
                None if self.search_path.iter().all(String::is_empty) => {
                    inside(&self.target_schema())
                }
                found => found,
            },
        }?;
        Some(self.get(id))
    }

    /// The relation that a name means; one that was never seen is taken to have been there before, with nothing else known of it.
    pub(super) fn resolve(&mut self, name: &Name, kind: RelationKind) -> RelationId {
        if let Some(relation) = self.find(name) {
            return relation.id;
        }
        let schema = self.schema_of(name);
        self.gaps.insert(schema);
        self.insert(name, kind)
    }

    /// Puts a new relation of which only the name is known into the catalog.
    pub(super) fn insert(&mut self, name: &Name, kind: RelationKind) -> RelationId {
        let schema = self.schema_of(name);
        let id = RelationId(u32::try_from(self.relations.len()).unwrap_or(u32::MAX));
        self.give_name(id, &schema, &name.name);
        let mut relation = Relation::named(id, Some(schema), name.name.clone(), kind);
        // Going back to before it was made, it is gone: there is nothing to remember.
        relation.remembered = self.marks.newest;
        relation.sure = !self.guessed && self.is_placed(name);
        self.relations.push(relation);
        id
    }

    /// Lets a name mean a relation from now on.
    pub(super) fn give_name(&mut self, id: RelationId, schema: &str, name: &str) {
        self.gone.remove(&(schema.to_owned(), name.to_owned()));
        // One that is there already keeps its name, whatever is noted: nobody knows which of the two is meant.
        let here = |(other, old): &&(String, RelationId)| other == schema && *old != id;
        let shadowed = self.names.get(name).and_then(|all| all.iter().find(here));
        if let Some(shadowed) = shadowed.map(|(_, old)| *old) {
            self.doubt(shadowed);
        }
        let namesakes = self.names.entry(name.to_owned());
        namesakes.retain(|(other, _)| other != schema);
        namesakes.push((schema.to_owned(), id));
    }

    /// The schema in which a new relation of this name lies.
    pub(super) fn schema_of(&self, name: &Name) -> String {
        name.schema.clone().unwrap_or_else(|| self.target_schema())
    }

    /// The name with the schema in which a new relation of this name lies.
    #[must_use]
    pub fn qualified(&self, name: &Name) -> Name {
        Name {
            schema: Some(self.schema_of(name)),
            name: name.name.clone(),
        }
    }

    /// Where unqualified new relations go.
    pub(super) fn target_schema(&self) -> String {
        let first = self.search_path.iter().find(|name| !name.is_empty());
        first.cloned().unwrap_or_else(|| "public".to_owned())
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

    /// The sequence that a column of a table owns: of a serial or identity column, or by OWNED BY.
    #[must_use]
    pub fn owned_sequence(&self, table: RelationId, column: &str) -> Option<&Relation> {
        self.sequences(table)
            .find(|sequence| sequence.column.as_deref() == Some(column))
    }

    /// The columns that rows of other tables may refer to: those of unique indexes without expressions and predicates. Whoever changes one locks the row FOR UPDATE.
    ///
    /// Source: `INDEX_ATTR_BITMAP_KEY` in `src/backend/utils/cache/relcache.c`.
    pub fn key_columns(&self, table: RelationId) -> impl Iterator<Item = &str> {
        let keys = self.indexes(table).filter_map(|index| {
            let definition = index.definition.as_deref()?;
            let plain = definition.expressions().next().is_none();
            (definition.unique && definition.predicate.is_none() && plain).then_some(definition)
        });
        let elements = keys.flat_map(|definition| definition.elements.iter());
        elements.filter_map(|element| match &element.column {
            IndexColumn::Column(name) => Some(name.as_str()),
            IndexColumn::Expression(_) => None,
        })
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
            .map_or(&[], |published| &published.tables)
    }

    /// The publications by which UPDATE and DELETE of a table are published.
    pub fn publications_of<'a>(&'a self, table: &'a Relation) -> impl Iterator<Item = &'a str> {
        let all = self.publications.entries();
        let found = all.filter(|(_, published)| published.changes && published.holds(table));
        let mut found: Vec<&str> = found.map(|(name, _)| name.as_str()).collect();
        found.sort_unstable();
        found.into_iter()
    }

    /// Whether what was made then is there for code that runs already; what the history does not tell of is.
    #[must_use]
    pub fn is_deployed(&self, made: Option<Creation>) -> bool {
        made.is_none_or(|made| {
            made.migration < self.pending_from && !self.together.contains(&made.migration)
        })
    }

    /// When an object that is no relation was made, if the history tells.
    #[must_use]
    pub fn made(&self, kind: ObjectKind, name: &Name) -> Option<Creation> {
        self.made.get(&(kind, name.name.clone())).copied()
    }

    /// Whether an object that is no relation is there for code that runs already.
    #[must_use]
    pub fn is_deployed_object(&self, kind: ObjectKind, name: &Name) -> bool {
        self.is_deployed(self.made(kind, name))
    }

    /// Whether the history tells all of a schema, and an object that it never made is not there.
    #[must_use]
    pub fn is_surely_missing_object(&self, kind: ObjectKind, name: &Name) -> bool {
        self.made(kind, name).is_none() && !self.has_gap(name)
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
        self.relations().filter(|relation| !relation.dropped)
    }

    /// The tables that this one is a partition or a child of, upwards.
    #[must_use]
    pub fn ancestors(&self, id: RelationId) -> Vec<RelationId> {
        let mut all: Vec<RelationId> = Vec::new();
        let mut seen: FxHashSet<RelationId> = FxHashSet::default();
        let mut next = vec![id];
        while let Some(id) = next.pop() {
            let parents = self.get(id).parents.iter().copied();
            let first = all.len();
            all.extend(parents.filter(|parent| seen.insert(*parent)));
            next.extend(&all[first..]);
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
        let constraints = tables.flat_map(|table| self.get(table).constraints.iter());
        constraints.filter(|constraint| constraint.references.is_some())
    }

    /// The DEFAULT partition of a table.
    #[must_use]
    pub fn default_partition(&self, table: RelationId) -> Option<&Relation> {
        let child = self.get(self.get(table).default_partition?);
        let is_default = child.bound == Some(PartitionBound::Default);
        (!child.dropped && is_default && child.parents.contains(&table)).then_some(child)
    }

    /// The relations of this name, in any schema.
    pub(super) fn called(&self, name: &str) -> impl Iterator<Item = &Relation> {
        let namesakes = self.names.get(name).map_or(&[][..], Vec::as_slice);
        let all = namesakes.iter().map(|(_, id)| self.get(*id));
        all.filter(|relation| !relation.dropped)
    }

    /// The domains over a type.
    pub(super) fn domains_over<'a>(&'a self, ty: &'a str) -> impl Iterator<Item = &'a str> {
        let first = (ty.to_owned(), String::new());
        let over = self.domains_over.range(first..);
        let over = over.take_while(move |(base, _)| base == ty);
        let over = over.map(|(_, domain)| domain.as_str());
        over.filter(move |domain| {
            let known = self.domains.get(*domain);
            known.is_some_and(|domain| domain.ty.name.name == ty)
        })
    }

    /// The domain of this name, if it is one.
    #[must_use]
    pub fn domain(&self, ty: &TypeName) -> Option<&Domain> {
        self.domains.get(&ty.name.name)
    }

    /// Whether a trigger gives a column of the rows that are inserted a value, as far as its function is known.
    #[must_use]
    pub fn is_filled(&self, table: &Relation, column: &str) -> bool {
        self.is_filled_without(table, column, |_| false)
    }

    /// The same without some of its triggers.
    #[must_use]
    pub fn is_filled_without(
        &self,
        table: &Relation,
        column: &str,
        gone: impl Fn(&Attached) -> bool,
    ) -> bool {
        let there = table.attached.iter().filter(|one| !gone(one));
        let mut triggers = there.filter(|one| {
            let is_on = one.kind == ObjectKind::Trigger && !one.disabled;
            is_on && one.fires.before_inserted_rows()
        });
        triggers.any(|trigger| {
            let names = trigger.calls.iter().map(|name| Name::bare(name.clone()));
            let mut functions = names.flat_map(|name| self.routines(&name));
            functions.any(|function| function.code.fills.iter().any(|filled| filled == column))
        })
    }

    /// Whether code that runs does not use a table, or a column of it, any more.
    #[must_use]
    pub fn is_unused(&self, table: &Relation, column: Option<&str>) -> bool {
        self.unused.iter().any(|unused| {
            let all = unused.column.is_none();
            unused.table == table.name && (all || unused.column.as_deref() == column)
        })
    }

    /// The labels of the enum of this name, in order, if it is one.
    #[must_use]
    pub fn labels(&self, name: &Name) -> Option<&[String]> {
        self.enums.get(&name.name).map(|labels| &**labels)
    }

    /// The functions and procedures that are known to be in a schema.
    pub fn routines_in(&self, schema: &str) -> impl Iterator<Item = &CreateRoutine> {
        let all = self.routines.entries().flat_map(|(_, routines)| routines);
        let inside =
            move |routine: &&Arc<CreateRoutine>| routine.name.schema.as_deref() == Some(schema);
        all.filter(inside).map(|routine| &**routine)
    }

    /// The functions and procedures of this name, as far as the history has made them.
    #[must_use]
    pub fn routines(&self, name: &Name) -> &[Arc<CreateRoutine>] {
        self.routines.get(&name.name).map_or(&[], Vec::as_slice)
    }

    /// What EXECUTE of this name runs.
    #[must_use]
    pub fn prepared(&self, name: &str) -> Option<&Arc<Code>> {
        self.prepared.get(name)
    }

    /// All relations that were ever seen, dropped ones included.
    pub fn relations(&self) -> impl Iterator<Item = &Relation> {
        self.relations.iter().inspect(|_| visits::visit())
    }

    /// Whether a relation of this name may be there although the history does not tell of it.
    #[must_use]
    pub fn may_hide(&self, name: &Name) -> bool {
        self.has_gap(name) && !self.is_gone(name)
    }

    /// Whether the history does not tell all of the schema that a name lies in.
    fn has_gap(&self, name: &Name) -> bool {
        self.blind || self.gaps.contains(&self.schema_of(name))
    }
}
