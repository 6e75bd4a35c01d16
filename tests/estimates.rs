//! What is said of seconds where sizes are known: how long, and how bad that is; and nothing where they are not.

mod common;

use common::Failures;
use serde_json::Value;
use std::fs;
use std::process::Command;

const BEFORE: &str = "CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, code text, state text);
";

fn findings(config: &str, change: &str) -> (Value, String) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("it can be written");
    };
    write("mig-lint.toml", config);
    write("0001.sql", BEFORE);
    write("0002.sql", change);
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_mig-lint"))
            .current_dir(folder.path())
            .args(arguments)
            .env("COLUMNS", "300")
            .output()
            .expect("mig-lint runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let found = run(&["0002.sql", "--output-format", "json"]);
    let found = serde_json::from_str(&found).unwrap_or_else(|_| panic!("{found}"));
    let told = run(&["0002.sql"]);
    // However it is broken into lines.
    let told: Vec<&str> = told.split_whitespace().collect();
    (found, told.join(" "))
}

const SIZES: &str = "[tables]\norders = { rows = \"10M\", bytes = \"850MB\" }\ncustomers = { rows = \"1M\", bytes = \"80MB\" }\n";

#[test]
fn who_cannot_do_what_leads_and_for_how_long() {
    Failures::collect(|failures| {
        for (change, words) in [
            (
                "CREATE INDEX i ON orders (customer_id);",
                " s in which nobody can write to orders (10M rows, 850 MB, from mig-lint.toml)",
            ),
            (
                "ALTER TABLE orders ALTER code TYPE varchar(20);",
                " s in which nobody can read or write orders (10M rows, 850 MB",
            ),
            (
                "ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;",
                " s in which nobody can write to orders and customers (orders 10M rows, 850 MB; customers 1M rows, 80 MB, from mig-lint.toml)",
            ),
            (
                "DELETE FROM orders WHERE state = 'old';",
                " s in which nobody can update or delete rows of orders",
            ),
        ] {
            let (found, told) = findings(SIZES, change);
            failures.check(told.contains(words), change, words, &told);
            let mut all = found["findings"].as_array().into_iter().flatten();
            let finding = all.find(|finding| finding["seconds"].is_object());
            let finding = finding.unwrap_or(&Value::Null);
            let seconds = &finding["seconds"];
            let (low, high) = (seconds["low"].as_f64(), seconds["high"].as_f64());
            let in_order = low
                .zip(high)
                .is_some_and(|(low, high)| 0.0 < low && low < high);
            failures.check(in_order, change, "a range", seconds);
            let effect = &finding["effects"][0]["estimate"]["seconds"];
            failures.check(
                effect["high"].is_number(),
                change,
                "that of the effect",
                effect,
            );
        }
    });
}

#[test]
fn nothing_is_told_of_what_is_not_known() {
    Failures::collect(|failures| {
        for (config, change) in [
            // Rows, and no bytes.
            (
                "[tables]\norders = { rows = \"10M\" }\n",
                "CREATE INDEX i ON orders (customer_id);",
            ),
            // One of the two tables.
            (
                "[tables]\norders = { rows = \"10M\", bytes = \"850MB\" }\n",
                "ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;",
            ),
            // A query takes as long as its plan.
            (SIZES, "INSERT INTO orders (id) SELECT id FROM customers;"),
            (
                SIZES,
                "UPDATE orders SET code = id::text FROM customers WHERE customers.id = customer_id;",
            ),
        ] {
            let (found, told) = findings(config, change);
            let mut all = found["findings"].as_array().into_iter().flatten();
            let seconds = all.find(|finding| finding["seconds"].is_object());
            failures.equal(change, &None, &seconds);
            failures.check(!told.contains("in which nobody"), change, "no time", &told);
        }
    });
}

#[test]
fn seconds_decide_the_level_where_they_are_known_and_rows_where_not() {
    let level = |config: &str, change: &str| -> Value {
        findings(config, change).0["findings"][0]["level"].clone()
    };
    let table = |more: &str| format!("[tables]\norders = {{ {more} }}\n");
    let index = "CREATE INDEX i ON orders (customer_id);";
    let small = table("rows = \"150k\", bytes = \"9MB\"");
    Failures::collect(|failures| {
        for (config, expected) in [
            (table("rows = \"150k\""), "error"),
            (small.clone(), "info"),
            (
                table("rows = \"150k\", bytes = \"9MB\", hot = true"),
                "warning",
            ),
            (table("rows = \"1M\", bytes = \"60MB\""), "warning"),
            (table("rows = \"100M\", bytes = \"6GB\""), "error"),
            (
                format!("[limits]\nlock-seconds = {{ warning = 0.001, error = 60 }}\n{small}"),
                "warning",
            ),
            (
                format!("[limits]\nlock-seconds = {{ warning = 0.001, error = 0.002 }}\n{small}"),
                "error",
            ),
            (format!("[profile]\nbtree = 1000\n{small}"), "error"),
        ] {
            failures.equal(&config, &Value::from(expected), &level(&config, index));
        }
    });
}

#[test]
fn limits_that_contradict_each_other_are_refused() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let config = "[limits]\nlock-seconds = { warning = 9, error = 5 }\n";
    fs::write(folder.path().join("mig-lint.toml"), config).expect("it can be written");
    fs::write(folder.path().join("0001.sql"), BEFORE).expect("it can be written");
    let output = Command::new(env!("CARGO_BIN_EXE_mig-lint"))
        .current_dir(folder.path())
        .output()
        .expect("mig-lint runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("mig-lint.toml:2:16"), "{told}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_is_looked_up_in_another_table_is_counted_once() {
    let sizes = "rows = \"10M\", bytes = \"850MB\" }\n";
    let config = format!("[tables]\norders = {{ {sizes}customers = {{ {sizes}");
    let seconds = |parent: &str| {
        let key = format!("FOREIGN KEY (customer_id) REFERENCES {parent}");
        let (found, _) = findings(&config, &format!("ALTER TABLE orders ADD {key};"));
        let all = found["findings"].as_array().expect("findings").clone();
        let high = all.iter().find_map(|one| one["seconds"]["high"].as_f64());
        high.expect("seconds")
    };
    // Both read so many rows twice, and look up as many among as many.
    let (other, own) = (seconds("customers"), seconds("orders"));
    assert!((other / own - 1.0).abs() < 0.01, "{other} and {own}");
}
