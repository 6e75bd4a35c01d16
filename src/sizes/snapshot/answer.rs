//! The answer of a server to the one query, directly or as CSV that somebody else had it write.

use super::contents::{Column, Index, Key, Snapshot, Table};
use std::collections::BTreeMap;

/// The query; its head says how to run it by hand.
pub const QUERY: &str = include_str!("query.sql");

/// The columns of its answer.
const COLUMNS: [&str; 11] = [
    "kind", "schema", "name", "parent", "rows", "bytes", "toast", "reads", "writes", "detail",
    "more",
];

/// For how many seconds a server must have counted before its counts say what is in use all the time.
const LONG_ENOUGH: u64 = 3_600;

/// One row of the answer; NULL is `None`.
type Row<'a> = [Option<&'a str>; COLUMNS.len()];

impl Snapshot {
    /// From the rows that the server answered; `from` is what messages call it.
    ///
    /// # Errors
    /// What is wrong with them, and in which row, counted from 1.
    pub fn of_rows(rows: &[Vec<Option<String>>], from: &str) -> Result<Self, String> {
        let rows = rows.iter().enumerate().map(|(at, row)| {
            let fields: Vec<Option<&str>> = row.iter().map(Option::as_deref).collect();
            let number = fields.len();
            let row = Row::try_from(fields);
            row.map_err(|_| format!("row {} has {number} fields", at + 1))
        });
        gathered(&rows.collect::<Result<Vec<_>, _>>()?, from)
    }

    /// From CSV as `psql --csv` writes it, where an empty field is NULL; `from` is the name of the file.
    ///
    /// # Errors
    /// What is wrong with it, and in which line.
    pub fn of_csv(text: &str, from: &str) -> Result<Self, String> {
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(text.as_bytes());
        let head = reader.headers().map_err(|error| error.to_string())?;
        if head != COLUMNS.as_slice() {
            return Err(
                "line 1 is not the head of the answer to `mig-lint sizes --print-query`".to_owned(),
            );
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| error.to_string())?;
            let fields = record.iter().map(|field| match field {
                "" => None,
                field => Some(field.to_owned()),
            });
            let fields: Vec<Option<String>> = fields.collect();
            if fields.len() != COLUMNS.len() {
                let line = record.position().map_or(0, csv::Position::line);
                return Err(format!(
                    "line {line} has {} fields, and there are {} columns: was it cut off?",
                    fields.len(),
                    COLUMNS.len()
                ));
            }
            rows.push(fields);
        }
        Self::of_rows(&rows, from)
    }
}

