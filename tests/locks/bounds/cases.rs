//! Pairs of a bound and a CHECK, made of types, forms and ways of writing constants, always the same ones.

/// A type of keys, with constants in order.
struct Type {
    name: &'static str,
    values: [&'static str; 6],
    /// Types that a constant is also cast to.
    others: &'static [&'static str],
}

const fn ty(
    name: &'static str,
    values: [&'static str; 6],
    others: &'static [&'static str],
) -> Type {
    Type {
        name,
        values,
        others,
    }
}

const TYPES: &[Type] = &[
    ty(
        "int",
        ["0", "10", "20", "30", "40 - 0", "50"],
        &["bigint", "numeric", "float8"],
    ),
    ty(
        "smallint",
        ["1", "5", "'7'", "9", "11", "20"],
        &["int", "numeric"],
    ),
    ty(
        "bigint",
        [
            "1",
            "9007199254740992",
            "9007199254740993",
            "9007199254740994",
            "9007199254740996",
            "9223372036854775806",
        ],
        &["int", "text"],
    ),
    ty(
        "numeric(10,2)",
        ["-1", "1.50", "2.0", "3", "1e2", "200.25"],
        &["int", "float8", "numeric"],
    ),
    ty(
        "float8",
        ["-1.5", "0", "1", "2.5", "1e3", "1e6"],
        &["real", "numeric"],
    ),
    ty(
        "date",
        [
            "'2024-01-01'",
            "date '2024-02-01'",
            "'20240301'",
            "'Apr 1, 2024'",
            "date '2024-04-30' + 1",
            "'2024-06-01'",
        ],
        &["timestamp", "timestamptz"],
    ),
    ty(
        "timestamp",
        [
            "'2024-01-01'",
            "'2024-02-01 00:00'",
            "'2024-03-01T10:00:00.5'",
            "'2024-04-01 00:00:00.000'",
            "timestamp '2024-05-01'",
            "'2024-06-01 12:30:00'",
        ],
        &["date", "timestamptz"],
    ),
    ty(
        "timestamptz",
        [
            "'2024-01-01 00:00:00+00'",
            "'2024-02-01T00:00:00Z'",
            "'2024-03-01 02:00:00+02'",
            "'2024-04-01 00:00:00+00'",
            "'2024-04-30 22:00:00-02'",
            "'2024-06-01 00:00:00+05:30'",
        ],
        &["timestamp"],
    ),
    ty(
        "time",
        [
            "'00:00'",
            "'01:00'",
            "'08:00:00'",
            "'10:00'",
            "'12:00'",
            "'23:59:59.5'",
        ],
        &["interval"],
    ),
    ty(
        "interval",
        [
            "'1 hour'",
            "'1 day'",
            "'48 hours'",
            "'1 week'",
            "'1 month'",
            "'1 year'",
        ],
        &["time"],
    ),
    ty(
        "text",
        ["'a'", "'b'", "'c' || 'x'", "'d'", "'e'", "'f''g'"],
        &["varchar", "varchar(1)"],
    ),
    ty(
        "varchar(20)",
        ["'a'", "'b'", "'bb'", "'d'", "'e'", "'f'"],
        &["text", "varchar(20)"],
    ),
    ty(
        "char(3)",
        ["'a'", "'b'", "'b0 '", "'d'", "'e'", "'f'"],
        &["text"],
    ),
    ty(
        "uuid",
        [
            "'00000000-0000-0000-0000-000000000000'",
            "'10000000-0000-0000-0000-000000000000'",
            "'A0000000-0000-0000-0000-000000000000'",
            "'{b0000000-0000-0000-0000-000000000000}'",
            "'c0000000000000000000000000000000'",
            "'f0000000-0000-0000-0000-000000000000'",
        ],
        &["text"],
    ),
    ty(
        "mood",
        ["'sad'", "'meh'", "'ok'", "'fine'", "'good'", "'best'"],
        &["text"],
    ),
];

