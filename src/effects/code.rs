//! Code that a statement runs: a DO block, a procedure that it calls, a function in its query, statement by statement.

use crate::ir::{Action, Code, Dml, DmlKind, Execution, ExprNode, Name, ObjectKind, Transaction};
use crate::schema::{Attached, Catalog};
use std::sync::Arc;

/// Functions that call each other are followed so far.
const DEPTH: usize = 6;
/// And so many statements are looked at.
const STATEMENTS: usize = 500;

/// What a statement comes to.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// The statement itself, unless it is nothing but a call, and those that it makes run, in order.
    pub(super) steps: Vec<RunStep>,
    /// Some of it cannot be seen.
    pub(super) opaque: bool,
    followed: usize,
}

/// One statement of a run.
#[derive(Debug)]
pub(super) struct RunStep {
    source: Source,
    pub(super) conditional: bool,
}

/// Where a statement of a run stands.
#[derive(Clone, Debug)]
enum Source {
    /// It is the one that is run.
    Itself,
    /// In a body of code, at this place.
    Code(Arc<Code>, usize),
}

impl Source {
    fn action<'s>(&'s self, statement: &'s Action) -> &'s Action {
        match self {
            Self::Itself => statement,
            Self::Code(code, at) => &code.steps[*at].action,
        }
    }
}

impl RunStep {
    /// What it does; `statement` is the one whose run this is a step of.
    pub(super) fn action<'s>(&'s self, statement: &'s Action) -> &'s Action {
        self.source.action(statement)
    }

    /// Whether it stands in a body of code, where it may run more than once.
    pub(super) const fn is_in_code(&self) -> bool {
        matches!(self.source, Source::Code(..))
    }

    /// What it does, where it stands in a body of code.
    pub(super) fn in_code(&self) -> Option<&Action> {
        match &self.source {
            Source::Itself => None,
            Source::Code(code, at) => Some(&code.steps[*at].action),
        }
    }
}

impl Run {
    /// Whether it commits what it has done so far.
    pub(super) fn commits(&self, statement: &Action) -> bool {
        let commit =
            |action: &Action| matches!(action, Action::Transaction(Transaction::Commit { .. }));
        self.actions(statement).any(commit)
    }

    /// Whether a step may make a relation, or give one another name.
    pub(super) fn makes_relations(&self, statement: &Action) -> bool {
        self.actions(statement).any(makes_relations)
    }

    /// What all steps do, of the run of `statement`.
    pub(super) fn actions<'s>(&'s self, statement: &'s Action) -> impl Iterator<Item = &'s Action> {
        self.steps.iter().map(|step| step.action(statement))
    }
}

/// Everything that a statement makes run; `None` for the many statements that are only what they are.
pub(super) fn run(catalog: &Catalog, action: &Action) -> Option<Run> {
    let called = called(catalog, action);
    if called.is_empty() && !matches!(action, Action::Do { .. }) {
        return None;
    }
    let mut run = Run::default();
    run.follow(catalog, action, Source::Itself, false, 0);
    Some(run)
}

/// The code behind the functions that a statement calls, and behind the triggers that it fires, each with whether that is not sure; of several namesakes the
/// arguments' types choose.
fn called(catalog: &Catalog, action: &Action) -> Vec<(Arc<Code>, bool)> {
    let mut found = fired(catalog, action);
    let names: &[Name] = match action {
        Action::Call { procedure } => std::slice::from_ref(procedure),
        Action::Dml(dml) => &dml.calls,
        Action::Execute { name } => {
            let code = catalog.prepared(name);
            found.extend(code.map(|code| (code.clone(), false)));
            return found;
        }
        _ => &[],
    };
    for name in names {
        found.extend(namesakes(catalog, name));
    }
    found
}

/// The code of the functions of this name, each with whether there are several.
fn namesakes(catalog: &Catalog, name: &Name) -> impl Iterator<Item = (Arc<Code>, bool)> {
    let all = catalog.routines(name);
    let several = all.len() > 1;
    all.iter().map(move |code| (code.clone(), several))
}

