//! Operations of the project's own that derive from Django's.

use super::arguments::not_known;
use super::asks_base::Asks;
use super::body::Body;
use super::functions::Passed;
use super::read::Reader;
use super::things::{Done, Thing};
use crate::django::operation::{Deed, Operation, OperationKind};
use crate::django::value::{Call, Opaque};
use ruff_python_ast::{Stmt, StmtClassDef, StmtFunctionDef};

/// Django's class that runs nothing and changes no state by itself.
const PLAIN: &str = "django.db.migrations.Operation";
/// Methods that decide what an operation runs and what it makes of the state.
const FORWARDS: &str = "database_forwards";
const STATE: &str = "state_forwards";

/// What a class makes of the operation that it derives from.
struct Derived {
    /// The same call, to the base.
    base: Call,
    /// What its own `database_forwards` does, where that leaves the base's out.
    instead: Option<Done>,
    /// Whether its own `state_forwards` leaves the base's out.
    stateless: bool,
    /// What was not understood.
    notes: Vec<String>,
}

impl Reader<'_, '_> {
    /// What an operation is whose class the project defines: its base's, with the arguments that reach that, and what its own methods do.
    pub(super) fn of_subclass(&mut self, call: &Call) -> Result<OperationKind, Opaque> {
        let derived = self
            .evaluator
            .in_class(&call.callee, |evaluator, class| {
                let base = evaluator
                    .bases(class)
                    .into_iter()
                    .next()
                    .ok_or_else(|| not_known(call))?;
                let (args, kwargs) = match evaluator.super_arguments(class, call) {
                    Some(Ok(given)) => given,
                    Some(Err(())) if base != PLAIN => {
                        return Err(Opaque {
                            span: call.span,
                            reason: format!(
                                "what {} does with its arguments is not known",
                                call.callee
                            ),
                        });
                    }
                    _ => (call.args.clone(), call.kwargs.clone()),
                };
                let mut derived = Derived {
                    base: Call {
                        receiver: None,
                        callee: base,
                        args,
                        kwargs,
                        span: call.span,
                    },
                    instead: None,
                    stateless: false,
                    notes: Vec::new(),
                };
                if let Some(forwards) = method(class, FORWARDS) {
                    let name = format!("{}.{FORWARDS}", call.callee);
                    match evaluator.asks_base(forwards, FORWARDS) {
                        Asks::Always => {}
                        Asks::Perhaps => derived
                            .notes
                            .push(format!("{name} decides whether it runs")),
                        Asks::Never => {
                            let body = Body::new(evaluator);
                            derived.instead = Some(body.read_forwards(forwards).moved(call.span));
                        }
                    }
                }
                if let Some(state) = method(class, STATE) {
                    derived.stateless = evaluator.asks_base(state, STATE) == Asks::Never;
                    if derived.stateless && !does_nothing(state) {
                        derived
                            .notes
                            .push(format!("what {}.{STATE} does is not known", call.callee));
                    }
                }
                Ok(derived)
            })
            .unwrap_or_else(|| Err(not_known(call)))?;
        self.of_derived(derived, call)
    }

    fn of_derived(&mut self, derived: Derived, call: &Call) -> Result<OperationKind, Opaque> {
        if !self.deeper() {
            return Err(not_known(call));
        }
        let unread = |done: &Done| done.opaque.as_ref().map(|opaque| opaque.reason.clone());
        let reasons = derived
            .notes
            .into_iter()
            .chain(derived.instead.as_ref().and_then(unread));
        self.notes.extend(reasons.map(|reason| Opaque {
            span: call.span,
            reason,
        }));
        let base = match derived.base.callee.as_str() {
            PLAIN => None,
            _ => Some(self.of_call(&derived.base)?),
        };
        let state = base.clone().filter(|_| !derived.stateless);
        let state_operations = state.map(|kind| Operation {
            span: call.span,
            kind,
        });
        Ok(match (derived.instead, base) {
            (Some(done), _) => OperationKind::RunSql {
                sql: done.deeds.into_iter().filter_map(Deed::sql).collect(),
                reverse: Some(Err(Opaque {
                    span: call.span,
                    reason: format!("what {} does on the way back is not read", call.callee),
                })),
                state_operations: state_operations.into_iter().collect(),
            },
            (None, Some(base)) if !derived.stateless => base,
            (None, base) => OperationKind::SeparateDatabaseAndState {
                database_operations: base
                    .map(|kind| Operation {
                        span: call.span,
                        kind,
                    })
                    .into_iter()
                    .collect(),
                state_operations: state_operations.into_iter().collect(),
            },
        })
    }
}

impl<'a> Body<'_, 'a> {
    /// What a `database_forwards(self, app_label, schema_editor, from_state, to_state)` does.
    fn read_forwards(mut self, function: &'a StmtFunctionDef) -> Done {
        let things = [Thing::Other, Thing::Other, Thing::SchemaEditor];
        self.call(function, &Passed::things(&things));
        self.done
    }
}

/// A method of a class, by its name.
pub(super) fn method<'c>(class: &'c StmtClassDef, name: &str) -> Option<&'c StmtFunctionDef> {
    let mut functions = class.body.iter().filter_map(Stmt::as_function_def_stmt);
    functions.find(|function| function.name.as_str() == name)
}

/// `pass`, or words alone.
fn does_nothing(function: &StmtFunctionDef) -> bool {
    function.body.iter().all(|statement| match statement {
        Stmt::Pass(_) => true,
        Stmt::Expr(expression) => expression.value.is_string_literal_expr(),
        Stmt::Return(result) => result.value.is_none(),
        _ => false,
    })
}
