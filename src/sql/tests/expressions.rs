use super::action;
use crate::ir::{Action, AlterAction, ExprNode};

/// The expression of a CHECK that is added.
fn check(expr: &str) -> ExprNode {
    let Action::AlterTable(alter) = action(&format!("alter table t alter a set default {expr}"))
    else {
        panic!("{expr}")
    };
    match alter
        .commands
        .into_iter()
        .next()
        .map(|command| command.action)
    {
        Some(AlterAction::SetDefault { default, .. }) => default.node,
        other => panic!("{expr}: {other:?}"),
    }
}

/// A compact way to write a node.
fn brief(node: &ExprNode) -> String {
    let list = |nodes: &[ExprNode]| nodes.iter().map(brief).collect::<Vec<_>>().join(" ");
    match node {
        ExprNode::Null => "null".to_string(),
        ExprNode::Constant(text) => text.clone(),
        ExprNode::Column(column) => format!("@{}", column.name),
        ExprNode::Call {
            function,
            arguments,
        } => format!("{function}({})", list(arguments)),
        ExprNode::Cast { expr, ty } => format!("[{}::{ty}]", brief(expr)),
        ExprNode::Collate { expr, collation } => format!("[{} collate {collation}]", brief(expr)),
        ExprNode::Not(inner) => format!("not({})", brief(inner)),
        ExprNode::And(nodes) => format!("and({})", list(nodes)),
        ExprNode::Or(nodes) => format!("or({})", list(nodes)),
        ExprNode::IsNull(inner) => format!("null?({})", brief(inner)),
        ExprNode::IsNotNull(inner) => format!("notnull?({})", brief(inner)),
        ExprNode::Binary {
            operator,
            left,
            right,
        } => format!("({} {operator} {})", brief(left), brief(right)),
        ExprNode::Query(rows) => format!("query({rows:?})"),
        ExprNode::Other(nodes) => format!("other({})", list(nodes)),
        ExprNode::Unparsed => "?".to_string(),
    }
}

#[test]
fn expressions_have_their_shape() {
    for (written, expected) in [
        ("'it''s'", "'it''s'"),
        ("TRUE", "true"),
        ("-1", "-1"),
        ("null::text", "[null::text]"),
        ("now()", "now()"),
        ("Current_Timestamp", "current_timestamp()"),
        ("pg_catalog.now()", "pg_catalog.now()"),
        (
            "\"A\" is not null and t.b is null and not c",
            "and(notnull?(@A) null?(@b) not(@c))",
        ),
        ("a > 0 or b <> ''", "or((@a > 0) (@b <> ''))"),
        ("a::character varying(3)", "[@a::varchar(3)]"),
        ("cast(a as double precision)", "[@a::double precision]"),
        ("(a)::\"S\".\"T\"[]", "[@a::S.T[]]"),
        ("now() at time zone 'utc'", "timezone('utc' now())"),
        ("a in (1, f(b))", "or((@a = 1) (@a = f(@b)))"),
        ("b not like 'x%'", "not((@b like 'x%'))"),
        ("a collate \"C\" || 'x'", "([@a collate C] || 'x')"),
        ("date '2020-01-01'", "['2020-01-01'::date]"),
    ] {
        assert_eq!(brief(&check(written)), expected, "{written}");
    }
}
