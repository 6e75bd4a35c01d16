//! Python expressions to values, as far as that can be decided without running anything.

mod builtins;
mod calls;
mod classes;
mod collections;
mod expressions;
mod files;
mod handed_on;
mod imports;
mod methods;
mod names;
mod objects;
mod operators;
pub(super) mod random;
mod routers;
mod statements;
mod strings;
mod undecided;
mod well_known;
mod world;

pub use classes::{CustomField, DECIDING};
pub use world::{ModuleName, Namespace, World};

use super::value::{Opaque, Value};
use crate::source::{SourceFile, Span};
use ruff_python_ast::{ExprLambda, StmtClassDef, StmtFunctionDef};
use std::collections::HashMap;

/// How many expressions one module may take to evaluate.
const MAX_STEPS: usize = 2_000_000;
/// What the name of a function without one begins with.
const LAMBDA: &str = "lambda:";
/// How deep expressions, and functions that are read where they are called, may nest.
const MAX_DEPTH: usize = 120;
/// A value of more parts is large.
const LARGE: usize = 100;
/// How many values may be copied from names before large ones are no more.
const MAX_COPIED: usize = 5_000_000;
/// How many items or bytes a computed list or string may have.
const MAX_SIZE: usize = 4_000_000;

/// The names of one module, class body, function or comprehension.
type Scope = HashMap<String, Value>;

/// Evaluates what stands in one module.
#[derive(Debug)]
pub struct Evaluator<'a> {
    world: &'a World,
    module: ModuleName,
    file: &'a SourceFile,
    /// Innermost last.
    scopes: Vec<Scope>,
    functions: HashMap<String, &'a StmtFunctionDef>,
    classes: HashMap<String, &'a StmtClassDef>,
    lambdas: Vec<&'a ExprLambda>,
    /// What was taken out of lists and dictionaries, by the place of the call.
    taken: HashMap<Span, Value>,
    /// Modules of Django of which all names are imported.
    stars: Vec<String>,
    /// The modules whose evaluation led here, this one last.
    importing: Vec<String>,
    /// An import was cut short by the bounds, so that what is known depends on where it began.
    cut: bool,
    depth: usize,
    steps: usize,
    /// How many values were copied from names.
    copied: usize,
}

impl<'a> Evaluator<'a> {
    /// To evaluate the statements of `file`, which is imported as `module`.
    #[must_use]
    pub fn new(world: &'a World, module: ModuleName, file: &'a SourceFile) -> Self {
        Self {
            importing: vec![module.name.clone()],
            world,
            module,
            file,
            scopes: vec![Scope::new()],
            functions: HashMap::new(),
            classes: HashMap::new(),
            lambdas: Vec::new(),
            taken: HashMap::new(),
            stars: Vec::new(),
            cut: false,
            depth: 0,
            steps: 0,
            copied: 0,
        }
    }

    /// The class of this name that the module defines.
    #[must_use]
    pub fn class(&self, name: &str) -> Option<&'a StmtClassDef> {
        self.classes.get(name).copied()
    }

    /// The function of this name that the module defines.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<&'a StmtFunctionDef> {
        self.functions.get(name).copied()
    }

    /// Whether the project's routers let migrations of an app run, given these hints.
    pub(crate) fn allows(&self, app: &str, hints: &[(String, Value)]) -> bool {
        self.world.allows(app, None, hints)
    }

    /// `AUTH_USER_MODEL`.
    #[must_use]
    pub fn auth_user(&self) -> &str {
        &self.world.auth_user
    }

    /// The name under which a function without one is found again.
    fn lambda(&mut self, lambda: &'a ExprLambda) -> String {
        let known = self.lambdas.iter().position(|known| *known == lambda);
        let at = known.unwrap_or_else(|| {
            self.lambdas.push(lambda);
            self.lambdas.len() - 1
        });
        format!("{LAMBDA}{at}")
    }

    /// The function without a name that is meant by this name.
    #[must_use]
    pub fn own_lambda(&self, path: &str) -> Option<&'a ExprLambda> {
        let at: usize = path.strip_prefix(LAMBDA)?.parse().ok()?;
        self.lambdas.get(at).copied()
    }

    /// The dotted path of what the module defines under this name.
    fn own(&self, name: &str) -> String {
        format!("{}.{name}", self.module.name)
    }

    /// What a name is bound to; lists that hold one another may be larger than any memory.
    fn lookup(&mut self, name: &str) -> Option<Value> {
        let mut scopes = self.scopes.iter().rev();
        let found = scopes.find_map(|scope| scope.get(name))?;
        let (count, depth) = found.extent();
        self.copied += count;
        let is_large = count > LARGE && self.copied > MAX_COPIED;
        if is_large || depth > MAX_DEPTH {
            return Some(unknown(Span::default(), format!("{name} is too large")));
        }
        Some(found.clone())
    }

    fn bind(&mut self, name: &str, value: Value) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.to_owned(), value);
        }
    }

    /// What the innermost scope binds, after its statements were run in it.
    fn scoped(&mut self, run: impl FnOnce(&mut Self)) -> Scope {
        self.scopes.push(Scope::new());
        run(self);
        self.scopes.pop().unwrap_or_default()
    }
}

/// A value that cannot be decided.
fn unknown(span: Span, reason: impl Into<String>) -> Value {
    Value::Unknown(Opaque {
        span,
        reason: reason.into(),
    })
}
