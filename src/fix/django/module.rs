//! The file of a migration, as far as it is changed: its imports, and what its class holds.

use crate::django::syntax;
use crate::source::Span;
use ruff_python_ast::{Expr, ExprCall, Stmt, StmtClassDef};
use ruff_text_size::Ranged;

/// Where the operations stand that PostgreSQL alone has.
pub(super) const POSTGRES: &str = "django.contrib.postgres.operations";

/// What is read of a file.
pub(super) struct Module<'t> {
    pub(super) text: &'t str,
    pub(super) imports: Vec<Import>,
    /// Where the first statement of the class begins.
    pub(super) body: usize,
    /// Whether the class says that it runs outside a transaction.
    pub(super) is_unwrapped: bool,
    /// Labels and names.
    pub(super) dependencies: Vec<(String, String)>,
    pub(super) operations: Vec<Operation<'t>>,
}

/// An import at the top.
pub(super) struct Import {
    pub(super) span: Span,
    pub(super) module: String,
    /// The names that it binds.
    pub(super) names: Vec<String>,
}

/// One of the operations.
pub(super) struct Operation<'t> {
    pub(super) span: Span,
    /// What is called: `migrations.AddIndex`.
    pub(super) callee: Span,
    /// Its last name.
    pub(super) class: &'t str,
    call: ExprCall,
}

fn span(node: &impl Ranged) -> Span {
    Span::new(node.start().to_usize(), node.end().to_usize())
}

impl<'t> Module<'t> {
    /// Reads a file; nothing where its operations are not a list that is written out.
    pub(super) fn read(text: &'t str) -> Option<Self> {
        let syntax = syntax::parse(text);
        if !syntax.problems.is_empty() {
            return None;
        }
        let class = syntax.body.iter().find_map(|it| match it {
            Stmt::ClassDef(class) if class.name.as_str() == "Migration" => Some(class),
            _ => None,
        })?;
        let operations = list(class, "operations")?
            .iter()
            .map(|it| operation(text, it));
        let dependencies = list(class, "dependencies").unwrap_or_default().iter();
        let strings = |it: &Expr| match it {
            Expr::Tuple(tuple) => match tuple.elts.as_slice() {
                [Expr::StringLiteral(app), Expr::StringLiteral(name)] => Some((
                    app.value.to_str().to_owned(),
                    name.value.to_str().to_owned(),
                )),
                _ => None,
            },
            _ => None,
        };
        Some(Self {
            text,
            imports: syntax.body.iter().filter_map(import).collect(),
            body: span(class.body.first()?).start,
            is_unwrapped: class.body.iter().any(|it| {
                let name = assigned(it).map(|(name, _)| name);
                name == Some("atomic")
            }),
            dependencies: dependencies.filter_map(strings).collect(),
            operations: operations.collect::<Option<_>>()?,
        })
    }

    /// Whether an import binds this name.
    pub(super) fn binds(&self, name: &str) -> bool {
        let mut names = self.imports.iter().flat_map(|import| &import.names);
        names.any(|it| it == name)
    }

    /// An operation with its comma and its line, where nothing else stands in that.
    pub(super) fn line_of(&self, operation: &Operation<'_>) -> Span {
        let text = self.text;
        let mut end = operation.span.end;
        if text[end..].starts_with(',') {
            end += 1;
        }
        let start = text[..operation.span.start]
            .rfind('\n')
            .map_or(0, |at| at + 1);
        let line = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
        let is_own = text[start..operation.span.start].trim().is_empty()
            && text[end..line].trim().is_empty();
        if is_own {
            Span::new(start, line)
        } else {
            Span::new(operation.span.start, end)
        }
    }

    /// The edit that imports these names from a module.
    pub(super) fn import(&self, module: &str, names: &mut Vec<&'static str>) -> (Span, String) {
        names.sort_unstable();
        names.dedup();
        if let Some(known) = self.imports.iter().find(|it| it.module == module) {
            names.retain(|name| !known.names.iter().any(|it| it == name));
            let text = self.text[known.span.start..known.span.end].trim_end_matches(')');
            let text = text.trim_end();
            let at = known.span.start + text.len();
            let comma = if text.ends_with(',') { " " } else { ", " };
            let more = if names.is_empty() {
                String::new()
            } else {
                format!("{comma}{}", names.join(", "))
            };
            return (Span::new(at, at), more);
        }
        let line = format!("from {module} import {}", names.join(", "));
        // As isort has it.
        let next = self
            .imports
            .iter()
            .find(|it| it.module.as_str() > module && it.module.starts_with("django"));
        match (next, self.imports.last()) {
            (Some(next), _) => (
                Span::new(next.span.start, next.span.start),
                format!("{line}\n"),
            ),
            (None, Some(last)) => (Span::new(last.span.end, last.span.end), format!("\n{line}")),
            (None, None) => (Span::new(0, 0), format!("{line}\n")),
        }
    }
}

impl Operation<'_> {
    /// The call that validates what this one adds.
    pub(super) fn validation(&self, text: &str) -> Option<String> {
        let argument = |name: &str, at: usize| self.call.arguments.find_argument_value(name, at);
        let model = span(argument("model_name", 0)?);
        let Expr::Call(constraint) = argument("constraint", 1)? else {
            return None;
        };
        let name = span(&constraint.arguments.find_keyword("name")?.value);
        Some(format!(
            "ValidateConstraint(\n            model_name={},\n            name={},\n        )",
            &text[model.start..model.end],
            &text[name.start..name.end]
        ))
    }
}

fn import(statement: &Stmt) -> Option<Import> {
    let (module, names) = match statement {
        Stmt::Import(import) => (String::new(), &import.names),
        Stmt::ImportFrom(import) => {
            let module = import.module.as_ref().map(ToString::to_string);
            (module.unwrap_or_default(), &import.names)
        }
        _ => return None,
    };
    let bound = names.iter().map(|alias| {
        let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
        name.split('.').next().unwrap_or(name).to_owned()
    });
    Some(Import {
        span: span(statement),
        module,
        names: bound.collect(),
    })
}

/// What a statement of a class gives a name to.
fn assigned(statement: &Stmt) -> Option<(&str, &Expr)> {
    match statement {
        Stmt::Assign(assign) => match assign.targets.as_slice() {
            [Expr::Name(name)] => Some((name.id.as_str(), &*assign.value)),
            _ => None,
        },
        _ => None,
    }
}

fn list<'c>(class: &'c StmtClassDef, name: &str) -> Option<&'c [Expr]> {
    let mut assigned = class.body.iter().filter_map(assigned);
    match assigned.find(|(it, _)| *it == name)?.1 {
        Expr::List(list) => Some(&list.elts),
        _ => None,
    }
}

fn operation<'t>(text: &'t str, expression: &Expr) -> Option<Operation<'t>> {
    let Expr::Call(call) = expression else {
        return None;
    };
    let callee = span(&*call.func);
    let name = text.get(callee.start..callee.end)?;
    Some(Operation {
        span: span(call),
        callee,
        class: name.rsplit('.').next()?,
        call: call.clone(),
    })
}
