//! Rows that a plan names column by column arrive as they were meant, and the table stays what it was.

use crate::Test;
use crate::database::{columns, one, scratch, table};
use mig_lint_demo_db::notices::Silent;
use mig_lint_demo_db::seed::{Columns, Plan};

pub(crate) const TESTS: &[Test] = &[
    ("rows_are_as_the_recipes_say", rows_are_as_the_recipes_say),
    (
        "the_same_seed_makes_the_same_rows_and_more_of_them_begin_alike",
        the_same_seed_makes_the_same_rows_and_more_of_them_begin_alike,
    ),
    (
        "the_definition_stays_and_indexes_work",
        the_definition_stays_and_indexes_work,
    ),
    (
        "a_load_that_fails_leaves_everything_as_it_was",
        a_load_that_fails_leaves_everything_as_it_was,
    ),
    (
        "without_a_superuser_all_stays_switched_on",
        without_a_superuser_all_stays_switched_on,
    ),
];

const ORDERS: &str = "CREATE TABLE orders (
    id bigint PRIMARY KEY, order_number text, customer_id int, total_amount numeric(10, 2), placed timestamptz, paid boolean, key uuid
)";

fn orders() -> Columns {
    columns(
        r#"
        id = { sequence = { start = 10, step = 2 } }
        order_number = { text = { prefix = "ORD-", width = 20 } }
        customer_id = { integers = { from = 1, to = 50 } }
        total_amount = { money = { from = 5, to = 9.99 } }
        placed = { timestamps = { from = "2024-01-01", to = "2024-02-01" }, nulls = 0.25 }
        paid = { boolean = { yes = 0.9 } }
        key = { uuid = {} }
        "#,
    )
}

fn rows_are_as_the_recipes_say() {
    scratch(|session| {
        session.run(ORDERS).expect("a table");
        let plan = Plan::of_columns("orders", 4_000, 1, &orders()).expect("a plan");
        let loaded = plan.load(session, &Silent).expect("rows");
        assert_eq!(loaded.rows, 4_000);
        let numbers = "SELECT count(*), min(id), max(id), count(DISTINCT id), count(DISTINCT order_number), min(length(order_number)), max(order_number) FROM orders";
        assert_eq!(
            one(session, numbers),
            "4000 10 8008 4000 4000 20 ORD-0000000000003999"
        );
        assert_eq!(
            one(
                session,
                "SELECT min(customer_id), max(customer_id), count(DISTINCT customer_id) FROM orders"
            ),
            "1 50 50"
        );
        assert_eq!(
            one(
                session,
                "SELECT min(total_amount), max(total_amount), min(scale(total_amount)) FROM orders"
            ),
            "5.00 9.99 2"
        );
        let placed = "SELECT min(placed) >= '2024-01-01 UTC', max(placed) < '2024-02-01 UTC', max(placed) - min(placed) > '30 days' FROM orders";
        assert_eq!(one(session, placed), "t t t");
        // 3 standard deviations of 4,000 draws.
        assert_eq!(
            one(
                session,
                "SELECT abs(count(*) - 1000) < 83 FROM orders WHERE placed IS NULL"
            ),
            "t"
        );
        assert_eq!(
            one(
                session,
                "SELECT abs(count(*) - 3600) < 57 FROM orders WHERE paid"
            ),
            "t"
        );
        assert_eq!(
            one(
                session,
                "SELECT count(DISTINCT key), bool_and(key::text ~ '^.{14}4.{4}[89ab]') FROM orders"
            ),
            "4000 t"
        );
    });
}

fn the_same_seed_makes_the_same_rows_and_more_of_them_begin_alike() {
    scratch(|session| {
        let digest =
            "SELECT md5(string_agg(o::text, ',' ORDER BY id)) FROM orders o WHERE id < 2010";
        let mut digests = Vec::new();
        for (rows, seed) in [(1_000, 1), (1_000, 1), (2_500, 1), (1_000, 2)] {
            session
                .run("DROP TABLE IF EXISTS orders")
                .expect("no table");
            session.run(ORDERS).expect("a table");
            let plan = Plan::of_columns("orders", rows, seed, &orders()).expect("a plan");
            plan.load(session, &Silent).expect("rows");
            digests.push(one(session, digest));
        }
        assert_eq!(digests[0], digests[1]);
        assert_eq!(digests[0], digests[2]);
        assert_ne!(digests[0], digests[3]);
    });
}

