//! A plan from the catalog alone fills any table: all types, keys, foreign keys, checks and partitions.

use crate::Test;
use crate::database::{columns, one, scratch, table};
use mig_lint_demo_db::notices::Silent;
use mig_lint_demo_db::seed::{Columns, Plan, Rows, fill};
use mig_lint_demo_db::{Error, Session};

pub(crate) const TESTS: &[Test] = &[
    ("every_type_is_filled", every_type_is_filled),
    (
        "every_type_that_can_be_a_key_differs_in_every_row",
        every_type_that_can_be_a_key_differs_in_every_row,
    ),
    (
        "keys_of_several_columns_differ_together",
        keys_of_several_columns_differ_together,
    ),
    ("foreign_keys_point_at_rows", foreign_keys_point_at_rows),
    ("checks_pass", checks_pass),
    (
        "nulls_come_at_the_rate_that_was_asked_for_and_no_other",
        nulls_come_at_the_rate_that_was_asked_for_and_no_other,
    ),
    (
        "partitions_are_filled_within_their_bounds",
        partitions_are_filled_within_their_bounds,
    ),
];

/// Fills the table and holds that its definition stays.
fn filled(session: &mut Session, name: &str, rows: u64, given: &Columns) {
    let before = table(session, name);
    let loaded =
        tried(session, name, rows, given).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(loaded, rows);
    assert_eq!(
        one(session, &format!("SELECT count(*) FROM {name}")),
        rows.to_string()
    );
    assert_eq!(table(session, name), before);
}

fn tried(session: &mut Session, name: &str, rows: u64, given: &Columns) -> Result<u64, Error> {
    let plan = Plan::of_table(session, name, rows, 1, given)?;
    Ok(plan.load(session, &Silent)?.rows)
}

const TYPES: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "smallserial",
    "serial",
    "bigserial",
    "real",
    "double precision",
    "numeric",
    "numeric(10,2)",
    "numeric(3,3)",
    "numeric(30,20)",
    "numeric(5)",
    "text",
    "varchar",
    "varchar(200)",
    "varchar(5)",
    "varchar(1)",
    "char(8)",
    "char",
    "name",
    "boolean",
    "date",
    "timestamp",
    "timestamp(0)",
    "timestamptz",
    "time",
    "timetz",
    "interval",
    "uuid",
    "json",
    "jsonb",
    "bytea",
    "inet",
    "cidr",
    "macaddr",
    "macaddr8",
    "bit(4)",
    "bit varying(40)",
    "money",
    "oid",
    "pg_lsn",
    "\"char\"",
    "point",
    "line",
    "lseg",
    "box",
    "path",
    "polygon",
    "circle",
    "tsvector",
    "tsquery",
    "jsonpath",
    "int4range",
    "int8range",
    "numrange",
    "daterange",
    "tsrange",
    "tstzrange",
    "int4multirange",
    "tstzmultirange",
    "integer[]",
    "text[]",
    "varchar(3)[]",
    "numeric(6,2)[]",
    "uuid[]",
    "jsonb[]",
    "boolean[]",
    "timestamptz[]",
    "mood",
    "mood[]",
    "pair",
    "positive",
    "positive[]",
    "email",
    "regclass",
    "xid",
];

fn every_type_is_filled() {
    scratch(|session| {
        session
            .run(
                "CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'happy');
                CREATE TYPE pair AS (one int, other text);
                CREATE DOMAIN positive AS int CHECK (VALUE > 0) NOT NULL;
                CREATE DOMAIN short AS varchar(40);
                CREATE DOMAIN email AS short CHECK (VALUE ~ '^[^@]+@[^@]+$' AND VALUE <> 'VALUE');",
            )
            .expect("types");
        let list: Vec<String> = TYPES
            .iter()
            .enumerate()
            .map(|(at, name)| format!("c{at} {name} NOT NULL"))
            .collect();
        session
            .run(&format!(
                "CREATE TABLE everything ({}, twice int GENERATED ALWAYS AS (c1 * 2) STORED)",
                list.join(", ")
            ))
            .expect("a table");
        filled(session, "everything", 500, &Columns::new());
        // What was sent in binary reads back, and is what the type's own text says.
        for (at, name) in TYPES.iter().enumerate() {
            let query = format!(
                "SELECT count(*) FROM everything WHERE (c{at}::text::{})::text IS DISTINCT FROM c{at}::text",
                base(name)
            );
            assert_eq!(one(session, &query), "0", "{name}");
        }
        assert_eq!(
            one(
                session,
                "SELECT count(DISTINCT c9) > 400, min(c9) > 0, max(c9) < 1000, min(scale(c9)) FROM everything"
            ),
            "t t t 2"
        );
        assert_eq!(
            one(
                session,
                "SELECT count(*) FROM everything WHERE twice = c1 * 2"
            ),
            "500"
        );
    });
}

