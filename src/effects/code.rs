//! Code that a statement runs: a DO block, a procedure that it calls, a function in its query, statement by statement.

use crate::ir::{
    Action, Code, CodeStep, Dml, DmlKind, Execution, ExprNode, Name, ObjectKind, Repeated,
    Transaction, Unread, UnreadReason, Written,
};
use crate::schema::{Attached, Catalog};
use crate::source::Span;
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
    /// What of that stands in code that the statement names: what triggers do beside is not told.
    pub(super) unread: Vec<Unread>,
    followed: usize,
}

/// One statement of a run.
#[derive(Debug)]
pub(super) struct RunStep {
    source: Source,
    pub(super) conditional: bool,
    /// It may not come to that, or not stay so.
    pub(super) uncertain: bool,
    /// Where the statement that is run has it, or the call that leads to it.
    pub(super) place: Option<Span>,
}

/// Where a statement of a run stands.
#[derive(Clone, Debug)]
enum Source {
    /// It is the one that is run.
    Itself,
    /// In a body of code, at this place.
    Code(Arc<Code>, usize),
    /// There too, but run more or less often than is seen there.
    Counted(Arc<Code>, usize, Arc<Action>),
}

impl Source {
    fn action<'s>(&'s self, statement: &'s Action) -> &'s Action {
        match self {
            Self::Itself => statement,
            Self::Code(code, at) => &code.steps[*at].action,
            Self::Counted(_, _, action) => action,
        }
    }

    fn step(&self) -> Option<&CodeStep> {
        match self {
            Self::Itself => None,
            Self::Code(code, at) | Self::Counted(code, at, _) => Some(&code.steps[*at]),
        }
    }
}

/// How code comes to be run.
#[derive(Clone, Default)]
struct Way {
    conditional: bool,
    uncertain: bool,
    /// The place of the call in the statement that is run.
    place: Option<Span>,
    /// The code is that of the statement itself.
    own: bool,
    /// A trigger or a default leads to it.
    fired: bool,
    /// The loops that call it.
    repeated: Vec<Repeated>,
    depth: usize,
}

impl RunStep {
    /// What it does; `statement` is the one whose run this is a step of.
    pub(super) fn action<'s>(&'s self, statement: &'s Action) -> &'s Action {
        self.source.action(statement)
    }

    /// Whether it runs, and what it does stays.
    pub(super) const fn is_sure(&self) -> bool {
        !self.conditional && !self.uncertain
    }

    /// Whether it stands in a body of code, where it may run more than once.
    pub(super) fn is_in_code(&self) -> bool {
        self.source.step().is_some()
    }

    /// What it does, where it stands in a body of code.
    pub(super) fn in_code(&self) -> Option<&Action> {
        Some(&self.source.step()?.action)
    }

    /// How it is written, where it stands in a body of code.
    pub(super) fn written(&self) -> Option<&Written> {
        Some(&self.source.step()?.written)
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
    let is_code = matches!(action, Action::Do { .. });
    if !is_code && called(catalog, action).is_empty() && fired(catalog, action).is_empty() {
        return None;
    }
    let mut run = Run::default();
    run.follow(catalog, action, Source::Itself, &Way::default());
    if run.commits(action) {
        run.part();
    }
    Some(run)
}

/// The code behind the functions that a statement calls, each with whether that is not sure; of several namesakes the arguments' types choose.
fn called(catalog: &Catalog, action: &Action) -> Vec<(Arc<Code>, bool)> {
    let mut found = Vec::new();
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
    all.iter()
        .map(move |routine| (routine.code.clone(), several))
}

/// The code of the triggers that a statement fires, each with whether that is not sure.
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
    let routines = functions.flat_map(|function| catalog.routines(&Name::bare(function.clone())));
    routines.map(|routine| &routine.code)
}

/// The statements that a trigger runs when it fires.
pub(super) fn of_trigger(catalog: &Catalog, trigger: &Attached) -> Run {
    let mut run = Run::default();
    for code in function(catalog, trigger) {
        run.code(catalog, code, &Way::default());
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
    fn follow(&mut self, catalog: &Catalog, statement: &Action, source: Source, way: &Way) {
        self.followed += 1;
        if way.depth > DEPTH || self.followed > STATEMENTS {
            return self.miss(way, way.place, UnreadReason::Deep);
        }
        let action = source.action(statement);
        let (called, fired) = (called(catalog, action), fired(catalog, action));
        let mut within = way.clone();
        within.own = false;
        if let Action::Dml(dml) = action {
            within.repeated.clone_from(&dml.repeated);
        }
        match action {
            Action::Do { code, .. } => {
                let own = way.depth == 0;
                self.code(catalog, code, &Way { own, ..way.clone() });
            }
            Action::Call { .. } | Action::Execute { .. } => {}
            _ => self.steps.push(RunStep {
                source,
                conditional: way.conditional,
                uncertain: way.uncertain,
                place: way.place,
            }),
        }
        for (code, several) in fired {
            let mut within = within.clone();
            within.fired = true;
            within.conditional |= several;
            self.code(catalog, &code, &within);
        }
        for (code, several) in called {
            let mut within = within.clone();
            within.conditional |= several;
            self.code(catalog, &code, &within);
        }
    }

    fn code(&mut self, catalog: &Catalog, code: &Arc<Code>, way: &Way) {
        for unread in &code.unread {
            let place = if way.own { unread.span } else { way.place };
            self.miss(way, place, unread.reason.clone());
        }
        for (at, step) in code.steps.iter().enumerate() {
            if self.followed > STATEMENTS {
                return;
            }
            let mut within = way.clone();
            within.conditional |= step.conditional;
            within.uncertain |= step.uncertain;
            within.depth += 1;
            if way.own {
                within.place = step.written.span;
            }
            let source = match &step.action {
                Action::Dml(dml) if !way.repeated.is_empty() => {
                    let mut dml = dml.clone();
                    dml.repeated.splice(0..0, way.repeated.iter().cloned());
                    Source::Counted(code.clone(), at, Arc::new(Action::Dml(dml)))
                }
                _ => Source::Code(code.clone(), at),
            };
            self.follow(catalog, &step.action, source, &within);
        }
    }

    /// Each turn of its loops is a transaction of its own.
    fn part(&mut self) {
        for step in &mut self.steps {
            let (Source::Code(code, at) | Source::Counted(code, at, _)) = &step.source else {
                continue;
            };
            if let Action::Dml(dml) = &code.steps[*at].action {
                let once = Dml {
                    repeated: Vec::new(),
                    ..dml.clone()
                };
                step.source = Source::Counted(code.clone(), *at, Arc::new(Action::Dml(once)));
            }
        }
    }

    /// Notes what cannot be seen.
    fn miss(&mut self, way: &Way, span: Option<Span>, reason: UnreadReason) {
        self.opaque = true;
        let unread = Unread { span, reason };
        let computed = |known: &Unread| known.reason == unread.reason;
        let told = unread.reason != UnreadReason::Statement && self.unread.iter().any(computed);
        if !way.fired && !told && !self.unread.contains(&unread) {
            self.unread.push(unread);
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
