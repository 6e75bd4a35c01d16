//! Expressions, as far as locks and work depend on them: which functions are called, which columns are read, what a CHECK proves.

use super::{Name, TypeName};
use serde::Serialize;

/// An expression with the text it was written as.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Expr {
    /// As written in the source.
    pub text: String,
    pub node: ExprNode,
}

/// The shape of an expression.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum ExprNode {
    Null,
    /// A literal: number, string, boolean, bit string, typed literal.
    Constant(String),
    Column(ColumnRef),
    Call {
        function: Name,
        arguments: Vec<ExprNode>,
    },
    Cast {
        expr: Box<ExprNode>,
        ty: TypeName,
    },
    Collate {
        expr: Box<ExprNode>,
        collation: Name,
    },
    Not(Box<ExprNode>),
    And(Vec<ExprNode>),
    Or(Vec<ExprNode>),
    IsNull(Box<ExprNode>),
    IsNotNull(Box<ExprNode>),
    Binary {
        operator: String,
        left: Box<ExprNode>,
        right: Box<ExprNode>,
    },
    /// A query in parentheses.
    Query(QueryRows),
    /// `IN (list)`, BETWEEN, CASE, arrays, rows and all other forms, with the parts that they are made of.
    Other(Vec<ExprNode>),
    /// Text that could not be read as an expression: nothing is known of it.
    Unparsed,
}

/// How many rows a query inside an expression gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum QueryRows {
    /// It stands for a value.
    One,
    /// No more than LIMIT says; how many that is, where it is written as a number.
    Limited(Option<u64>),
    /// As many as there are.
    Many,
}

/// A column as an expression names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnRef {
    /// The table, or what it is called in the query, where that is written.
    pub table: Option<String>,
    pub name: String,
}

impl ColumnRef {
    /// A column without its table.
    #[must_use]
    pub const fn bare(name: String) -> Self {
        Self { table: None, name }
    }
}

impl ExprNode {
    /// Whether it is NULL, of whatever type.
    #[must_use]
    pub fn is_null(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Cast { expr, .. } => expr.is_null(),
            _ => false,
        }
    }

    /// Whether it is this column and nothing else.
    #[must_use]
    pub fn is_column(&self, name: &str) -> bool {
        matches!(self, Self::Column(column) if column.name == name)
    }

    /// Whether it is a parameter, of which nobody knows the value: `$1`.
    #[must_use]
    pub fn is_parameter(&self) -> bool {
        let number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        matches!(self, Self::Constant(text) if text.strip_prefix('$').is_some_and(number))
    }

    /// What a plain string literal holds.
    #[must_use]
    pub fn string(&self) -> Option<String> {
        let Self::Constant(text) = self else {
            return None;
        };
        let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
        Some(inner.replace("''", "'"))
    }

    /// The expressions that stand directly inside this one.
    #[must_use]
    pub fn children(&self) -> Vec<&Self> {
        match self {
            Self::Null | Self::Constant(_) | Self::Column(_) | Self::Query(_) | Self::Unparsed => {
                Vec::new()
            }
            Self::Call {
                arguments: list, ..
            }
            | Self::And(list)
            | Self::Or(list)
            | Self::Other(list) => list.iter().collect(),
            Self::Cast { expr, .. }
            | Self::Collate { expr, .. }
            | Self::Not(expr)
            | Self::IsNull(expr)
            | Self::IsNotNull(expr) => vec![expr],
            Self::Binary { left, right, .. } => vec![left, right],
        }
    }

    /// Calls `visit` for this expression and for everything inside it.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }

    /// Whether the column `name` stands anywhere in it.
    #[must_use]
    pub fn names_column(&self, name: &str) -> bool {
        match self {
            Self::Null | Self::Constant(_) | Self::Query(_) | Self::Unparsed => false,
            Self::Column(column) => column.name == name,
            Self::Call {
                arguments: list, ..
            }
            | Self::And(list)
            | Self::Or(list)
            | Self::Other(list) => list.iter().any(|one| one.names_column(name)),
            Self::Cast { expr, .. }
            | Self::Collate { expr, .. }
            | Self::Not(expr)
            | Self::IsNull(expr)
            | Self::IsNotNull(expr) => expr.names_column(name),
            Self::Binary { left, right, .. } => left.names_column(name) || right.names_column(name),
        }
    }

    /// Whether the column `name` is read anywhere in it.
    #[must_use]
    pub fn reads_column(&self, name: &str) -> bool {
        let mut found = false;
        self.walk(&mut |node| match node {
            Self::Column(column) => found |= column.name == name,
            Self::Query(_) | Self::Unparsed => found = true,
            _ => {}
        });
        found
    }

    /// Follows a column to its new name.
    pub fn rename_column(&mut self, from: &str, to: &str) {
        match self {
            Self::Column(column) => {
                if column.name == from {
                    to.clone_into(&mut column.name);
                }
            }
            Self::Null | Self::Constant(_) | Self::Query(_) | Self::Unparsed => {}
            Self::Call {
                arguments: list, ..
            }
            | Self::And(list)
            | Self::Or(list)
            | Self::Other(list) => {
                for node in list {
                    node.rename_column(from, to);
                }
            }
            Self::Cast { expr, .. }
            | Self::Collate { expr, .. }
            | Self::Not(expr)
            | Self::IsNull(expr)
            | Self::IsNotNull(expr) => expr.rename_column(from, to),
            Self::Binary { left, right, .. } => {
                left.rename_column(from, to);
                right.rename_column(from, to);
            }
        }
    }
}