fn the_definition_stays_and_indexes_work() {
    scratch(|session| {
        session
            .run(
                "CREATE TABLE customers (id int PRIMARY KEY, email text CONSTRAINT one_email UNIQUE DEFERRABLE);
                CREATE TABLE orders (
                    id bigint GENERATED ALWAYS AS IDENTITY, number text NOT NULL, customer_id int REFERENCES customers, paid boolean,
                    CONSTRAINT orders_key PRIMARY KEY (id) INCLUDE (number)
                );
                CREATE TABLE lines (order_id bigint REFERENCES orders);
                CREATE UNIQUE INDEX \"By Number\" ON orders (lower(number)) WHERE number <> '';
                CREATE INDEX open_ones ON orders (customer_id) WITH (fillfactor = 70) WHERE NOT paid;
                COMMENT ON INDEX open_ones IS 'kept';
                ALTER TABLE orders CLUSTER ON orders_key;
                ALTER TABLE orders REPLICA IDENTITY USING INDEX orders_key;
                CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''fired''; END';
                CREATE TRIGGER never BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION never();",
            )
            .expect("tables");
        let before = [
            table(session, "orders"),
            table(session, "customers"),
            table(session, "lines"),
        ];
        for name in ["customers", "orders", "lines"] {
            let plan = Plan::of_table(session, name, 2_000, 1, &Columns::new()).expect("a plan");
            plan.load(session, &Silent).expect("rows");
        }
        assert_eq!(
            [
                table(session, "orders"),
                table(session, "customers"),
                table(session, "lines")
            ],
            before
        );
        session.run("SET enable_seqscan = off").expect("a setting");
        let by_index = "SELECT count(*) FROM orders WHERE lower(number) = (SELECT lower(number) FROM orders WHERE id = 1500) AND number <> ''";
        assert_eq!(one(session, by_index), "1");
        let twice = session
            .run("INSERT INTO customers SELECT id, email || 'x' FROM customers LIMIT 1")
            .expect_err("a duplicate");
        assert_eq!(twice.sqlstate(), Some("23505"));
        session
            .run("ALTER TABLE orders DISABLE TRIGGER never")
            .expect("a trigger less");
        // The identity goes on behind what was loaded.
        assert_eq!(
            one(
                session,
                "INSERT INTO orders (number) VALUES ('new') RETURNING id"
            ),
            "2001"
        );
        let nowhere = session
            .run("INSERT INTO lines VALUES (5000)")
            .expect_err("no such order");
        assert_eq!(nowhere.sqlstate(), Some("23503"));
    });
}

fn a_load_that_fails_leaves_everything_as_it_was() {
    scratch(|session| {
        session
            .run(
                "CREATE TABLE parents (id int PRIMARY KEY);
                INSERT INTO parents VALUES (1), (2);
                CREATE TABLE t (id int PRIMARY KEY, kind text CHECK (kind <> 'bad'), parent_id int REFERENCES parents);
                INSERT INTO t VALUES (900, 'old', 1)",
            )
            .expect("tables");
        let before = table(session, "t");
        for (faulty, message) in [
            (
                "id = { integers = { from = 1, to = 5 } }",
                "could not create unique index \"t_pkey\" (SQLSTATE 23505)",
            ),
            (
                "id = { sequence = {} }\nkind = { choice = ['bad'] }",
                "violates check constraint \"t_kind_check\" (SQLSTATE 23514)",
            ),
            (
                "id = { sequence = {} }\nparent_id = { integers = { from = 1, to = 5 } }",
                "public.t: column parent_id holds keys that public.parents does not have",
            ),
            (
                "id = { sequence = { step = 100000000 } }",
                "public.t: column id sequence cannot fill the type integer",
            ),
            (
                "id = { uuid = {} }",
                "public.t: column id uuid cannot fill the type integer",
            ),
            (
                "id = { sequence = {} }\nkid = { uuid = {} }",
                "public.t: column kid is no column that can be filled: id, kind, parent_id",
            ),
        ] {
            let plan = Plan::of_columns("t", 100, 1, &columns(faulty)).expect("a plan");
            let error = plan.load(session, &Silent).expect_err(faulty).to_string();
            assert!(error.contains(message), "{error}");
            assert_eq!(table(session, "t"), before);
            assert_eq!(
                one(session, "SELECT count(*), min(id), max(kind) FROM t"),
                "1 900 old"
            );
        }
        let twice = session
            .run("INSERT INTO t VALUES (900)")
            .expect_err("a duplicate");
        assert_eq!(twice.sqlstate(), Some("23505"));
    });
}

fn without_a_superuser_all_stays_switched_on() {
    scratch(|session| {
        session
            .run(
                "CREATE ROLE plain; GRANT CREATE ON SCHEMA public TO plain; SET ROLE plain;
                CREATE TABLE t (id int PRIMARY KEY, name text UNIQUE, boss_id int REFERENCES t)",
            )
            .expect("a table");
        let before = table(session, "t");
        let plan = Plan::of_table(session, "t", 1_000, 1, &Columns::new()).expect("a plan");
        let loaded = plan.load(session, &Silent).expect("rows");
        assert_eq!(
            loaded.notes,
            [
                "public.t: this role is no superuser, so rows were loaded with indexes and triggers in place"
            ]
        );
        assert_eq!(
            one(
                session,
                "SELECT count(*) FROM t JOIN t b ON b.id = t.boss_id"
            ),
            "1000"
        );
        assert_eq!(table(session, "t"), before);
        session
            .run("RESET ROLE; DROP OWNED BY plain; DROP ROLE plain")
            .expect("no role");
    });
}
