//! From `sqlparser`'s tree of an expression to `ir::ExprNode`.

use super::rows;
use crate::ir::{ColumnRef, ExprNode, Name, TypeName};
use crate::source::Span;
use crate::sql::cursor::Cursor;
use crate::sql::split::Splitter;
use crate::sql::types;
use sqlparser::ast::{
    ArrayElemTypeDef, BinaryOperator, CaseWhen, DataType, Expr, Function, FunctionArg,
    FunctionArgExpr, FunctionArguments, Ident, ObjectName, Query, UnaryOperator, Value,
};

/// The node for an expression; forms that no rule asks about become `Other` with their parts.
pub(super) fn lower(expr: &Expr) -> ExprNode {
    match expr {
        Expr::Identifier(name) => ExprNode::Column(ColumnRef::bare(fold(name))),
        Expr::CompoundIdentifier(names) => match &names[..] {
            [.., table, name] => ExprNode::Column(ColumnRef {
                table: Some(fold(table)),
                name: fold(name),
            }),
            [name] => ExprNode::Column(ColumnRef::bare(fold(name))),
            [] => ExprNode::Unparsed,
        },
        Expr::Value(value) => constant(&value.value),
        Expr::TypedString(typed) => ExprNode::Cast {
            expr: Box::new(constant(&typed.value.value)),
            ty: lower_type(&typed.data_type),
        },
        Expr::Prefixed { .. } => ExprNode::Constant(expr.to_string()),
        Expr::Nested(inner) => lower(inner),
        Expr::IsNull(inner) => ExprNode::IsNull(boxed(inner)),
        Expr::IsNotNull(inner) => ExprNode::IsNotNull(boxed(inner)),
        Expr::UnaryOp { op, expr } => unary(*op, expr),
        Expr::BinaryOp { left, op, right } => binary(left, op, right),
        Expr::Cast {
            expr, data_type, ..
        } => ExprNode::Cast {
            expr: boxed(expr),
            ty: lower_type(data_type),
        },
        Expr::Collate { expr, collation } => ExprNode::Collate {
            expr: boxed(expr),
            collation: object_name(collation),
        },
        Expr::Function(function) => call(function),
        Expr::Array(array) => ExprNode::Other(array.elem.iter().map(lower).collect()),
        Expr::Tuple(list) => ExprNode::Other(list.iter().map(lower).collect()),
        _ => keyword_form(expr),
    }
}

/// The forms that are written with words of their own: tests, CASE, and functions with keywords between their arguments.
fn keyword_form(expr: &Expr) -> ExprNode {
    match expr {
        Expr::Like {
            expr: left,
            pattern,
            negated,
            ..
        } => matching("like", left, pattern, *negated),
        Expr::ILike {
            expr: left,
            pattern,
            negated,
            ..
        } => matching("ilike", left, pattern, *negated),
        Expr::SimilarTo {
            expr: left,
            pattern,
            negated,
            ..
        } => matching("similar to", left, pattern, *negated),
        Expr::IsTrue(inner)
        | Expr::IsNotTrue(inner)
        | Expr::IsFalse(inner)
        | Expr::IsNotFalse(inner)
        | Expr::IsUnknown(inner)
        | Expr::IsNotUnknown(inner)
        | Expr::IsNormalized { expr: inner, .. }
        | Expr::IsJson { expr: inner, .. } => ExprNode::Other(vec![lower(inner)]),
        Expr::IsDistinctFrom(left, right) => ExprNode::Binary {
            operator: "is distinct from".to_owned(),
            left: Box::new(lower(left)),
            right: Box::new(lower(right)),
        },
        Expr::IsNotDistinctFrom(left, right) => match (lower(left), lower(right)) {
            (other, ExprNode::Null) | (ExprNode::Null, other) => ExprNode::IsNull(Box::new(other)),
            (left, right) => ExprNode::Other(vec![left, right]),
        },
        Expr::AnyOp { .. } | Expr::AllOp { .. } => quantified_form(expr),
        Expr::Subquery(query) => ExprNode::Query(rows::of_value(query)),
        Expr::InSubquery {
            expr,
            subquery,
            negated: false,
        } => ExprNode::Binary {
            operator: "= any".to_owned(),
            left: boxed(expr),
            right: Box::new(ExprNode::Query(rows::of(subquery))),
        },
        Expr::InList {
            expr,
            list,
            negated,
        } => in_list(expr, list, None, *negated),
        Expr::Between {
            expr,
            low,
            high,
            negated: false,
        } => ExprNode::And(vec![compared(expr, ">=", low), compared(expr, "<=", high)]),
        Expr::Between {
            expr, low, high, ..
        } => ExprNode::Or(vec![compared(expr, "<", low), compared(expr, ">", high)]),
        Expr::Case {
            operand: None,
            conditions,
            else_result,
            ..
        } if conditions
            .iter()
            .any(|arm| decided(&arm.condition).is_some()) =>
        {
            decided_case(conditions, else_result.as_deref())
        }
        Expr::Case {
            operand,
            conditions,
            else_result,
            ..
        } => {
            let arms = conditions
                .iter()
                .flat_map(|arm| [&arm.condition, &arm.result]);
            let ends = operand.iter().chain(else_result).map(|part| &**part);
            ExprNode::Other(ends.chain(arms).map(lower).collect())
        }
        Expr::AtTimeZone {
            timestamp,
            time_zone,
        } => named("timezone", &[time_zone, timestamp]),
        Expr::Interval(interval) => match lower(&interval.value) {
            ExprNode::Constant(_) => ExprNode::Constant(expr.to_string()),
            other => ExprNode::Other(vec![other]),
        },
        Expr::CompoundFieldAccess { root, .. } => {
            ExprNode::Other(vec![lower(root), ExprNode::Unparsed])
        }
        _ => standard_function(expr),
    }
}

