//! From a condition as it is written to a clause.

use super::clause::Clause;
use super::compare::{Compare, Strategy, order};
use super::kind::{Kind, Type};
use super::scope::Scope;
use super::term::{Term, Typed};
use super::value::Value;
use crate::ir::ExprNode;

/// Longer arrays are not taken apart (`MAX_SAOP_ARRAY_SIZE` in `src/backend/optimizer/util/predtest.c`).
const LONGEST: usize = 100;

impl Scope<'_> {
    /// The clause that a condition is.
    pub(super) fn clause(self, node: &ExprNode) -> Clause {
        match node {
            ExprNode::Null => Clause::Constant(None),
            ExprNode::And(parts) => match self.list(parts, "<>", false) {
                Some(list) => list,
                None => Clause::all(parts.iter().map(|part| self.clause(part)).collect()),
            },
            ExprNode::Or(parts) => match self.list(parts, "=", true) {
                Some(list) => list,
                None => Clause::any(parts.iter().map(|part| self.clause(part)).collect()),
            },
            ExprNode::Not(inner) => self.clause(inner).negated(),
            ExprNode::IsNull(inner) => self.null_test(inner),
            ExprNode::IsNotNull(inner) => self.null_test(inner).negated(),
            ExprNode::Binary {
                operator,
                left,
                right,
            } => self.binary(operator, left, right),
            other => self.truth(other),
        }
    }

    /// Several comparisons of one side: IN is written out so, and so is NOT IN.
    fn list(self, parts: &[ExprNode], wanted: &str, any: bool) -> Option<Clause> {
        let sides = parts.iter().map(|part| match part {
            ExprNode::Binary {
                operator,
                left,
                right,
            } if operator == wanted => Some((&**left, &**right)),
            _ => None,
        });
        let sides: Vec<(&ExprNode, &ExprNode)> = sides.collect::<Option<_>>()?;
        let (first, _) = sides.first()?;
        if !sides.iter().all(|(left, _)| left == first) || matches!(first, ExprNode::Constant(_)) {
            return None;
        }
        let elements: Option<Vec<Typed>> = sides.iter().map(|(_, side)| self.read(side)).collect();
        let Some((left, elements)) = self.read(first).zip(elements) else {
            return Some(Clause::Opaque);
        };
        Some(self.elements(wanted, &left, elements, any))
    }

    /// `left operator ANY (elements)`: all of one type, as they are of one array.
    fn elements(self, operator: &str, left: &Typed, elements: Vec<Typed>, any: bool) -> Clause {
        if elements.len() > LONGEST {
            return Clause::Opaque;
        }
        let clauses = elements.into_iter().map(|right| match right.constant() {
            Some(Value::Null) => self.compare(operator, left.clone(), typed_null(left)),
            _ => self.compare(operator, left.clone(), right),
        });
        let elements: Vec<Clause> = clauses.collect();
        let plain =
            |clause: &Clause| matches!(clause, Clause::Compare(one) if one.term == left.term);
        if elements.iter().all(plain) {
            Clause::List { any, elements }
        } else {
            Clause::Opaque
        }
    }

    fn null_test(self, inner: &ExprNode) -> Clause {
        match self.read(inner) {
            Some(typed) => match typed.term {
                Term::Constant(value) => Clause::Constant(Some(value == Value::Null)),
                term => Clause::IsNull(term),
            },
            None => Clause::Opaque,
        }
    }

    /// A value that is true or false by itself.
    fn truth(self, node: &ExprNode) -> Clause {
        let bool = Type::from(Kind::Bool);
        let read = self.read(node);
        let Some(typed) = read.filter(|typed| typed.ty.as_ref().is_none_or(|ty| *ty == bool))
        else {
            return Clause::Opaque;
        };
        match self.coerced(typed, &bool).map(|typed| typed.term) {
            Some(Term::Constant(Value::Bool(value))) => Clause::Constant(Some(value)),
            Some(Term::Constant(Value::Null)) => Clause::Constant(None),
            Some(term @ (Term::Column(_) | Term::Call(..))) => Clause::Holds(term),
            _ => Clause::Opaque,
        }
    }

    fn binary(self, operator: &str, left: &ExprNode, right: &ExprNode) -> Clause {
        if operator == "is distinct from" {
            return match (left, right) {
                (ExprNode::Null, other) | (other, ExprNode::Null) => {
                    self.null_test(other).negated()
                }
                _ => Clause::Opaque,
            };
        }
        let quantified = operator.split_once(' ').and_then(|(operator, word)| {
            let any = word == "any";
            (any || word == "all").then_some((operator, any))
        });
        let Some(left) = self.read(left) else {
            return Clause::Opaque;
        };
        if let Some((operator, any)) = quantified {
            return match self.array(&left, right) {
                Some(elements) => self.elements(operator, &left, elements, any),
                None => Clause::Opaque,
            };
        }
        let Some(right) = self.read(right) else {
            return Clause::Opaque;
        };
        match self.compare(operator, left, right) {
            // A strict operator with NULL is NULL.
            Clause::Compare(compare) if compare.value == Value::Null => Clause::Constant(None),
            Clause::Compare(compare) => truth_value(compare),
            other => other,
        }
    }

    /// The elements of an array that is written as a string.
    fn array(self, left: &Typed, node: &ExprNode) -> Option<Vec<Typed>> {
        let (node, ty) = match node {
            ExprNode::Cast { expr, ty } if ty.array => {
                let mut element = ty.clone();
                element.array = false;
                (&**expr, Type::named(self.catalog, &element))
            }
            other => (other, left.ty.clone()?),
        };
        let typed = self.read(node).filter(|typed| typed.ty.is_none())?;
        let Some(Value::Text(text)) = typed.constant() else {
            return None;
        };
        let elements = elements_of(text)?.into_iter().map(|element| {
            let value = element.map_or(Value::Null, Value::Text);
            self.coerced(Typed::new(Term::Constant(value), None), &ty)
        });
        elements.collect()
    }

    /// A comparison, both sides cast as the operator asks for; of two constants what comes out.
    pub(super) fn compare(self, operator: &str, left: Typed, right: Typed) -> Clause {
        self.compared(operator, left, right)
            .unwrap_or(Clause::Opaque)
    }

    fn compared(self, operator: &str, left: Typed, right: Typed) -> Option<Clause> {
        let (strategy, family) = Strategy::named(operator)?;
        let (left, right) = self.resolved(left, right)?;
        let collation = match (left.explicit, right.explicit) {
            (true, _) => left.collation.clone(),
            (_, true) => right.collation.clone(),
            _ => left.collation.clone().or_else(|| right.collation.clone()),
        };
        let collatable = left.ty.as_ref().is_some_and(Type::is_collatable);
        let collation = collation.filter(|_| collatable);
        let (term, strategy, value) = match (left.term, right.term) {
            (Term::Constant(a), Term::Constant(b)) => {
                let known = strategy.test(&a, &b, order(family, collation.as_deref()));
                let null = a == Value::Null || b == Value::Null;
                return null
                    .then_some(Clause::Constant(None))
                    .or_else(|| Some(Clause::Constant(Some(known?))));
            }
            (term, Term::Constant(value)) => (term, strategy, value),
            (Term::Constant(value), term) => (term, strategy.commuted(), value),
            _ => return None,
        };
        Some(Clause::Compare(Compare {
            term,
            strategy,
            family,
            value,
            collation,
        }))
    }

    /// Both sides as the operator takes them.
    fn resolved(self, left: Typed, right: Typed) -> Option<(Typed, Typed)> {
        let text = Type::from(Kind::Text);
        let (a, b) = match (&left.ty, &right.ty) {
            (Some(a), Some(b)) => match (&a.kind, &b.kind) {
                // The result of a function that is not known is taken to be of the type that it is compared with.
                (Kind::Other(_), _) | (_, Kind::Other(_)) => return Some((left, right)),
                _ => (
                    a.kind.beside(&b.kind)?.into(),
                    b.kind.beside(&a.kind)?.into(),
                ),
            },
            (Some(known), None) | (None, Some(known)) => {
                let known = Type::from(known.kind.clone());
                (known.clone(), known)
            }
            (None, None) => (text.clone(), text),
        };
        Some((self.adapted(left, &a)?, self.adapted(right, &b)?))
    }

    /// A value made one of a type, modifiers left as they are.
    fn adapted(self, typed: Typed, ty: &Type) -> Option<Typed> {
        match &typed.ty {
            Some(own) if own.kind == ty.kind => Some(typed),
            _ => self.coerced(typed, ty),
        }
    }
}

