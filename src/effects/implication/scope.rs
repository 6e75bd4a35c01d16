//! From an expression as it is written to a term, constants folded as `eval_const_expressions` folds them.

use super::fold;
use super::kind::{Kind, Type};
use super::term::{Term, Typed};
use super::value::{Reader, Value};
use crate::ir::{ColumnRef, ExprNode, Name, TypeName};
use crate::schema::{Catalog, Relation};
use crate::sql::string_value;

/// A relation whose columns expressions name, and what else the meaning of a constant depends on.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) relation: &'a Relation,
    /// Whether the session's time zone is known to be UTC.
    pub(super) universal: bool,
    /// Which columns are the relation's, where it may go by another name.
    pub(super) alias: Option<&'a dyn Fn(&ColumnRef) -> bool>,
}

impl Scope<'_> {
    /// What an expression computes, as far as it can be told.
    pub(super) fn read(self, node: &ExprNode) -> Option<Typed> {
        match node {
            ExprNode::Null => Some(Typed::new(Term::Constant(Value::Null), None)),
            ExprNode::Constant(text) => literal(text),
            ExprNode::Column(column) => self.column(column),
            ExprNode::Cast { expr, ty } => self.cast(expr, ty),
            ExprNode::Collate { expr, collation } => {
                Some(collated(self.read(expr)?, &collation.name))
            }
            ExprNode::Call {
                function,
                arguments,
            } => {
                let arguments = arguments.iter().map(|one| self.read(one));
                fold::call(function, arguments.collect::<Option<_>>()?)
            }
            ExprNode::Binary {
                operator,
                left,
                right,
            } => fold::operator(operator, self.read(left)?, self.read(right)?),
            _ => None,
        }
    }

    fn column(self, column: &ColumnRef) -> Option<Typed> {
        let own = match (self.alias, &column.table) {
            (Some(own), _) => own(column),
            (None, table) => table
                .as_ref()
                .is_none_or(|table| *table == self.relation.name),
        };
        let known = self.relation.column(&column.name).filter(|_| own)?;
        let ty = Type::named(self.catalog, known.ty.as_ref()?);
        let collation = known.collation.as_ref().map(|name| name.name.clone());
        Some(Typed {
            collation: collation.filter(|name| name != "default"),
            ..Typed::new(Term::Column(column.name.clone()), Some(ty))
        })
    }

    fn cast(self, expr: &ExprNode, name: &TypeName) -> Option<Typed> {
        let ty = Type::named(self.catalog, name);
        let inner = self.read(expr)?;
        if name.name.name == "regclass"
            && let Some(Value::Text(relation)) = inner.constant()
        {
            let known = self.catalog.find(&Name::from_text(relation))?;
            let value = Value::Int(known.id.0.into());
            return Some(Typed::new(Term::Constant(value), Some(Kind::Oid.into())));
        }
        self.coerced(inner, &ty)
    }

    /// A value made one of a type.
    pub(super) fn coerced(self, typed: Typed, ty: &Type) -> Option<Typed> {
        let term = match (&typed.term, &typed.ty) {
            (Term::Constant(Value::Text(text)), None) => {
                Term::Constant(self.reader(ty).read(text, ty)?)
            }
            (Term::Constant(value), Some(from)) => match value.cast(&from.kind, ty) {
                Some(value) => Term::Constant(value),
                None => Term::Cast(Box::new(typed.term.clone()), ty.clone()),
            },
            (_, Some(from)) if !is_relabelled(from, ty) => {
                Term::Cast(Box::new(typed.term.clone()), ty.clone())
            }
            _ => typed.term.clone(),
        };
        Some(Typed {
            term,
            ty: Some(ty.clone()),
            ..typed
        })
    }

    fn reader(&self, ty: &Type) -> Reader<'_> {
        let labels = match &ty.kind {
            Kind::Enum(name) => self.catalog.labels(&Name::bare(name)),
            _ => None,
        };
        Reader {
            labels,
            universal: self.universal,
        }
    }
}

/// Whether a value of one type is one of the other as it is stored, so that the cast is no function.
fn is_relabelled(from: &Type, to: &Type) -> bool {
    let texts = |ty: &Type| matches!(ty.kind, Kind::Text | Kind::Varchar);
    let same = from.kind == to.kind || texts(from) && texts(to);
    same && (to.modifiers.is_empty() || from.modifiers == to.modifiers)
}

fn collated(typed: Typed, collation: &str) -> Typed {
    let own = typed.collation.as_deref().unwrap_or("default");
    let term = match typed.term {
        Term::Constant(value) => Term::Constant(value),
        term if own == collation => term,
        term => Term::Collated(Box::new(term), collation.to_owned()),
    };
    Typed {
        term,
        ty: typed.ty,
        collation: (collation != "default").then(|| collation.to_owned()),
        explicit: true,
    }
}

/// A number, a string or a truth value as it is written.
fn literal(text: &str) -> Option<Typed> {
    let (value, ty) = match text {
        "true" => (Value::Bool(true), Some(Kind::Bool.into())),
        "false" => (Value::Bool(false), Some(Kind::Bool.into())),
        _ if text.ends_with('\'') || text.starts_with('$') && text.ends_with('$') => {
            if text.starts_with(['b', 'B', 'x', 'X']) {
                return None;
            }
            (Value::Text(string_value(text)), None)
        }
        number => {
            let (value, kind) = Value::number(number)?;
            (value, Some(kind.into()))
        }
    };
    Some(Typed::new(Term::Constant(value), ty))
}
