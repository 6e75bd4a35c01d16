//! The arguments of an operation by their names.

use crate::django::value::{Call, Opaque, Value};

/// A call's arguments, each under the name of its parameter.
pub(super) struct Arguments<'c> {
    call: &'c Call,
    parameters: &'static [&'static str],
}

impl<'c> Arguments<'c> {
    pub(super) fn new(call: &'c Call, parameters: &'static [&'static str]) -> Self {
        Self { call, parameters }
    }

    pub(super) fn get(&self, name: &str) -> Option<&'c Value> {
        let position = self
            .parameters
            .iter()
            .position(|parameter| *parameter == name);
        self.call
            .keyword(name)
            .or_else(|| self.call.args.get(position?))
            .filter(|value| **value != Value::None)
    }

    /// The argument, or what is missing.
    pub(super) fn need(&self, name: &str) -> Result<&'c Value, Opaque> {
        if let Some(Value::Unknown(opaque)) = self.call.keyword("**") {
            return Err(opaque.clone());
        }
        self.get(name)
            .ok_or_else(|| self.fault(format!("{name} is missing")))
    }

    /// A string that must be known.
    pub(super) fn text(&self, name: &str) -> Result<String, Opaque> {
        match self.need(name)? {
            Value::Str(text) => Ok(text.text.clone()),
            Value::Unknown(opaque) => Err(opaque.clone()),
            _ => Err(self.fault(format!("{name} is not known"))),
        }
    }

    /// A string that may be left out.
    pub(super) fn optional_text(&self, name: &str) -> Result<Option<String>, Opaque> {
        self.get(name).map(|_| self.text(name)).transpose()
    }

    pub(super) fn flag(&self, name: &str, default: bool) -> bool {
        self.get(name).and_then(Value::truth).unwrap_or(default)
    }

    /// The items of a list that may be left out.
    pub(super) fn list(&self, name: &str) -> Result<Vec<Value>, Opaque> {
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(Value::Unknown(opaque)) => Err(opaque.clone()),
            Some(value) => value
                .iterated()
                .ok_or_else(|| self.fault(format!("{name} is not known"))),
        }
    }

    /// The strings of a list that may be left out.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>, Opaque> {
        let items = self.list(name)?;
        let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
        let texts: Option<Vec<String>> = texts.collect();
        texts.ok_or_else(|| self.fault(format!("{name} is not known")))
    }

    /// The entries of a dictionary that may be left out.
    pub(super) fn entries(&self, name: &str) -> Result<Vec<(String, Value)>, Opaque> {
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(Value::Dict(items)) => Ok(items
                .iter()
                .filter_map(|(key, value)| Some((key.as_str()?.to_owned(), value.clone())))
                .collect()),
            Some(Value::Unknown(opaque)) => Err(opaque.clone()),
            Some(_) => Err(self.fault(format!("{name} is not known"))),
        }
    }

    pub(super) fn fault(&self, reason: String) -> Opaque {
        Opaque {
            span: self.call.span,
            reason,
        }
    }
}

/// A class that no operation of Django's is made by.
pub(super) fn not_known(call: &Call) -> Opaque {
    Opaque {
        span: call.span,
        reason: format!("{} is no operation of Django's", call.callee),
    }
}
