//! What a RunPython function was seen to do, with the loops and transactions around it.

use super::body::Body;
use super::things::{Around, Rows};
use crate::django::operation::{
    DataStep, DataVerb, Deed, DeedKind, Extent, Looped, ModelName, SqlText,
};
use crate::django::syntax::{span, span_of};
use crate::django::value::Value;
use crate::source::Span;
use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;
use std::collections::HashSet;

impl<'a> Body<'_, 'a> {
    /// Rows of a model are read.
    pub(super) fn reads(&mut self, model: ModelName, rows: Rows, span: Span) {
        self.step(DataStep {
            span,
            model,
            relation: None,
            verb: DataVerb::Read,
            fields: Vec::new(),
            extent: rows.extent,
            locks: rows.locks,
            looped: self.looped(),
        });
    }

    /// Rows of a model, or of a relation of it, are written: these many, in these fields.
    pub(super) fn writes(
        &mut self,
        verb: DataVerb,
        model: ModelName,
        relation: Option<String>,
        (extent, mut fields): (Extent, Vec<String>),
        span: Span,
    ) {
        let mut seen = HashSet::new();
        fields.retain(|field| seen.insert(field.clone()));
        self.step(DataStep {
            span,
            model,
            relation,
            verb,
            fields,
            extent,
            locks: false,
            looped: self.looped(),
        });
    }

    /// SQL that is executed as such.
    pub(super) fn execute(&mut self, call: &'a ExprCall) {
        let at = span(call.range());
        let sql = call
            .arguments
            .find_argument_value("sql", 0)
            .map(|sql| (sql, self.evaluator.value(sql)));
        let params = call.arguments.find_argument_value("params", 1);
        let params = params.map(|params| self.evaluator.value(params));
        let params = match params {
            None | Some(Value::None) => None,
            Some(params) => Some(params.iterated().unwrap_or_default()),
        };
        match sql {
            Some((expression, Value::Str(text))) => {
                let span = match (text.pieces.first(), text.pieces.last()) {
                    (Some(first), Some(last)) if first.span.start <= last.span.end => {
                        first.span.to(last.span)
                    }
                    _ => span_of(expression),
                };
                self.deed(DeedKind::Sql(SqlText { text, params, span }));
            }
            _ => self.opaque(at, "the SQL that it executes is not known"),
        }
    }

    fn step(&mut self, step: DataStep) {
        let known = self
            .done
            .deeds
            .iter()
            .any(|deed| matches!(&deed.kind, DeedKind::Rows(known) if *known == step));
        if !known {
            self.deed(DeedKind::Rows(step));
        }
    }

    fn deed(&mut self, kind: DeedKind) {
        let is_loop = |around: &Around| !matches!(around, Around::Atomic(_));
        let first_loop = self.around.iter().position(is_loop);
        let (before, inside) = self
            .around
            .split_at(first_loop.unwrap_or(self.around.len()));
        let block = before.iter().find_map(|around| match around {
            Around::Atomic(block) => Some(*block),
            _ => None,
        });
        let turn_commits = block.is_none() && !inside.iter().all(is_loop);
        self.done.deeds.push(Deed {
            kind,
            block,
            turn_commits,
            doubtful: self.doubtful,
        });
    }

    /// How often what is looked at is done.
    fn looped(&self) -> Looped {
        if self.around.contains(&Around::Batches) {
            Looped::Batches
        } else if self.around.contains(&Around::Rows) {
            Looped::Rows
        } else {
            Looped::Once
        }
    }
}