/// `x = true` is `x` (`simplify_boolean_equality`).
pub(super) fn truth_value(compare: Compare) -> Clause {
    match (compare.strategy, &compare.value) {
        (Strategy::Equal, Value::Bool(true)) | (Strategy::NotEqual, Value::Bool(false)) => {
            Clause::Holds(compare.term)
        }
        (Strategy::Equal, Value::Bool(false)) | (Strategy::NotEqual, Value::Bool(true)) => {
            Clause::Fails(compare.term)
        }
        _ => Clause::Compare(compare),
    }
}

fn typed_null(like: &Typed) -> Typed {
    Typed::new(Term::Constant(Value::Null), like.ty.clone())
}

/// The elements of `{a,"b c",NULL}`, of one dimension.
fn elements_of(text: &str) -> Option<Vec<Option<String>>> {
    let inner = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let mut elements = Vec::new();
    let mut chars = inner.chars().peekable();
    while chars.peek().is_some() {
        let mut element = String::new();
        let mut quoted = false;
        let mut inside = false;
        for c in chars.by_ref() {
            match c {
                '"' => (quoted, inside) = (true, !inside),
                ',' if !inside => break,
                '{' | '}' | '\\' if !inside || c == '\\' => return None,
                other => element.push(other),
            }
        }
        let bare = element.trim();
        elements.push(match quoted {
            true => Some(element),
            false if bare.eq_ignore_ascii_case("null") => None,
            false => Some(bare.to_owned()),
        });
    }
    Some(elements)
}