/// What is demanded of `a` where a partition is attached `FROM ({1}) TO ({4})`.
const WITHIN: &[&str] = &[
    "a >= {1} AND a < {4}",
    "a > {1} AND a <= {3}",
    "a >= {1} AND a <= {4}",
    "a >= {0} AND a < {4}",
    "{1} <= a AND {4} > a",
    "a BETWEEN {1} AND {3}",
    "a BETWEEN {1} AND {4}",
    "a BETWEEN {2} AND {3} OR a = {1}",
    "a IN ({1}, {2}, {3})",
    "a IN ({1}, {2}, {4})",
    "a IN ({1}, NULL)",
    "a = ANY (ARRAY[{1}, {3}]::{type}[])",
    "a = {2}",
    "a = {1} OR a = {3}",
    "(a = {1} OR a = {2}) AND b > 0",
    "NOT (a < {1} OR a >= {4})",
    "NOT (a < {1}) AND NOT a >= {4}",
    "NOT NOT (a >= {1} AND a < {4})",
    "(a >= {1} AND a < {2}) OR (a >= {2} AND a < {4})",
    "(a >= {1} AND a < {4} AND b > 0) OR (b < 0 AND a >= {1} AND a < {4})",
    "(a >= {1} AND a < {4}) OR b IS NULL",
    "(a >= {1} AND a < {4}) OR false",
    "(a >= {1} AND a < {4}) OR NULL",
    "a >= {1} AND a < {4} AND NULL",
    "(a >= {1} AND a < {4}) IS TRUE",
    "a >= {1}::{type} AND a < CAST({4} AS {type})",
    "a >= {1}::{other} AND a < {4}::{other}",
    "a::{other} >= {1} AND a::{other} < {4}",
    "a::{type} >= {1} AND a::{type} < {4}",
    "a OPERATOR(pg_catalog.>=) {1} AND a < {4}",
    "coalesce(a, {2}) = {2}",
    "a IS NOT DISTINCT FROM {2}",
    "a IS NOT NULL AND a >= {1} AND a < {4}",
    "a < {1} AND a > {4}",
];

/// What is demanded of `a` in the DEFAULT partition, beside one `FROM ({1}) TO ({4})`.
const OUTSIDE: &[&str] = &[
    "a < {1} OR a >= {4}",
    "a <= {1} OR a > {4}",
    "a NOT BETWEEN {1} AND {4}",
    "NOT (a >= {1} AND a < {4})",
    "NOT a BETWEEN {1} AND {4}",
    "a < {0}",
    "a < {1}",
    "a > {4}",
    "a = {5}",
    "a IN ({0}, {5})",
    "a IN ({0}, {2})",
    "a <> {2}",
    "a IS NULL",
    "a IS NULL OR a < {1}",
    "a IS NULL OR a <> {2}",
    "(a > {4} AND b = 1) OR a < {1}",
    "a < {1} OR (a >= {4} AND b = 1)",
    "a < {1}::{other} OR a >= {4}::{other}",
    "{1} > a OR {4} <= a",
    "a IS DISTINCT FROM {2}",
];

/// What is demanded of `a` where a partition is attached `IN ({1}, {2})` or `IN ({1}, NULL)`.
const LISTED: &[&str] = &[
    "a = {1}",
    "{1} = a",
    "a IN ({2}, {1})",
    "a IN ({1}, {2}, {3})",
    "a IN ({1}, NULL)",
    "a = {1} OR a = {2}",
    "a = {1} OR a IS NULL",
    "a IS NULL OR a IN ({1}, {2})",
    "a IS NULL",
    "a IS NOT NULL AND a = {1}",
    "a >= {1} AND a <= {1}",
    "NOT a <> {1}",
    "a = ANY (ARRAY[{1}, {2}]::{type}[])",
    "a = ANY (ARRAY[{1}, {1}]::{type}[])",
    "a = {1}::{other}",
    "a::{other} = {1}",
    "a = {1} AND b IN (1, 2)",
    "a = {1} OR b = 1",
];

/// What is demanded of `a` in the DEFAULT partition, beside one `IN ({1}, {2})` or `IN ({1}, NULL)`.
const UNLISTED: &[&str] = &[
    "a <> {1} AND a <> {2}",
    "a <> {1}",
    "a NOT IN ({1}, {2})",
    "a NOT IN ({1}, {2}, {3})",
    "NOT (a = {1} OR a = {2})",
    "a <> ALL (ARRAY[{1}, {2}]::{type}[])",
    "a = {3}",
    "a IN ({0}, {3})",
    "a > {2}",
    "a < {1} OR a > {2}",
    "a IS NOT NULL",
    "a IS NOT NULL AND a <> {1}",
    "a IS NULL",
    "a IS NULL OR a = {3}",
    "a IS DISTINCT FROM {1}",
    "a <> {1}::{other}",
    "a != {2} AND {1} <> a",
];

