//! Operations of the project's own that derive from Django's.

use super::read::{Reader, not_known};
use crate::django::operation::OperationKind;
use crate::django::value::{Call, Opaque};
use ruff_python_ast::{Stmt, StmtClassDef};

/// Methods that an operation may have of its own without running anything else.
const HARMLESS: &[&str] = &[
    "__eq__",
    "__hash__",
    "__init__",
    "__repr__",
    "database_backwards",
    "deconstruct",
    "describe",
    "formatted_description",
    "migration_name_fragment",
    "reduce",
    "references_field",
    "references_model",
];

impl Reader<'_, '_> {
    /// What an operation is whose class the project defines: its base's, with the arguments that reach that.
    pub(super) fn of_subclass(&mut self, call: &Call) -> Result<OperationKind, Opaque> {
        let base = self.evaluator.in_class(&call.callee, |evaluator, class| {
            if let Some(method) = first_own_method(class) {
                return Err(Opaque {
                    span: call.span,
                    reason: format!("{} has a {method} of its own", call.callee),
                });
            }
            let base = evaluator.bases(class).into_iter().next();
            let Some(base) = base else {
                return Err(not_known(call));
            };
            let (args, kwargs) = match evaluator.super_arguments(class, call) {
                Some(Ok(given)) => given,
                Some(Err(())) => {
                    return Err(Opaque {
                        span: call.span,
                        reason: format!(
                            "what {} does with its arguments is not known",
                            call.callee
                        ),
                    });
                }
                None => (call.args.clone(), call.kwargs.clone()),
            };
            Ok(Call {
                receiver: None,
                callee: base,
                args,
                kwargs,
                span: call.span,
            })
        });
        match base {
            Some(Ok(base)) if self.deeper() => self.of_call(&base),
            Some(Err(opaque)) => Err(opaque),
            _ => Err(not_known(call)),
        }
    }
}

/// A method that changes what the operation runs.
fn first_own_method(class: &StmtClassDef) -> Option<&str> {
    class.body.iter().find_map(|statement| match statement {
        Stmt::FunctionDef(function) if !HARMLESS.contains(&function.name.as_str()) => {
            Some(function.name.as_str())
        }
        _ => None,
    })
}