fn gathered(rows: &[Row<'_>], from: &str) -> Result<Snapshot, String> {
    let server = rows.iter().find(|row| row[0] == Some("server"));
    let [
        _,
        _,
        database,
        _,
        tables,
        _,
        _,
        hidden,
        seconds,
        version,
        day,
    ] = server.ok_or("nothing in it says which server it is of: was it cut off?")?;
    let day = day.unwrap_or_default();
    let mut snapshot = Snapshot {
        from: from.to_owned(),
        taken: day.parse().map_err(|_| format!("`{day}` is no date"))?,
        database: database.unwrap_or_default().to_owned(),
        server: version.unwrap_or_default().to_owned(),
        settings: BTreeMap::new(),
        tables: BTreeMap::new(),
        indexes: BTreeMap::new(),
        columns: BTreeMap::new(),
        not_valid: BTreeMap::new(),
        hidden: number(*hidden)?.unwrap_or_default(),
        counted: number(*seconds)?.filter(|seconds| *seconds < LONG_ENOUGH),
    };
    let seconds = number(*seconds)?.filter(|seconds| *seconds >= LONG_ENOUGH);
    let mut parents = BTreeMap::new();
    for row in rows.iter().filter(|row| row[0] != Some("server")) {
        snapshot.take(row, seconds, &mut parents)?;
    }
    let counted = number(*tables)?.unwrap_or_default();
    if counted != snapshot.tables.len() as u64 {
        return Err(format!(
            "it holds {} of {counted} tables: was it cut off?",
            snapshot.tables.len()
        ));
    }
    snapshot.add_up(&parents);
    Ok(snapshot)
}

/// A count; the server writes no other numbers than whole ones that are not negative.
fn number(text: Option<&str>) -> Result<Option<u64>, String> {
    let parse = |text: &str| {
        text.parse()
            .map_err(|_| format!("`{text}` is no whole number"))
    };
    text.map(parse).transpose()
}

#[allow(clippy::cast_precision_loss, reason = "an average")]
fn per_second(count: Option<u64>, seconds: Option<u64>) -> f64 {
    let average = count
        .zip(seconds)
        .map_or(0.0, |(count, seconds)| count as f64 / seconds as f64);
    rounded(average)
}

/// To two digits that count, so that a table that is read a little more is no change.
fn rounded(number: f64) -> f64 {
    if number < 0.1 {
        return 0.0;
    }
    let digits = 10_f64.powf(number.log10().floor() - 1.0);
    let rounded = (number / digits).round() * digits;
    // What floating point leaves behind the last digit is cut off.
    if digits < 1.0 {
        (rounded * 100.0).round() / 100.0
    } else {
        rounded.round()
    }
}

impl Snapshot {
    /// One row, but that of the server; `seconds` is how long it has counted reads and writes, `parents` says which table each partition belongs to.
    fn take(
        &mut self,
        row: &Row<'_>,
        seconds: Option<u64>,
        parents: &mut BTreeMap<Key, Key>,
    ) -> Result<(), String> {
        let [
            kind,
            schema,
            name,
            parent,
            rows,
            bytes,
            toast,
            reads,
            writes,
            detail,
            more,
        ] = *row;
        let key = |name: Option<&str>| Key {
            schema: schema.unwrap_or_default().to_owned(),
            name: name.unwrap_or_default().to_owned(),
        };
        let detail = detail.unwrap_or_default().to_owned();
        let bytes = number(bytes)?.unwrap_or_default();
        match kind.unwrap_or_default() {
            "setting" => {
                self.settings
                    .insert(name.unwrap_or_default().to_owned(), detail);
            }
            "table" => {
                if let Some(parent) = parent {
                    let schema = more.unwrap_or_default().to_owned();
                    parents.insert(
                        key(name),
                        Key {
                            schema,
                            name: parent.to_owned(),
                        },
                    );
                }
                let table = Table {
                    rows: number(rows)?.or((detail == "p").then_some(0)),
                    bytes,
                    toast: number(toast)?.unwrap_or_default(),
                    reads: per_second(number(reads)?, seconds),
                    writes: per_second(number(writes)?, seconds),
                    ..Table::default()
                };
                self.tables.insert(key(name), table);
            }
            "index" => {
                let index = Index {
                    table: parent.unwrap_or_default().to_owned(),
                    bytes,
                    method: detail,
                    valid: more != Some("invalid"),
                };
                self.indexes.insert(key(name), index);
            }
            "constraint" => {
                let of_table = self.not_valid.entry(key(parent)).or_default();
                of_table.push(name.unwrap_or_default().to_owned());
            }
            "column" => {
                let column = Column {
                    width: bytes,
                    nulls: detail
                        .parse()
                        .map_err(|_| format!("`{detail}` is no share of rows"))?,
                };
                let of_table = self.columns.entry(key(parent)).or_default();
                of_table.insert(name.unwrap_or_default().to_owned(), column);
            }
            other => return Err(format!("`{other}` is no kind that this mig-lint knows")),
        }
        Ok(())
    }

    /// Adds what its indexes take to each table, and what each partition holds to all the tables that it is a part of.
    fn add_up(&mut self, partitions: &BTreeMap<Key, Key>) {
        for (key, index) in &self.indexes {
            let table = Key {
                schema: key.schema.clone(),
                name: index.table.clone(),
            };
            if let Some(table) = self.tables.get_mut(&table) {
                table.indexes += index.bytes;
            }
        }
        let own = self.tables.clone();
        for (key, table) in &own {
            let mut part = key;
            // As deep as there are tables: a server allows no circle, a file that somebody wrote might.
            for _ in 0..own.len() {
                let Some(parent) = partitions.get(part) else {
                    break;
                };
                if let Some(whole) = self.tables.get_mut(parent) {
                    let rows = whole.rows.zip(table.rows);
                    whole.rows = rows.map(|(whole, part)| whole.saturating_add(part));
                    whole.bytes = whole.bytes.saturating_add(table.bytes);
                    whole.toast = whole.toast.saturating_add(table.toast);
                    whole.indexes = whole.indexes.saturating_add(table.indexes);
                    whole.partitions += u64::from(!partitions.values().any(|it| it == key));
                    whole.reads = rounded(whole.reads + table.reads);
                    whole.writes = rounded(whole.writes + table.writes);
                }
                part = parent;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, rounded};
    use crate::failures::Failures;
    use crate::sizes::{Key, Snapshot};

    /// What a server answered to the query: two tables, one of them partitioned.
    const ANSWER: &str = r#"server,,shop,,4,,,1,10000,16.4 (Debian),2026-11-30
setting,,wal_level,,,,,,,replica,
table,public,"a ""b"" ]c",,10200300,891289600,8192,123400,700,r,
table,audit,events,,,,,0,0,p,
table,audit,events_1,events,15737,704512,,100,900,r,audit
table,audit,events_2,events,14263,638976,,0,15000,r,audit
index,public,a_pkey,"a ""b"" ]c",,224000000,,,,btree,valid
index,audit,events_1_at,events_1,,16384,,,,btree,invalid
constraint,audit,positive,events,,,,,,c,not valid
column,public,note,"a ""b"" ]c",,51,,,,0.25,text
"#;

    fn csv(rows: &str) -> String {
        format!("{}\n{rows}", COLUMNS.join(","))
    }

    #[test]
    fn partitions_are_summed_up_and_numbers_rounded() {
        let snapshot = Snapshot::of_csv(&csv(ANSWER), "x.csv").expect("an answer");
        let table = |schema: &str, name: &str| {
            let name = name.to_owned();
            let schema = schema.to_owned();
            snapshot.tables[&Key { schema, name }].clone()
        };
        let events = table("audit", "events");
        assert_eq!(
            (events.rows, events.bytes, events.indexes, events.partitions),
            (Some(30_000), 1_343_488, 16_384, 2)
        );
        assert!((events.writes - 1.5).abs() < 0.01, "{}", events.writes);
        assert!(events.is_hot() && !table("audit", "events_1").is_hot());
        assert_eq!(table("public", "a \"b\" ]c").indexes, 224_000_000);
        assert_eq!((snapshot.hidden, snapshot.counted), (1, None));
    }

    #[test]
    fn what_is_in_use_is_not_told_from_a_minute() {
        let minute = ANSWER.replace(",10000,16.4", ",60,16.4");
        let snapshot = Snapshot::of_csv(&csv(&minute), "x.csv").expect("an answer");
        assert!(snapshot.tables.values().all(|table| !table.is_hot()));
        let read = Snapshot::of_toml(&snapshot.text(), "x.toml").expect("what was written");
        assert_eq!((snapshot.counted, read.counted), (Some(60), Some(60)));
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        let snapshot = Snapshot::of_csv(&csv(ANSWER), "x.toml").expect("an answer");
        let text = snapshot.text();
        let read = Snapshot::of_toml(&text, "x.toml").expect("what was written");
        // Written once, numbers are rounded, and stay as they are.
        assert_eq!(read.text(), text);
        let key = |key: &Key| key.clone();
        assert_eq!(
            read.tables.keys().map(key).collect::<Vec<_>>(),
            snapshot.tables.keys().map(key).collect::<Vec<_>>()
        );
        assert!(
            text.contains("rows = \"10.2M\", bytes = \"850MB\""),
            "{text}"
        );
        assert_eq!(
            read.indexes,
            snapshot
                .indexes
                .clone()
                .into_iter()
                .map(|(key, mut index)| {
                    index.bytes = read.indexes[&key].bytes;
                    (key, index)
                })
                .collect()
        );
        assert_eq!(read.not_valid, snapshot.not_valid);
        assert_eq!(read.columns, snapshot.columns);
    }

    #[test]
    fn what_was_cut_off_or_is_something_else_is_refused() {
        let answer = csv(ANSWER);
        let end = answer.trim_end().len();
        let without_head = answer.lines().skip(1).collect::<Vec<_>>().join("\n");
        let last_table = answer.replace(
            "table,audit,events_2,events,14263,638976,,0,15000,r,audit\n",
            "",
        );
        Failures::collect(|failures| {
            for (what, text, words) in [
                ("half a row", &answer[..end - 8], "was it cut off?"),
                ("half a table", &last_table, "it holds 3 of 4 tables"),
                ("no head", &without_head, "is not the head"),
                ("nothing", "", "is not the head"),
                (
                    "words",
                    &answer.replace("10200300", "many"),
                    "`many` is no whole number",
                ),
            ] {
                let said = Snapshot::of_csv(text, "x.csv").err().unwrap_or_default();
                failures.check(said.contains(words), what, words, &said);
            }
        });
    }

    #[test]
    fn averages_have_two_digits() {
        Failures::collect(|failures| {
            for (number, expected) in [
                (0.04, "0"),
                (0.1234, "0.12"),
                (1.25, "1.3"),
                (47.4, "47"),
                (12_345.0, "12000"),
            ] {
                failures.equal(number, &expected.to_owned(), &rounded(number).to_string());
            }
        });
    }
}