/// A partition that is attached, and what its table or the DEFAULT partition is known to hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Case {
    pub(crate) ty: &'static str,
    /// `new`, or `default`: whose rows are in question.
    pub(crate) side: &'static str,
    pub(crate) not_null: bool,
    pub(crate) bound: String,
    pub(crate) check: String,
}

impl Case {
    /// What is there before the partition is attached.
    pub(crate) fn setup(&self) -> String {
        let ty = self.ty;
        let strategy = if self.bound.starts_with("IN") {
            "LIST"
        } else {
            "RANGE"
        };
        let (new, default) = match self.side {
            "new" => (self.demand(), None),
            _ => (String::new(), Some(self.demand())),
        };
        let not_null = |here: bool| {
            if here && self.not_null {
                " NOT NULL"
            } else {
                ""
            }
        };
        let mut setup = format!("CREATE TABLE p (a {ty}, b int) PARTITION BY {strategy} (a);\n");
        if ty == "mood" {
            let labels = "'sad', 'meh', 'ok', 'fine', 'good', 'best'";
            setup.insert_str(0, &format!("CREATE TYPE mood AS ENUM ({labels});\n"));
        }
        let here = not_null(self.side == "new");
        setup += &format!("CREATE TABLE t (a {ty}{here}, b int{new});\n");
        if let Some(demand) = default {
            let here = not_null(true);
            setup += &format!("CREATE TABLE d (a {ty}{here}, b int{demand});\n");
            setup += "ALTER TABLE p ATTACH PARTITION d DEFAULT;\n";
        }
        setup
    }

    fn demand(&self) -> String {
        format!(", CHECK ({})", self.check)
    }

    /// The statement in question.
    pub(crate) fn attach(&self) -> String {
        format!("ALTER TABLE p ATTACH PARTITION t FOR VALUES {}", self.bound)
    }

    /// The table whose rows are in question.
    pub(crate) fn table(&self) -> &'static str {
        if self.side == "new" { "t" } else { "d" }
    }
}

/// Every form with every type is too many: of those, one in so many.
const ONE_IN: u64 = 7;

/// The cases, by a fixed choice of all there are.
pub(crate) fn cases() -> Vec<Case> {
    let mut chosen = 1_u64;
    let mut cases = Vec::new();
    for ty in TYPES {
        for (side, bound, forms) in [
            ("new", "FROM ({1}) TO ({4})", WITHIN),
            ("default", "FROM ({1}) TO ({4})", OUTSIDE),
            ("new", "IN ({1}, {2})", LISTED),
            ("new", "IN ({1}, NULL)", LISTED),
            ("default", "IN ({1}, {2})", UNLISTED),
            ("default", "IN (NULL, {1})", UNLISTED),
        ] {
            for form in forms {
                for not_null in [true, false] {
                    for other in form_types(form, ty) {
                        // The generator of `rand` in the C standard's example.
                        chosen =
                            chosen.wrapping_mul(1_103_515_245).wrapping_add(12_345) % (1 << 31);
                        if (chosen >> 16).is_multiple_of(ONE_IN) {
                            cases.push(Case {
                                ty: ty.name,
                                side,
                                not_null,
                                bound: filled(bound, ty, other),
                                check: filled(form, ty, other),
                            });
                        }
                    }
                }
            }
        }
    }
    cases
}

fn form_types(form: &str, ty: &Type) -> &'static [&'static str] {
    if form.contains("{other}") {
        ty.others
    } else {
        &[""]
    }
}

fn filled(form: &str, ty: &Type, other: &str) -> String {
    let mut text = form.replace("{type}", ty.name).replace("{other}", other);
    for (at, value) in ty.values.iter().enumerate() {
        // A cast binds tighter than an operator.
        let cast = format!("({value})");
        text = text.replace(&format!("{{{at}}}::"), &format!("{cast}::"));
        text = text.replace(&format!("{{{at}}}"), value);
    }
    text
}