/// What a condition is that is written as a constant.
fn decided(condition: &Expr) -> Option<bool> {
    match lower(condition) {
        ExprNode::Constant(text) if text == "true" => Some(true),
        ExprNode::Constant(text) if text == "false" => Some(false),
        ExprNode::Null => Some(false),
        _ => None,
    }
}

/// CASE without the arms that are never reached, as the planner leaves it before anything is evaluated.
///
/// Source: `eval_const_expressions` in src/backend/optimizer/util/clauses.c.
fn decided_case(conditions: &[CaseWhen], otherwise: Option<&Expr>) -> ExprNode {
    let mut parts = Vec::new();
    let mut end = otherwise;
    for arm in conditions {
        match decided(&arm.condition) {
            Some(false) => {}
            Some(true) => {
                end = Some(&arm.result);
                break;
            }
            None => parts.extend([lower(&arm.condition), lower(&arm.result)]),
        }
    }
    let end = end.map_or(ExprNode::Null, lower);
    if parts.is_empty() {
        return end;
    }
    parts.insert(0, end);
    ExprNode::Other(parts)
}

/// `IN (list)` is one of several equalities, `NOT IN (list)` all of their opposites; of what is no column only the parts are kept where they are many.
fn in_list(expr: &Expr, list: &[Expr], ty: Option<&DataType>, negated: bool) -> ExprNode {
    let mut column = expr;
    while let Expr::Cast { expr, .. } | Expr::Nested(expr) = column {
        column = expr;
    }
    let column = matches!(column, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
    if !column && list.len() > WRITTEN_OUT {
        return ExprNode::Other(std::iter::once(expr).chain(list).map(lower).collect());
    }
    let operator = if negated { "<>" } else { "=" };
    let element = |one| match ty {
        Some(ty) => ExprNode::Cast {
            expr: boxed(one),
            ty: lower_type(ty),
        },
        None => lower(one),
    };
    let compared = |one| ExprNode::Binary {
        operator: operator.to_owned(),
        left: boxed(expr),
        right: Box::new(element(one)),
    };
    let mut all: Vec<ExprNode> = list.iter().map(compared).collect();
    match all.len() {
        1 => all.remove(0),
        _ if negated => ExprNode::And(all),
        _ => ExprNode::Or(all),
    }
}

/// What is no column is compared with no longer lists one by one.
const WRITTEN_OUT: usize = 100;

/// The elements of `ARRAY[...]`, and the type that they are cast to.
fn array(expr: &Expr) -> Option<(&[Expr], Option<&DataType>)> {
    match expr {
        Expr::Nested(inner) => array(inner),
        Expr::Array(array) => Some((&array.elem, None)),
        Expr::Cast {
            expr,
            data_type: DataType::Array(ArrayElemTypeDef::SquareBracket(ty, _)),
            ..
        } => match array(expr)? {
            (elements, None) => Some((elements, Some(ty))),
            _ => None,
        },
        _ => None,
    }
}

/// ANY and ALL.
fn quantified_form(expr: &Expr) -> ExprNode {
    match expr {
        // As a dump writes IN.
        Expr::AnyOp {
            left,
            compare_op: BinaryOperator::Eq,
            right,
            ..
        } => match array(right) {
            Some((elements, ty)) => in_list(left, elements, ty, false),
            None => quantified(left, &BinaryOperator::Eq, "any", right),
        },
        Expr::AllOp {
            left,
            compare_op: BinaryOperator::NotEq,
            right,
        } => match array(right) {
            Some((elements, ty)) => in_list(left, elements, ty, true),
            None => quantified(left, &BinaryOperator::NotEq, "all", right),
        },
        Expr::AnyOp {
            left,
            compare_op,
            right,
            ..
        } => quantified(left, compare_op, "any", right),
        Expr::AllOp {
            left,
            compare_op,
            right,
        } => quantified(left, compare_op, "all", right),
        _ => ExprNode::Unparsed,
    }
}

fn quantified(left: &Expr, operator: &BinaryOperator, word: &str, right: &Expr) -> ExprNode {
    ExprNode::Binary {
        operator: format!("{} {word}", operator_name(operator)),
        left: boxed(left),
        right: match listing(right) {
            Some(query) => Box::new(ExprNode::Query(rows::of(query))),
            None => boxed(right),
        },
    }
}

/// The query whose rows are the list: `(SELECT ...)`, `ARRAY(SELECT ...)`.
fn listing(right: &Expr) -> Option<&Query> {
    match right {
        Expr::Subquery(query) => Some(query),
        Expr::Nested(inner) => listing(inner),
        Expr::Function(Function {
            name,
            args: FunctionArguments::Subquery(query),
            ..
        }) if name.to_string().eq_ignore_ascii_case("array") => Some(query),
        _ => None,
    }
}

/// An operator as PostgreSQL stores it, without the schema that built-in ones are in.
fn operator_name(operator: &BinaryOperator) -> String {
    match operator {
        BinaryOperator::PGCustomBinaryOperator(parts) => match &parts[..] {
            [schema, name] if schema == "pg_catalog" => name.clone(),
            [name] => name.clone(),
            _ => operator.to_string(),
        },
        other => other.to_string().to_lowercase(),
    }
}

fn compared(left: &Expr, operator: &str, right: &Expr) -> ExprNode {
    ExprNode::Binary {
        operator: operator.to_owned(),
        left: Box::new(lower(left)),
        right: Box::new(lower(right)),
    }
}

/// Functions of the SQL standard with keywords between their arguments.
fn standard_function(expr: &Expr) -> ExprNode {
    match expr {
        Expr::Extract { expr, .. } => named("extract", &[expr]),
        Expr::Ceil { expr, .. } => named("ceil", &[expr]),
        Expr::Floor { expr, .. } => named("floor", &[expr]),
        Expr::Position { expr, r#in } => named("position", &[expr, r#in]),
        Expr::Substring {
            expr,
            substring_from,
            substring_for,
            ..
        } => {
            let parts = [Some(expr), substring_from.as_ref(), substring_for.as_ref()];
            named(
                "substring",
                &parts
                    .into_iter()
                    .flatten()
                    .map(|part| &**part)
                    .collect::<Vec<_>>(),
            )
        }
        Expr::Trim {
            expr, trim_what, ..
        } => {
            let parts = [Some(expr), trim_what.as_ref()];
            named(
                "btrim",
                &parts
                    .into_iter()
                    .flatten()
                    .map(|part| &**part)
                    .collect::<Vec<_>>(),
            )
        }
        Expr::Overlay {
            expr,
            overlay_what,
            overlay_from,
            ..
        } => named("overlay", &[expr, overlay_what, overlay_from]),
        _ => ExprNode::Other(vec![ExprNode::Unparsed]),
    }
}

fn boxed(expr: &Expr) -> Box<ExprNode> {
    Box::new(lower(expr))
}

fn named(function: &str, arguments: &[&Expr]) -> ExprNode {
    ExprNode::Call {
        function: Name::bare(function),
        arguments: arguments.iter().map(|argument| lower(argument)).collect(),
    }
}

fn constant(value: &Value) -> ExprNode {
    match value {
        Value::Null => ExprNode::Null,
        other => ExprNode::Constant(other.to_string()),
    }
}

fn unary(operator: UnaryOperator, expr: &Expr) -> ExprNode {
    let inner = lower(expr);
    match (operator, inner) {
        (UnaryOperator::Not, inner) => ExprNode::Not(Box::new(inner)),
        (UnaryOperator::Minus, ExprNode::Constant(text)) => ExprNode::Constant(format!("-{text}")),
        (_, inner) => ExprNode::Other(vec![inner]),
    }
}

/// AND and OR become one list each; other chains are built from the left without recursion, for they can be long.
fn binary(left: &Expr, operator: &BinaryOperator, right: &Expr) -> ExprNode {
    let mut operands = vec![(operator, right)];
    let mut first = left;
    while let Expr::BinaryOp { left, op, right } = first {
        operands.push((op, right));
        first = left;
    }
    let mut node = lower(first);
    // A list that IN wrote out stays one arm of an OR.
    let mut chained = false;
    while let Some((operator, right)) = operands.pop() {
        node = match (operator, node) {
            (BinaryOperator::Or, list @ ExprNode::Or(_)) if !chained => {
                ExprNode::Or(vec![list, lower(right)])
            }
            (BinaryOperator::And, list @ ExprNode::And(_)) if !chained && is_list(first) => {
                ExprNode::And(vec![list, lower(right)])
            }
            (operator, node) => joined(node, operator, lower(right)),
        };
        chained = true;
    }
    node
}

/// Whether an expression is IN, or compares with the elements of an array.
const fn is_list(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::InList { .. } | Expr::AnyOp { .. } | Expr::AllOp { .. }
    )
}

fn joined(left: ExprNode, operator: &BinaryOperator, right: ExprNode) -> ExprNode {
    match (operator, left, right) {
        (BinaryOperator::And, ExprNode::And(mut list), right) => {
            list.push(right);
            ExprNode::And(list)
        }
        (BinaryOperator::And, left, right) => ExprNode::And(vec![left, right]),
        (BinaryOperator::Or, ExprNode::Or(mut list), right) => {
            list.push(right);
            ExprNode::Or(list)
        }
        (BinaryOperator::Or, left, right) => ExprNode::Or(vec![left, right]),
        (operator, left, right) => ExprNode::Binary {
            operator: operator_name(operator),
            left: Box::new(left),
            right: Box::new(right),
        },
    }
}

fn matching(operator: &str, left: &Expr, right: &Expr, negated: bool) -> ExprNode {
    let test = ExprNode::Binary {
        operator: operator.to_string(),
        left: boxed(left),
        right: boxed(right),
    };
    if negated {
        ExprNode::Not(Box::new(test))
    } else {
        test
    }
}

fn call(function: &Function) -> ExprNode {
    let mut arguments = match &function.args {
        FunctionArguments::None => Vec::new(),
        FunctionArguments::Subquery(_) => vec![ExprNode::Unparsed],
        FunctionArguments::List(list) => list.args.iter().filter_map(argument).collect(),
    };
    arguments.extend(function.filter.as_deref().map(lower));
    ExprNode::Call {
        function: object_name(&function.name),
        arguments,
    }
}

fn argument(argument: &FunctionArg) -> Option<ExprNode> {
    let (FunctionArg::Named { arg, .. }
    | FunctionArg::ExprNamed { arg, .. }
    | FunctionArg::Unnamed(arg)) = argument;
    match arg {
        FunctionArgExpr::Expr(expr) => Some(lower(expr)),
        _ => None,
    }
}

fn fold(name: &Ident) -> String {
    if name.quote_style.is_some() {
        name.value.clone()
    } else {
        name.value.to_ascii_lowercase()
    }
}

fn object_name(name: &ObjectName) -> Name {
    let mut parts = name.0.iter().rev().filter_map(|part| part.as_ident());
    let last = parts.next().map(fold).unwrap_or_default();
    Name {
        schema: parts.next().map(fold),
        name: last,
    }
}

/// `sqlparser` reads more types than PostgreSQL has; its words for one are read again as PostgreSQL's.
fn lower_type(ty: &DataType) -> TypeName {
    let text = ty.to_string();
    let mut splitter = Splitter::new(&text, Span::new(0, text.len()), &[]);
    splitter
        .next()
        .and_then(|tokens| types::data_type(&mut Cursor::new(&text, tokens)))
        .unwrap_or_else(|| TypeName::simple(text.to_lowercase()))
}
