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
        "create function f() begin atomic case;\n".repeat(deep),
        format!("create table t ({}a int", "(".repeat(deep)),
    ];
    for text in texts {
        let start = Instant::now();
        all(&text);
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
