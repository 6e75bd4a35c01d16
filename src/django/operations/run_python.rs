//! RunPython: what its function does to tables, read from its body.

use super::arguments::Arguments;
use super::read::Reader;
use crate::django::operation::{OperationKind, RunPython};
use crate::django::value::{Call, Opaque, Value};

const NOOP: &str = "django.db.migrations.RunPython.noop";

impl Reader<'_, '_> {
    pub(super) fn run_python(&mut self, call: &Call) -> Result<OperationKind, Opaque> {
        let given = Arguments::new(call, &["code", "reverse_code", "atomic", "hints"]);
        let path = match given.need("code")? {
            Value::Name(path) => path.clone(),
            Value::Call(call) => match call.args.first() {
                Some(Value::Name(path)) if call.class() == "partial" => path.clone(),
                _ => call.callee.clone(),
            },
            Value::Unknown(opaque) => return Err(opaque.clone()),
            _ => return Err(given.fault("its function is not known".to_owned())),
        };
        let noop = path == NOOP;
        let code = path.rsplit('.').next().unwrap_or_default().to_owned();
        Ok(OperationKind::RunPython(Box::new(RunPython {
            code,
            noop,
            reversible: given.get("reverse_code").is_some(),
            atomic: given.get("atomic").and_then(Value::truth),
            steps: Vec::new(),
            opaque: None,
        })))
    }
}