/// Serials are no types that one can cast to.
fn base(name: &str) -> String {
    name.replace("bigserial", "bigint")
        .replace("smallserial", "smallint")
        .replace("serial", "integer")
}

fn every_type_that_can_be_a_key_differs_in_every_row() {
    scratch(|session| {
        session
            .run("CREATE DOMAIN code AS varchar(4); CREATE TYPE mood AS ENUM ('sad', 'happy')")
            .expect("types");
        for (at, (name, rows)) in [
            ("smallint", 3_000),
            ("integer", 3_000),
            ("bigint", 3_000),
            ("serial", 3_000),
            ("real", 3_000),
            ("double precision", 3_000),
            ("numeric", 3_000),
            ("numeric(5,2)", 3_000),
            ("text", 3_000),
            ("varchar(4)", 3_000),
            ("varchar(2)", 1_000),
            ("char(3)", 3_000),
            ("code", 3_000),
            ("date", 3_000),
            ("timestamp(0)", 3_000),
            ("timestamptz", 3_000),
            ("time", 3_000),
            ("interval", 3_000),
            ("uuid", 3_000),
            ("jsonb", 3_000),
            ("bytea", 3_000),
            ("inet", 3_000),
            ("bit(12)", 3_000),
            ("integer[]", 900),
            ("text[]", 3_000),
            ("int4range", 3_000),
            ("mood", 2),
            ("boolean", 2),
            ("macaddr", 3_000),
        ]
        .into_iter()
        .enumerate()
        {
            session
                .run(&format!(
                    "CREATE TABLE t{at} (v {name} UNIQUE, other text DEFAULT 'x')"
                ))
                .expect(name);
            filled(session, &format!("t{at}"), rows, &Columns::new());
            assert_eq!(
                one(session, &format!("SELECT count(DISTINCT v) FROM t{at}")),
                rows.to_string(),
                "{name}"
            );
            let more = rows.min(500);
            if !matches!(name, "varchar(2)" | "mood" | "boolean" | "integer[]") {
                tried(session, &format!("t{at}"), more, &Columns::new())
                    .unwrap_or_else(|error| panic!("{name} again: {error}"));
                assert_eq!(
                    one(session, &format!("SELECT count(DISTINCT v) FROM t{at}")),
                    (rows + more).to_string(),
                    "{name}"
                );
            }
        }
        let error = tried(session, "t27", 3, &Columns::new()).expect_err("a third truth");
        assert_eq!(
            error.to_string(),
            "public.t27: t27_v_key (v) has room for 2 rows in all, not 5: ask for fewer, or fill the tables it points at with more"
        );
    });
}

fn keys_of_several_columns_differ_together() {
    scratch(|session| {
        session
            .run(
                "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id uuid PRIMARY KEY);
                CREATE TABLE a_b (a_id int NOT NULL REFERENCES a, b_id uuid NOT NULL REFERENCES b, note text, PRIMARY KEY (a_id, b_id));
                CREATE TABLE profile (a_id int NOT NULL UNIQUE REFERENCES a, name text);
                CREATE TABLE slugs (tenant int, slug varchar(10), kind text, UNIQUE (tenant, slug), UNIQUE (tenant, kind));
                CREATE UNIQUE INDEX ON slugs (lower(kind || slug)) WHERE tenant > 0;
                CREATE TABLE bookings (room int, during tstzrange, EXCLUDE USING gist (int4range(room, room, '[]') WITH &&, during WITH &&));",
            )
            .expect("tables");
        filled(session, "a", 60, &Columns::new());
        filled(session, "b", 50, &Columns::new());
        filled(session, "a_b", 3_000, &Columns::new());
        assert_eq!(
            one(
                session,
                "SELECT count(DISTINCT a_id), count(DISTINCT b_id), count(DISTINCT (a_id, b_id)) FROM a_b"
            ),
            "60 50 3000"
        );
        filled(session, "profile", 60, &Columns::new());
        filled(session, "slugs", 5_000, &Columns::new());
        filled(session, "bookings", 2_000, &Columns::new());
        session.run("TRUNCATE a_b").expect("no rows");
        let error = tried(session, "a_b", 3_001, &Columns::new())
            .expect_err("too many pairs")
            .to_string();
        assert!(
            error.contains("a_b_pkey (a_id, b_id) has room for 3000 rows in all, not 3001"),
            "{error}"
        );
    });
}

