//! Code that a statement runs: a DO block, a procedure that it calls, a function in its query, statement by statement.

use crate::ir::{Action, Code, CodeStep, Dml, DmlKind, Execution, ExprNode, Name, ObjectKind};
use crate::schema::{Attached, Catalog};

/// Functions that call each other are followed so far.
const DEPTH: usize = 6;
/// And so many statements are looked at.
const STATEMENTS: usize = 500;

/// What a statement comes to.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// The statement itself, unless it is nothing but a call, and those that it makes run, in order.
    pub(super) steps: Vec<CodeStep>,
    /// Some of it cannot be seen.
    pub(super) opaque: bool,
    followed: usize,
}

/// Everything that a statement makes run; `None` for the many statements that are only what they are.
pub(super) fn run(catalog: &Catalog, action: &Action) -> Option<Run> {
    if called(catalog, action).is_empty() && !matches!(action, Action::Do { .. }) {
        return None;
    }
    let mut run = Run::default();
    run.follow(catalog, action, false, 0);
    Some(run)
}

/// The code behind the functions that a statement calls, and behind the triggers that it fires, each with whether that is not sure; of several namesakes the
/// arguments' types choose.
fn called<'a>(catalog: &'a Catalog, action: &Action) -> Vec<(&'a Code, bool)> {
    let mut found = fired(catalog, action);
    let names: &[Name] = match action {
        Action::Call { procedure } => std::slice::from_ref(procedure),
        Action::Dml(dml) => &dml.calls,
        Action::Execute { name } => {
            let code = catalog.prepared(name);
            found.extend(code.map(|code| (code, false)));
            return found;
        }
        _ => &[],
    };
    for name in names {
        let namesakes = catalog.routines(name);
        let several = namesakes.len() > 1;
        found.extend(namesakes.iter().map(|code| (&**code, several)));
    }
    found
}

/// The code of the triggers that a statement fires.
fn fired<'a>(catalog: &'a Catalog, action: &Action) -> Vec<(&'a Code, bool)> {
    let (tables, kinds): (Vec<&Name>, Vec<DmlKind>) = match action {
        Action::Dml(dml) if dml.execution == Execution::Whole => {
            (dml.target.iter().collect(), dml.kinds())
        }
        Action::Truncate { tables, .. } => (tables.iter().collect(), Vec::new()),
        _ => return Vec::new(),
    };
    let mut found = Vec::new();
    if let Action::Dml(dml) = action
        && dml.kind == DmlKind::Insert
    {
        found.extend(defaults(catalog, dml));
    }
    for table in tables.into_iter().filter_map(|table| catalog.find(table)) {
        let fires = |at: &&Attached| {
            let on = match kinds[..] {
                [] => at.fires.on_truncate,
                _ => kinds.iter().any(|kind| at.fires.on.contains(kind)),
            };
            at.kind == ObjectKind::Trigger && !at.disabled && on
        };
        for trigger in table.attached.iter().filter(fires) {
            let code = function(catalog, trigger);
            found.extend(code.map(|code| (code, trigger.fires.perhaps)));
        }
    }
    found
}

/// The code of a trigger's function.
fn function<'a>(catalog: &'a Catalog, trigger: &'a Attached) -> impl Iterator<Item = &'a Code> {
    let functions = trigger.calls.iter();
    functions.flat_map(|function| {
        let namesakes = catalog.routines(&Name::bare(function.clone()));
        namesakes.iter().map(|code| &**code)
    })
}

/// The statements that a trigger surely runs whenever it fires.
pub(super) fn of_trigger(catalog: &Catalog, trigger: &Attached) -> Vec<Action> {
    let mut run = Run::default();
    for code in function(catalog, trigger) {
        run.code(catalog, code, false, 0);
    }
    let sure = run.steps.into_iter().filter(|step| !step.conditional);
    sure.map(|step| step.action).collect()
}

/// The code behind the defaults of columns that INSERT leaves out.
fn defaults<'a>(catalog: &'a Catalog, dml: &Dml) -> Vec<(&'a Code, bool)> {
    let table = dml.target.as_ref().and_then(|target| catalog.find(target));
    let said = dml.default_values || !dml.columns.is_empty();
    let columns = table
        .filter(|_| said)
        .map_or(&[][..], |table| &table.columns);
    let mut found = Vec::new();
    for column in columns {
        let left_out = !dml.columns.contains(&column.name);
        let Some(default) = column.default.as_ref().filter(|_| left_out) else {
            continue;
        };
        default.node.walk(&mut |node| {
            if let ExprNode::Call { function, .. } = node {
                let namesakes = catalog.routines(function);
                found.extend(namesakes.iter().map(|code| (&**code, namesakes.len() > 1)));
            }
        });
    }
    found
}

impl Run {
    fn follow(&mut self, catalog: &Catalog, action: &Action, conditional: bool, depth: usize) {
        self.followed += 1;
        if depth > DEPTH || self.followed > STATEMENTS {
            self.opaque = true;
            return;
        }
        match action {
            Action::Do { code, .. } => self.code(catalog, code, conditional, depth),
            Action::Call { .. } | Action::Execute { .. } => {}
            plain => self.steps.push(CodeStep {
                action: plain.clone(),
                conditional,
            }),
        }
        for (code, several) in called(catalog, action) {
            self.code(catalog, code, conditional || several, depth);
        }
    }

    fn code(&mut self, catalog: &Catalog, code: &Code, conditional: bool, depth: usize) {
        self.opaque |= code.opaque;
        for step in &code.steps {
            if self.followed > STATEMENTS {
                return;
            }
            let conditional = conditional || step.conditional;
            self.follow(catalog, &step.action, conditional, depth + 1);
        }
    }
}