/// The code of the triggers that a statement fires.
fn fired(catalog: &Catalog, action: &Action) -> Vec<(Arc<Code>, bool)> {
    let mut found = Vec::new();
    match action {
        Action::Dml(dml) if dml.execution == Execution::Whole => {
            if dml.kind == DmlKind::Insert {
                found.extend(defaults(catalog, dml));
            }
            if let Some(target) = &dml.target {
                let kinds = dml.kinds();
                fired_on(catalog, target, &mut found, |at| {
                    kinds.iter().any(|kind| at.fires.on.contains(kind))
                });
            }
        }
        Action::Truncate { tables, .. } => {
            for table in tables {
                fired_on(catalog, table, &mut found, |at| at.fires.on_truncate);
            }
        }
        _ => {}
    }
    found
}

/// The code of the triggers on a table that `fires` asks for.
fn fired_on(
    catalog: &Catalog,
    table: &Name,
    found: &mut Vec<(Arc<Code>, bool)>,
    fires: impl Fn(&Attached) -> bool,
) {
    let Some(table) = catalog.find(table) else {
        return;
    };
    for trigger in table.attached.iter() {
        if trigger.kind == ObjectKind::Trigger && !trigger.disabled && fires(trigger) {
            let code = function(catalog, trigger);
            found.extend(code.map(|code| (code.clone(), trigger.fires.perhaps)));
        }
    }
}

/// The code of a trigger's function.
fn function<'a>(
    catalog: &'a Catalog,
    trigger: &'a Attached,
) -> impl Iterator<Item = &'a Arc<Code>> {
    let functions = trigger.calls.iter();
    functions.flat_map(|function| catalog.routines(&Name::bare(function.clone())))
}

/// The statements that a trigger runs when it fires.
pub(super) fn of_trigger(catalog: &Catalog, trigger: &Attached) -> Run {
    let mut run = Run::default();
    for code in function(catalog, trigger) {
        run.code(catalog, code, false, 0);
    }
    run
}

/// The code behind the defaults of columns that INSERT leaves out.
fn defaults(catalog: &Catalog, dml: &Dml) -> Vec<(Arc<Code>, bool)> {
    let said = dml.default_values || !dml.columns.is_empty();
    let table = dml.target.as_ref().filter(|_| said);
    let Some(table) = table.and_then(|target| catalog.find(target)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for column in table.columns.iter() {
        let Some(default) = &column.default else {
            continue;
        };
        if dml.columns.contains(&column.name) {
            continue;
        }
        default.node.walk(&mut |node| {
            if let ExprNode::Call { function, .. } = node {
                found.extend(namesakes(catalog, function));
            }
        });
    }
    found
}

impl Run {
    fn follow(
        &mut self,
        catalog: &Catalog,
        statement: &Action,
        source: Source,
        conditional: bool,
        depth: usize,
    ) {
        self.followed += 1;
        if depth > DEPTH || self.followed > STATEMENTS {
            self.opaque = true;
            return;
        }
        let called = called(catalog, source.action(statement));
        match source.action(statement) {
            Action::Do { code, .. } => self.code(catalog, code, conditional, depth),
            Action::Call { .. } | Action::Execute { .. } => {}
            _ => self.steps.push(RunStep {
                source,
                conditional,
            }),
        }
        for (code, several) in called {
            self.code(catalog, &code, conditional || several, depth);
        }
    }

    fn code(&mut self, catalog: &Catalog, code: &Arc<Code>, conditional: bool, depth: usize) {
        self.opaque |= code.opaque;
        for (at, step) in code.steps.iter().enumerate() {
            if self.followed > STATEMENTS {
                return;
            }
            let conditional = conditional || step.conditional;
            let source = Source::Code(code.clone(), at);
            self.follow(catalog, &step.action, source, conditional, depth + 1);
        }
    }
}

/// Whether a statement makes a relation.
const fn makes_relations(action: &Action) -> bool {
    matches!(
        action,
        Action::CreateTable(_)
            | Action::CreateTableAs(_)
            | Action::CreateView(_)
            | Action::CreateIndex(_)
            | Action::CreateSequence { .. }
            | Action::CreateComposite { .. }
            | Action::AlterTable(_)
    )
}
