//! What rules ask of a whole migration for one statement after another, found out once, when it is asked for first.

use crate::ir::{
    Action, AlterAction, Code, Migration, Name, ObjectKind, PublicationChange, RelationKind,
    Transaction,
};
use std::cell::OnceCell;
use std::collections::HashMap;

/// What a migration makes and changes where, and whether it begins transactions.
#[derive(Debug, Default)]
pub struct Outline {
    places: OnceCell<Places>,
    begins: OnceCell<bool>,
}

/// Statements by the names that they are about, without schemas; of each name in their order.
#[derive(Debug, Default)]
struct Places {
    made: HashMap<(Made, String), Vec<Place>>,
    /// ALTER TABLE and its relatives, and what is made on a relation.
    on: HashMap<String, Vec<Place>>,
    /// Functions of triggers, by the tables that they insert into.
    inserted: HashMap<String, Vec<Place>>,
}

/// What is made; relations share their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Made {
    Relation,
    Object(ObjectKind),
}

/// A statement of the migration, or one in its code, or in that of a function which the migration has made before and which it calls.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The name as it is written; of what takes a name, that name.
    pub(super) name: Name,
    /// Which statement, counted from 0.
    pub(super) at: usize,
    /// Which step of its code, and which statement holds that.
    code: Option<(usize, usize)>,
}

/// Which statement, and which step of the code that which statement holds.
type At = (usize, Option<(usize, usize)>);

impl Place {
    /// What is done there.
    pub(super) fn action<'m>(&self, migration: &'m Migration) -> &'m Action {
        let Some((holder, step)) = self.code else {
            return &migration.statements[self.at].action;
        };
        let holder = &migration.statements[holder].action;
        code_of(holder).map_or(holder, |code| &code.steps[step].action)
    }
}

impl Outline {
    /// Where something of this kind and name is made, or gets the name.
    pub(super) fn made(&self, migration: &Migration, kind: ObjectKind, name: &str) -> &[Place] {
        let made = match kind {
            ObjectKind::Relation(_) => Made::Relation,
            ObjectKind::Domain => Made::Object(ObjectKind::Type),
            other => Made::Object(other),
        };
        let places = self.places(migration).made.get(&(made, name.to_owned()));
        places.map_or(&[], Vec::as_slice)
    }

    /// Where a relation of this name is altered, or something is made on it.
    pub(super) fn on(&self, migration: &Migration, name: &str) -> &[Place] {
        let places = self.places(migration).on.get(name);
        places.map_or(&[], Vec::as_slice)
    }

    /// Where a function for triggers is made that inserts into a relation of this name.
    pub(super) fn inserted(&self, migration: &Migration, name: &str) -> &[Place] {
        let places = self.places(migration).inserted.get(name);
        places.map_or(&[], Vec::as_slice)
    }

    /// Whether it opens a transaction itself.
    pub(super) fn begins(&self, migration: &Migration) -> bool {
        *self.begins.get_or_init(|| {
            let mut statements = migration.statements.iter();
            let begin = Action::Transaction(Transaction::Begin);
            statements.any(|statement| statement.action == begin)
        })
    }

    fn places(&self, migration: &Migration) -> &Places {
        self.places.get_or_init(|| Places::of(migration))
    }
}

impl Places {
    fn of(migration: &Migration) -> Self {
        let mut places = Self::default();
        let mut routines: HashMap<&str, usize> = HashMap::new();
        for (at, statement) in migration.statements.iter().enumerate() {
            let action = &statement.action;
            places.note((at, None), action);
            // The first call tells: however often one is called, this stays short.
            let called = calls(action).filter_map(|name| routines.remove(name.name.as_str()));
            let own = matches!(action, Action::Do { .. }).then_some(at);
            for holder in called.chain(own) {
                let code = code_of(&migration.statements[holder].action);
                let steps = code.iter().flat_map(|code| code.steps.iter().enumerate());
                for (step, inner) in steps {
                    places.note((at, Some((holder, step))), &inner.action);
                }
            }
            if let Action::CreateRoutine(create) = action {
                routines.insert(&create.name.name, at);
            }
        }
        places
    }

