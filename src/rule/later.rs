//! What becomes, later in the migration, of what a statement does.

use super::Context;
use crate::ir::{Action, AlterAction, Code, Name, ObjectKind, RelationKind};
use crate::schema::{Column, Relation};
use std::sync::Arc;

/// What stands in the place of something behind the migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replaced {
    No,
    /// As far as is known, something with all the columns.
    Whole,
    /// Something that surely lacks these columns.
    Without(Vec<String>),
}

impl<'a> Context<'a> {
    /// What later in the migration takes a relation's name.
    #[must_use]
    pub fn replaced(&self, name: &Name) -> Replaced {
        let kind = ObjectKind::Relation(RelationKind::Table);
        let Some(action) = self.made_later(kind, name) else {
            return Replaced::No;
        };
        let lacking = match self.catalog.find(name) {
            Some(old) => self.lacking(old, action),
            None => Vec::new(),
        };
        if lacking.is_empty() {
            Replaced::Whole
        } else {
            Replaced::Without(lacking)
        }
    }

    /// Whether something of this name is made later in the migration, with all the columns as far as is known.
    #[must_use]
    pub fn is_made_later(&self, name: &Name) -> bool {
        self.replaced(name) == Replaced::Whole
    }

    /// The last statement, later in the migration, that makes something of this kind and name.
    #[must_use]
    pub fn made_later(&self, kind: ObjectKind, name: &Name) -> Option<&'a Action> {
        let wanted = self.catalog.qualified(name);
        let places = self.outline.made(self.migration, kind, &name.name);
        let mut places = places
            .iter()
            .rev()
            .take_while(|place| place.at >= self.next());
        let place = places.find(|place| self.catalog.qualified(&place.name) == wanted)?;
        Some(place.action(self.migration))
    }

    /// All of that.
    pub fn all_made_later(
        &self,
        kind: ObjectKind,
        name: &Name,
    ) -> impl Iterator<Item = &'a Action> + use<'a> {
        self.made_from(self.next(), kind, name)
    }

    /// What the migration makes of this kind and name, before the statement and behind it.
    pub fn all_made(
        &self,
        kind: ObjectKind,
        name: &Name,
    ) -> impl Iterator<Item = &'a Action> + use<'a> {
        self.made_from(0, kind, name)
    }

    fn made_from(
        &self,
        first: usize,
        kind: ObjectKind,
        name: &Name,
    ) -> impl Iterator<Item = &'a Action> + use<'a> {
        let wanted = self.catalog.qualified(name);
        let (catalog, migration) = (self.catalog, self.migration);
        let places = self.outline.made(migration, kind, &name.name);
        let first = places.partition_point(|place| place.at < first);
        let named = places[first..].iter();
        let named = named.filter(move |place| catalog.qualified(&place.name) == wanted);
        named.map(move |place| place.action(migration))
    }

    /// What the migration does to a relation of this name, before and behind the statement too.
    pub fn done_to(&self, name: &Name) -> impl Iterator<Item = &'a Action> + use<'a> {
        self.done_from(name, 0)
    }

    /// The subcommands among that.
    pub fn subcommands_to(&self, name: &Name) -> impl Iterator<Item = &'a AlterAction> + use<'a> {
        subcommands(self.done_to(name))
    }

    /// What the migration does to a relation of this name behind the statement.
    pub fn done_later(&self, name: &Name) -> impl Iterator<Item = &'a Action> + use<'a> {
        self.done_from(name, self.next())
    }

    /// The subcommands among that.
    pub fn later_subcommands(
        &self,
        name: &Name,
    ) -> impl Iterator<Item = &'a AlterAction> + use<'a> {
        subcommands(self.done_later(name))
    }

    /// Whether the statement itself, or the migration later, gives INSERT a way to leave a column out: by a default, or by a trigger that fills it.
    #[must_use]
    pub fn is_filled_later(&self, table: &Name, column: &str) -> bool {
        let mut own = self.subcommands();
        if own.any(|(_, alter, action)| alter.name == *table && fills(action, column)) {
            return true;
        }
        let mut done = self.done_later(table);
        done.any(|action| match action {
            Action::AlterTable(alter) => {
                let mut commands = alter.commands.iter().map(|command| &command.action);
                commands.any(|action| fills(action, column))
            }
            Action::CreateOn { uses, .. } if uses.fires.before_inserted_rows() => {
                let mut functions = uses.calls.iter();
                functions.any(|function| self.function_fills(function, column))
            }
            _ => false,
        })
    }

    /// Whether the migration makes a function for triggers, behind the statement, that gives the column a value where it inserts into the table.
    #[must_use]
    pub fn is_inserted_by_trigger_later(&self, table: &Name, column: &str) -> bool {
        let wanted = self.catalog.qualified(table);
        let places = self.outline.inserted(self.migration, &table.name);
        let first = places.partition_point(|place| place.at < self.next());
        let names = |action: &Action| match action {
            Action::CreateRoutine(create) => create.code.inserts().any(|insert| {
                insert
                    .target
                    .as_ref()
                    .is_some_and(|it| self.catalog.qualified(it) == wanted)
                    && insert.columns.iter().any(|named| named == column)
            }),
            _ => false,
        };
        places[first..]
            .iter()
            .any(|place| names(place.action(self.migration)))
    }

    /// Whether a function that is there, or is made later in the migration, sets a column of the row that a trigger gives it.
    fn function_fills(&self, function: &Name, column: &str) -> bool {
        let known = self.catalog.routines(function).iter();
        let mut known = known.map(|known| &known.code);
        let made = self.all_made_later(ObjectKind::Function, function);
        let mut made = made.filter_map(|action| match action {
            Action::CreateRoutine(create) => Some(&create.code),
            _ => None,
        });
        let fills = |code: &Arc<Code>| code.fills.iter().any(|filled| filled == column);
        known.any(fills) || made.any(fills)
    }

    fn done_from(&self, name: &Name, first: usize) -> impl Iterator<Item = &'a Action> + use<'a> {
        let wanted = self.catalog.qualified(name);
        let (catalog, migration) = (self.catalog, self.migration);
        let places = self.outline.on(migration, &name.name);
        let first = places.partition_point(|place| place.at < first);
        let named = places[first..].iter();
        let named = named.filter(move |place| catalog.qualified(&place.name) == wanted);
        named.map(move |place| place.action(migration))
    }

    /// The first statement that counts as later: what a block of code makes counts as made behind all of it.
    fn next(&self) -> usize {
        self.at + usize::from(!self.step.in_code)
    }

    /// The columns of a relation that what takes its name surely has not.
    fn lacking(&self, old: &Relation, taking: &Action) -> Vec<String> {
        let known: Option<Vec<String>> = match taking {
            Action::AlterTable(alter) => {
                let new = self.catalog.find(&alter.name).filter(|new| new.complete);
                new.map(|new| {
                    new.columns
                        .iter()
                        .map(|column| column.name.clone())
                        .collect()
                })
            }
            Action::CreateTable(create) => {
                let plain = create.like.is_empty()
                    && create.inherits.is_empty()
                    && create.of_type.is_none()
                    && create.partition_of.is_none();
                let columns = create.columns.iter().map(|column| column.name.clone());
                plain.then(|| columns.collect())
            }
            Action::CreateView(view) => {
                let columns = self.catalog.columns_of_view(view).into_iter();
                Some(columns.map(|column| column.name).collect())
            }
            Action::CreateTableAs(create) => {
                let names = create.columns.iter().map(|(name, _)| name.clone());
                Some(names.collect())
            }
            _ => None,
        };
        let unclear =
            |known: &Vec<String>| known.is_empty() || known.iter().any(|name| name == "*");
        let Some(known) = known.filter(|known| !unclear(known)) else {
            return Vec::new();
        };
        let missing = |column: &&Column| !known.contains(&column.name);
        let columns = old.columns.iter().filter(missing);
        columns.map(|column| column.name.clone()).collect()
    }
}

/// Whether a subcommand lets INSERT leave a column out.
fn fills(action: &AlterAction, name: &str) -> bool {
    match action {
        AlterAction::SetDefault { column, .. }
        | AlterAction::AddIdentity { column }
        | AlterAction::DropNotNull { column }
        | AlterAction::DropColumn { column, .. } => column == name,
        _ => false,
    }
}

fn subcommands<'a>(
    actions: impl Iterator<Item = &'a Action>,
) -> impl Iterator<Item = &'a AlterAction> {
    let alters = actions.filter_map(|action| match action {
        Action::AlterTable(alter) => Some(&alter.commands),
        _ => None,
    });
    alters.flatten().map(|command| &command.action)
}
