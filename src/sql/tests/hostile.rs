use super::all;
use std::time::{Duration, Instant};

/// Far more than any of these takes, far less than what grows faster than the text would take.
const LIMIT: Duration = Duration::from_secs(20);

#[test]
fn hostile_texts_cost_no_more_than_long_ones() {
    let deep = 20_000;
    let texts = [
        format!(
            "alter table t add check ({}1{});",
            "(".repeat(deep),
            ")".repeat(deep)
        ),
        format!(
            "create table t as select {}1{};",
            "f(".repeat(deep),
            ")".repeat(deep)
        ),
        format!("create table t (a int default {});", "a and ".repeat(deep)),
        format!(
            "alter table t alter a set default {}1;",
            "not ".repeat(deep)
        ),
        format!(
            "alter table t alter a set default {}",
            "case when ".repeat(deep)
        ),
        "/*".repeat(deep),
        "create table t (a int;\n".repeat(deep),
        "select '\n;\nselect \"x\n".repeat(deep),
        "{{ ".repeat(deep),
        "copy t from stdin;\n".repeat(deep),
        "create function f() begin atomic case;\n".repeat(deep / 5),
        format!("create table t ({}a int", "(".repeat(deep)),
        format!("select {}", "[".repeat(deep)),
        format!("create index on t ({}", "a (".repeat(deep)),
        "explain ".repeat(deep),
        "explain analyze ".repeat(deep),
        "prepare p as ".repeat(deep),
        "execute 'execute ".repeat(deep),
        "do $a$ begin do $b$ begin ".repeat(deep),
        "copy (copy (".repeat(deep),
        nested_code(deep),
    ];
    within_limit(&texts);
}

/// DO in DO in DO, each in a dollar quote of its own.
fn nested_code(deep: usize) -> String {
    let opened = (0..deep).map(|level| format!("do $a{level}$ begin "));
    let closed = (0..deep).rev().map(|level| format!(" end $a{level}$;"));
    opened.chain(closed).collect()
}

#[test]
fn a_megabyte_costs_no_more_than_its_length() {
    let many = 250_000;
    let numbered = |prefix: &str| -> String {
        let parts = (0..many / 5).map(|number| format!("{prefix}{number}"));
        parts.collect::<Vec<_>>().join(", ")
    };
    let texts = [
        format!("update t {}", "set ".repeat(many)),
        "with a (".repeat(many / 2),
        format!("with {}", "a (b) as (select ".repeat(many / 16)),
        format!("select {}", numbered("f(a)::t")),
        format!("select * from {}", numbered("t")),
        format!("select * from {}", "t join ".repeat(many / 2)),
        format!("alter table t {}", "drop a, ".repeat(many / 4)),
        format!("alter table t add check (a in ({}))", numbered("")),
        format!("create table t ({}, a int)", numbered("a int default 1, b")),
        format!("create index on t ({})", "a,".repeat(many)),
        format!("select {}", "'a'\n".repeat(many / 2)),
        format!("select {}", "U&\"a\" uescape ".repeat(many / 8)),
        format!("insert into t values {}", "(1, 'x'), ".repeat(many / 5)),
        format!(
            "do $$ {} {} $$",
            "begin ".repeat(many / 4),
            "x; ".repeat(many / 4)
        ),
        format!("do $$ {} $$", "if a then case when ".repeat(many / 16)),
        format!("grant select on {} to r", numbered("t")),
        format!(
            "create schema s {}",
            "create table t (a int) ".repeat(many / 16)
        ),
        "x'".repeat(many),
        "$a$b".repeat(many / 4),
        "{{ ".repeat(many / 4),
        ":'".repeat(many / 2),
        "a;".repeat(many / 2),
    ];
    within_limit(&texts);
}

fn within_limit(texts: &[String]) {
    for text in texts {
        let start = Instant::now();
        all(text);
        assert!(start.elapsed() < LIMIT, "{}", &text[..40]);
    }
}

#[test]
fn no_truncation_makes_it_panic() {
    let text = "create table \"ä\" (a varchar(3) default E'\\'' || $a$ü$a$ not null, b int[] generated always as (x[1:2]) stored, \
        exclude using gist (a with &&)) partition by range (lower(a)); \
        alter table only t add constraint c foreign key (a) references u (b) on delete set null (a) not valid, alter a type interval day to second(3) using :'x'; \
        create index on t ({{ x }} desc, (a::text collate \"C\"));";
    for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
        all(&text[..end]);
        all(&text[end..]);
    }
}