    fn note(&mut self, at: At, action: &Action) {
        if let Some((kind, name)) = made_by(action) {
            self.make(at, kind, name.clone());
        }
        match action {
            Action::AlterTable(alter) => {
                self.alter(at, &alter.name);
                for command in &alter.commands {
                    let mut name = alter.name.clone();
                    match &command.action {
                        AlterAction::RenameTo(to) => name.name.clone_from(to),
                        AlterAction::SetSchema(to) => name.schema = Some(to.clone()),
                        _ => continue,
                    }
                    self.make(at, Made::Relation, name);
                }
            }
            Action::Publication(publication) if publication.change == PublicationChange::Create => {
                let name = Name::bare(publication.name.clone());
                self.make(at, Made::Object(ObjectKind::Publication), name);
            }
            Action::CreateRoutine(create) if create.is_trigger => {
                for insert in create.code.inserts() {
                    self.insert(at, insert.target.as_ref());
                }
            }
            Action::CreateOn { table, .. } => self.alter(at, table),
            Action::CreateIndex(create) => self.alter(at, &create.table),
            Action::Grant { relations, .. } => {
                for relation in relations {
                    self.alter(at, relation);
                }
            }
            _ => {}
        }
    }

    fn make(&mut self, (at, code): At, kind: Made, name: Name) {
        let places = self.made.entry((kind, name.name.clone())).or_default();
        places.push(Place { name, at, code });
    }

    fn insert(&mut self, (at, code): At, target: Option<&Name>) {
        if let Some(name) = target.cloned() {
            let places = self.inserted.entry(name.name.clone()).or_default();
            places.push(Place { name, at, code });
        }
    }

    fn alter(&mut self, (at, code): At, name: &Name) {
        let name = name.clone();
        let places = self.on.entry(name.name.clone()).or_default();
        places.push(Place { name, at, code });
    }
}

/// The code that a statement runs, or makes to be called.
fn code_of(action: &Action) -> Option<&Code> {
    match action {
        Action::Do { code, .. } => Some(code),
        Action::CreateRoutine(create) => Some(&create.code),
        _ => None,
    }
}

/// The functions or the procedure that a statement calls.
fn calls(action: &Action) -> impl Iterator<Item = &Name> {
    let (functions, procedure) = match action {
        Action::Dml(dml) => (dml.calls.as_slice(), None),
        Action::Call { procedure } => (&[][..], Some(procedure)),
        _ => (&[][..], None),
    };
    functions.iter().chain(procedure)
}

/// What a statement makes, or what gets a new name by it.
fn made_by(action: &Action) -> Option<(Made, &Name)> {
    let object = |kind| Made::Object(kind);
    Some(match action {
        Action::CreateTable(create) => (Made::Relation, &create.name),
        Action::CreateTableAs(create) => (Made::Relation, &create.name),
        Action::CreateView(create) => (Made::Relation, &create.name),
        Action::CreateSequence { name, .. } => (Made::Relation, name),
        Action::CreateComposite { name }
        | Action::CreateEnum { name, .. }
        | Action::CreateDomain { name, .. } => (object(ObjectKind::Type), name),
        Action::CreateRoutine(create) => (object(ObjectKind::Function), &create.name),
        Action::CreateObject(create) if !create.alter => {
            (object(create.kind), create.name.as_ref()?)
        }
        Action::RenameObject(renamed) => match renamed.kind {
            ObjectKind::Domain => (object(ObjectKind::Type), &renamed.to),
            ObjectKind::Relation(RelationKind::CompositeType) => {
                (object(ObjectKind::Type), &renamed.to)
            }
            kind => (object(kind), &renamed.to),
        },
        _ => return None,
    })
}
