//! RunPython: what its function does to tables, read from its body.

use super::arguments::Arguments;
use super::body::Body;
use super::functions::Passed;
use super::read::Reader;
use super::subclass::method;
use super::things::{Done, Thing};
use crate::django::operation::{OperationKind, RunPython};
use crate::django::value::{Call, Opaque, Value};
use crate::source::Span;

const NOOP: &str = "django.db.migrations.RunPython.noop";

impl Reader<'_, '_> {
    pub(super) fn run_python(&mut self, call: &Call) -> Result<OperationKind, Opaque> {
        let given = Arguments::new(call, &["code", "reverse_code", "atomic", "hints"]);
        let mut code = self.function(given.need("code")?, &given, call.span)?;
        let reverse = given
            .get("reverse_code")
            .filter(|value| is_given(Some(value)));
        code.reverse = reverse.map(|value| {
            let read = self.function(value, &given, call.span);
            Box::new(read.unwrap_or_else(RunPython::opaque))
        });
        Ok(OperationKind::RunPython(Box::new(code)))
    }

    /// What the function does that this value stands for.
    fn function(
        &mut self,
        value: &Value,
        given: &Arguments<'_>,
        at: Span,
    ) -> Result<RunPython, Opaque> {
        let mut bound = Passed::default();
        let path = match value {
            Value::Name(path) => path.clone(),
            Value::Call(call) => match &*call.args {
                [Value::Name(path), more @ ..] if call.class() == "partial" => {
                    let given = |value: &Value| (Thing::Other, Some(value.clone()));
                    bound.positional = more.iter().map(given).collect();
                    let named = call.kwargs.iter();
                    bound.named = named
                        .map(|(name, value)| (name.clone(), Thing::Other, Some(value.clone())))
                        .collect();
                    path.clone()
                }
                _ => call.callee.clone(),
            },
            Value::Unknown(opaque) => return Err(opaque.clone()),
            _ => return Err(given.fault("its function is not known".to_owned())),
        };
        let noop = path == NOOP || !self.is_allowed(given.get("hints"));
        let found = if noop {
            Done::default()
        } else {
            self.read_function(&path, bound, at)
        };
        let code = path.rsplit('.').next().unwrap_or_default();
        let code = code.split(':').next().unwrap_or_default().to_owned();
        Ok(RunPython {
            code,
            noop,
            reverse: None,
            atomic: given.get("atomic").and_then(Value::truth),
            deeds: found.deeds,
            of_today: found.of_today,
            loads: found.loads,
            opaque: found.opaque,
        })
    }

    /// What the function at this path does.
    fn read_function(&mut self, path: &str, bound: Passed, at: Span) -> Done {
        let not_found = || Done {
            opaque: Some(Opaque {
                span: at,
                reason: format!("{path} is not found in the project"),
            }),
            ..Done::default()
        };
        if let Some(lambda) = self.evaluator.own_lambda(path) {
            return Body::new(self.evaluator).read_lambda(lambda);
        }
        let own = self.evaluator.own_function(path);
        if let Some(function) = own {
            return Body::new(self.evaluator).read(function, bound);
        }
        let read = self.evaluator.in_function(path, |evaluator, function| {
            Body::new(evaluator).read(function, bound)
        });
        let read = read.or_else(|| {
            // An object that can be called.
            self.evaluator.in_class(path, |evaluator, class| {
                let itself = bound_to_itself();
                let call = method(class, "__call__")?;
                Some(Body::new(evaluator).read(call, itself))
            })?
        });
        // The places of another file say nothing here.
        read.map_or_else(not_found, |done| done.moved(at))
    }
}

/// Whether an argument is there, and not `None`.
pub(super) fn is_given(value: Option<&Value>) -> bool {
    value.is_some_and(|value| *value != Value::None)
}

/// What a method is called with first.
fn bound_to_itself() -> Passed {
    Passed::things(&[Thing::Other])
}