fn foreign_keys_point_at_rows() {
    scratch(|session| {
        session
            .run(
                "CREATE TABLE countries (code char(2) PRIMARY KEY);
                CREATE TABLE shop_customer (id bigserial PRIMARY KEY, country char(2) NOT NULL REFERENCES countries, boss_id bigint REFERENCES shop_customer);
                CREATE TABLE addresses (customer_id bigint REFERENCES shop_customer, number int, PRIMARY KEY (customer_id, number));
                CREATE TABLE parcels (id bigserial PRIMARY KEY, customer_id bigint, number int,
                    FOREIGN KEY (customer_id, number) REFERENCES addresses, CHECK (customer_id > 0));
                CREATE TABLE orders (id bigserial PRIMARY KEY, customer_id int NOT NULL, first_parcel bigint REFERENCES parcels);
                ALTER TABLE parcels ADD order_id bigint NOT NULL REFERENCES orders;",
            )
            .expect("tables");
        let rows = |table: &str, rows| Rows {
            table: table.to_owned(),
            rows,
            columns: Columns::new(),
        };
        let wanted = [
            rows("parcels", 900),
            rows("orders", 1_500),
            rows("addresses", 400),
            rows("shop_customer", 300),
            rows("countries", 40),
        ];
        let loaded = fill(session, &wanted, 7, &Silent).expect("an order");
        let loaded = loaded
            .into_iter()
            .map(|(_, loaded)| loaded.expect("rows").table);
        let order: Vec<String> = loaded.collect();
        assert_eq!(
            order,
            [
                "public.countries",
                "public.shop_customer",
                "public.addresses",
                "public.orders",
                "public.parcels"
            ]
        );
        assert_eq!(
            one(
                session,
                "SELECT count(DISTINCT country) FROM shop_customer JOIN countries ON code = country"
            ),
            "40"
        );
        assert_eq!(
            one(
                session,
                "SELECT count(*), bool_and(c.boss_id < c.id) FROM shop_customer c JOIN shop_customer b ON b.id = c.boss_id WHERE c.id > 1"
            ),
            "299 t"
        );
        assert_eq!(
            one(
                session,
                "SELECT count(*) FROM parcels JOIN addresses USING (customer_id, number) JOIN orders o ON o.id = order_id"
            ),
            "900"
        );
        // By its name alone: a migration may be about to declare it.
        assert_eq!(
            one(
                session,
                "SELECT count(*) FROM orders JOIN shop_customer c ON c.id = customer_id"
            ),
            "1500"
        );
        // In a circle, the key that may be NULL is.
        assert_eq!(one(session, "SELECT count(first_parcel) FROM orders"), "0");
        session.run("TRUNCATE orders CASCADE").expect("no orders");
        let error = tried(session, "parcels", 5, &Columns::new())
            .expect_err("no orders")
            .to_string();
        assert_eq!(
            error,
            "public.parcels: column order_id must point at a row of public.orders, which has none: fill that table first"
        );
    });
}

fn checks_pass() {
    scratch(|session| {
        session
            .run(
                "CREATE DOMAIN rating AS int CHECK (VALUE BETWEEN 1 AND 5);
                CREATE TABLE t (
                    id int PRIMARY KEY CHECK (id > 0),
                    status text NOT NULL CHECK (status IN ('new', 'paid', 'it''s done')),
                    stars rating NOT NULL,
                    percent int CHECK (percent >= 0 AND percent <= 100),
                    email text CONSTRAINT email_form CHECK (email ~* '^[a-z0-9.]+@[a-z.]+$'),
                    code varchar(9) CHECK (length(code) = 7),
                    starts date, ends date, CHECK (ends > starts),
                    price numeric(8,2) CHECK (price > 0), discount numeric(8,2), CHECK (discount < price),
                    card int, cash int, CONSTRAINT one_way CHECK (num_nonnulls(card, cash) = 1),
                    data jsonb CHECK (jsonb_typeof(data) = 'array'),
                    twice int GENERATED ALWAYS AS (percent * 2) STORED CHECK (twice < 50)
                );
                CREATE TABLE codes (code text NOT NULL UNIQUE CHECK (code ~ '^[A-Z]{3}-[0-9]{4}$'), other text UNIQUE CHECK (other ~ '^[A-Z]{3}-[0-9]{4}$'), kind int CHECK (kind * kind = 49));",
            )
            .expect("tables");
        filled(session, "t", 2_000, &Columns::new());
        assert_eq!(
            one(
                session,
                "SELECT count(DISTINCT status), min(stars), max(stars), count(DISTINCT percent) > 3 FROM t"
            ),
            "3 1 5 t"
        );
        let error = tried(session, "codes", 10, &Columns::new())
            .expect_err("no such code")
            .to_string();
        assert!(error.starts_with("public.codes: column code needs values that the constraint codes_code_check lets pass, and no simple ones do: "), "{error}");
        let code = "code = { sql = \"'ABC-' || lpad(i::text, 4, '0')\", in_turn = true }\n";
        filled(
            session,
            "codes",
            100,
            &columns(&format!("{code} kind = {{ choice = [7, -7] }}")),
        );
        let given = columns(&format!("{code} kind = {{ choice = [8] }}"));
        let error = tried(session, "codes", 10, &given)
            .expect_err("no such kind")
            .to_string();
        assert!(
            error.contains("column kind has values that the constraint codes_kind_check refuses"),
            "{error}"
        );
    });
}

fn nulls_come_at_the_rate_that_was_asked_for_and_no_other() {
    scratch(|session| {
        session
            .run("CREATE TABLE t (id serial PRIMARY KEY, a text, b int, c timestamptz UNIQUE)")
            .expect("a table");
        filled(
            session,
            "t",
            4_000,
            &columns("a = { nulls = 0.1 }\nc = { nulls = 0.5 }"),
        );
        // 3 standard deviations of 4,000 draws.
        assert_eq!(
            one(
                session,
                "SELECT abs(400 - (count(*) - count(a))) < 57, count(b), abs(2000 - count(c)) < 95 FROM t"
            ),
            "t 4000 t"
        );
    });
}

fn partitions_are_filled_within_their_bounds() {
    scratch(|session| {
        session
            .run(
                "CREATE TABLE events (id bigserial, at timestamptz NOT NULL, kind text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
                CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
                CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2024-02-01') TO (MAXVALUE);
                CREATE TABLE events_rest PARTITION OF events DEFAULT;
                CREATE TABLE areas (id int PRIMARY KEY) PARTITION BY RANGE (id);
                CREATE TABLE areas_1 PARTITION OF areas FOR VALUES FROM (1) TO (1000);
                CREATE TABLE areas_2 PARTITION OF areas FOR VALUES FROM (1000) TO (2000);
                CREATE TABLE sales (region text, day date, amount int) PARTITION BY LIST (region);
                CREATE TABLE sales_eu PARTITION OF sales FOR VALUES IN ('de', 'fr') PARTITION BY RANGE (day);
                CREATE TABLE sales_eu_1 PARTITION OF sales_eu FOR VALUES FROM ('2024-01-01') TO ('2024-01-03');
                CREATE TABLE sales_us PARTITION OF sales FOR VALUES IN ('us');
                CREATE TABLE users (id uuid PRIMARY KEY, name text) PARTITION BY HASH (id);
                CREATE TABLE users_0 PARTITION OF users FOR VALUES WITH (modulus 2, remainder 0);
                CREATE TABLE users_1 PARTITION OF users FOR VALUES WITH (modulus 2, remainder 1);
                CREATE TABLE pairs (a int, b int) PARTITION BY RANGE (a, b);
                CREATE TABLE pairs_1 PARTITION OF pairs FOR VALUES FROM (1, 5) TO (2, 3);
                CREATE TABLE lonely (id int) PARTITION BY LIST (id);",
            )
            .expect("tables");
        filled(session, "events", 3_001, &Columns::new());
        assert_eq!(
            one(
                session,
                "SELECT count(DISTINCT id), count(DISTINCT tableoid) FROM events"
            ),
            "3001 2"
        );
        assert_eq!(one(session, "SELECT count(*) FROM events_1"), "1501");
        filled(session, "areas", 1_500, &Columns::new());
        filled(session, "sales", 1_000, &Columns::new());
        assert_eq!(
            one(
                session,
                "SELECT count(DISTINCT (region, day)) FROM sales_eu_1"
            ),
            "4"
        );
        filled(session, "users", 1_000, &Columns::new());
        assert_eq!(
            one(session, "SELECT count(DISTINCT tableoid) FROM users"),
            "2"
        );
        filled(session, "pairs", 10, &Columns::new());
        for (name, message) in [
            (
                "areas",
                "areas_pkey (id) has room for 999 rows in all, not 1250",
            ),
            (
                "lonely",
                "public.lonely: has no partition whose bounds are understood: rows have nowhere to go",
            ),
        ] {
            session.run("TRUNCATE areas").expect("no rows");
            let error = tried(session, name, 2_500, &Columns::new())
                .expect_err(name)
                .to_string();
            assert!(error.contains(message), "{error}");
        }
    });
}
