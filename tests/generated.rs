//! What is made from `rules/*/rule.md` or shows what is printed, and is checked in, is what would be made now. `MIG_LINT_BLESS=1 cargo test --test generated` rewrites it.

mod common;
#[path = "generated/risks.rs"]
mod risks;
#[path = "generated/schemas.rs"]
mod schemas;

use common::Failures;
use mig_lint::prove::{Definition, Harm, Recorded};
use mig_lint::report::rule_doc;
use mig_lint::rule::{Category, Entry, RULES, Severity};
use mig_lint::source::runners;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compares a checked-in file with what it should be, or rewrites it.
fn hold(path: &Path, wanted: &str, failures: &mut Failures) {
    let found = fs::read_to_string(path).unwrap_or_default();
    if found == wanted {
        return;
    }
    if std::env::var_os("MIG_LINT_BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("it can be made");
        fs::write(path, wanted).expect("it can be written");
    } else {
        let (at, (wanted, found)) = first_difference(wanted, &found);
        let shown = path.strip_prefix(root()).unwrap_or(path).display();
        let found = format!("`{found}`: run MIG_LINT_BLESS=1 cargo test --test generated");
        failures.note(format!("{shown}:{at}"), format!("`{wanted}`"), found);
    }
}

/// The first line that differs, counted from 1, in both texts.
fn first_difference<'a>(wanted: &'a str, found: &'a str) -> (usize, (&'a str, &'a str)) {
    let end = std::iter::repeat("");
    let lines = wanted
        .lines()
        .chain(end.clone())
        .zip(found.lines().chain(end));
    let lines = lines.take(wanted.lines().count().max(found.lines().count()));
    let mut different = (1..)
        .zip(lines)
        .filter(|(_, (wanted, found))| wanted != found);
    different.next().unwrap_or_default()
}

fn level(entry: &Entry) -> &'static str {
    match entry.rule.severity {
        Severity::BySize => "by size",
        Severity::Always(level) | Severity::ByCase(level) => level.name(),
    }
}

/// What a category is about.
const fn about(category: Category) -> &'static str {
    match category {
        Category::Blocking => "others wait while the migration works",
        Category::Compatibility => "code that is running stops working",
        Category::Failure => "the migration fails, or what it leaves does one day",
        Category::Data => "rows, or what they say, are lost",
        Category::Performance => "it is slow afterwards",
        Category::Checking => "something was not checked",
    }
}

fn of(category: Category) -> impl Iterator<Item = &'static Entry> {
    let rules = RULES.iter();
    rules.filter(move |entry| entry.rule.category == category)
}

/// The rules by category, for the README.
fn list() -> String {
    let mut list = String::from("| category | rules |\n|---|---|\n");
    for category in Category::ALL {
        let links = of(category).map(|entry| format!("[{id}](docs/rules/{id}.md)", id = entry.id));
        let links: Vec<String> = links.collect();
        writeln!(
            list,
            "| **{}**: {} | {} |",
            category.name(),
            about(category),
            links.join(", ")
        )
        .expect("a string takes all that is written");
    }
    list
}

/// What servers showed for a rule, with the SQLSTATEs that they gave.
fn shown(entry: &Entry) -> String {
    let recorded = Recorded::parse(entry.observed).expect("observed.json can be read");
    let Some(summary) = recorded.summary(entry) else {
        return match Definition::parse(entry.proof).map(|definition| definition.harm) {
            Ok(Harm::Elsewhere(why)) => format!("nothing: {why}"),
            _ => "nothing: it is about what mig-lint reads".to_owned(),
        };
    };
    let states: Vec<String> = recorded.sqlstates().into_iter().collect();
    if states.is_empty() {
        return summary;
    }
    format!("{summary}; SQLSTATE {}", states.join(", "))
}

/// All rules, what harm each is about, and what servers showed.
fn rules_page() -> String {
    let mut page = format!(
        "# Rules\n\n{} rules. What servers showed stands in each rule's `observed.json`; `mig-lint prove RULE` has one show it again.\n",
        RULES.len()
    );
    for category in Category::ALL {
        let (name, about) = (category.name(), about(category));
        page.push_str(&format!(
            "\n## {name}\n\nWhere {about}.\n\n| rule | level | harm | what servers showed |\n|---|---|---|---|\n"
        ));
        for entry in of(category) {
            writeln!(
                page,
                "| [{id}](rules/{id}.md) | {} | {} | {} |",
                level(entry),
                rule_doc(entry.doc).summary.replace('|', "\\|"),
                shown(entry),
                id = entry.id,
            )
            .expect("a string takes all that is written");
        }
    }
    page
}

/// Holds what stands in the README between the two comments that name the block.
fn hold_block(name: &str, wanted: &str) {
    let path = root().join("README.md");
    let text = fs::read_to_string(&path).expect("README.md can be read");
    let (begin, end) = (
        format!("<!-- {name}:begin -->"),
        format!("<!-- {name}:end -->"),
    );
    let (head, rest) = text.split_once(&begin).expect("README.md has the block");
    let (_, tail) = rest.split_once(&end).expect("the block ends");
    let wanted = format!("{head}{begin}\n{wanted}{end}{tail}");
    Failures::collect(|failures| hold(&path, &wanted, failures));
}

/// What a person sees who types this, without the time it took.
fn typed(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_mig-lint"))
        .args(arguments)
        .current_dir(root())
        .env("NO_COLOR", "1")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .expect("it runs");
    let text = String::from_utf8(output.stdout).expect("it prints UTF-8");
    // How long it took is of no interest.
    let timeless = |line: &str| match line.rsplit_once(", ") {
        Some((kept, time)) if time.ends_with(" ms") => kept.to_owned(),
        _ => line.to_owned(),
    };
    let lines: Vec<String> = text.trim_end().lines().map(timeless).collect();
    format!("$ mig-lint {}\n{}\n", arguments.join(" "), lines.join("\n"))
}

#[test]
fn the_readme_shows_what_is_printed() {
    let shown = [
        typed(&[
            "fixtures/shop/migrations",
            "--select",
            "fk-without-not-valid",
        ]),
        typed(&["locks", "fixtures/shop/migrations/0003_order_number.sql"]),
    ];
    hold_block("output", &format!("```console\n{}```\n", shown.join("\n")));
}

#[test]
fn the_readme_lists_the_rules() {
    hold_block("rules", &list());
}

#[test]
fn the_rules_have_their_page() {
    Failures::collect(|failures| hold(&root().join("docs/rules.md"), &rules_page(), failures));
}

/// The page of what is known of each runner.
fn runners_page() -> String {
    let mut page = String::from(RUNNERS_HEAD);
    for runner in runners() {
        let name = serde_json::to_value(runner.framework).expect("a framework has a name");
        let source = match runner.version {
            "" => runner.source.to_owned(),
            version => format!("{version}: {}", runner.source),
        };
        writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} | {source} |",
            name.as_str().unwrap_or_default(),
            runner.known_by,
            runner.sends,
            runner.wraps,
            runner.switch,
            runner.order,
        )
        .expect("a string takes all that is written");
    }
    page + RUNNERS_TAIL
}

const RUNNERS_HEAD: &str = "<!-- made from src/source/framework -->

# Runners

What mig-lint goes by where it judges a migration: which files a runner runs, in which order, what it sends to the server as one query, and what it wraps in a transaction.
A name in the first column is what `framework` under `[[history]]` takes; `transaction` there, or at the top of `mig-lint.toml`, overrules the fourth.

| runner | known by | sends as one query | wraps | switched off by | order | source that was read |
|---|---|---|---|---|---|---|
";

const RUNNERS_TAIL: &str = "
Without a wrapper a file that is sent as one query is one transaction still, as soon as it holds more than one statement: PostgreSQL documentation, \"Message Flow\", multiple statements in a simple query.

A statement that refuses a transaction block, `CREATE INDEX CONCURRENTLY` say, fails for sure where a runner of this table wraps it, so `refused-in-transaction` is an error there; in a plain folder nobody
knows who runs it, so it is a warning.
";

#[test]
fn the_runners_have_their_page() {
    Failures::collect(|failures| hold(&root().join("docs/runners.md"), &runners_page(), failures));
}

#[test]
fn each_rule_has_its_page() {
    Failures::collect(|failures| {
        for entry in RULES {
            let note = format!(
                "<!-- made from rules/{}/rule.md -->\n\n",
                entry.id.replace('-', "_")
            );
            let path = root().join(format!("docs/rules/{}.md", entry.id));
            hold(&path, &(note + entry.doc), failures);
        }
    });
}

#[test]
fn no_page_is_left_of_a_rule_that_is_gone() {
    let known: BTreeSet<String> = RULES
        .iter()
        .map(|entry| format!("{}.md", entry.id))
        .collect();
    let gone: Vec<PathBuf> = fs::read_dir(root().join("docs/rules"))
        .expect("docs/rules can be read")
        .map(|entry| entry.expect("an entry can be read").path())
        .filter(|path| !known.contains(&*path.file_name().unwrap_or_default().to_string_lossy()))
        .collect();
    assert_eq!(gone, Vec::<PathBuf>::new());
}

#[test]
fn every_page_says_everything() {
    Failures::collect(|failures| {
        for entry in RULES {
            let doc = rule_doc(entry.doc);
            let path = format!("rules/{}/rule.md", entry.id.replace('-', "_"));
            let summary = doc.summary;
            failures.check(summary.ends_with('.'), &path, "a summary", summary);
            failures.check(
                doc.sections.len() == 5,
                &path,
                "5 sections",
                doc.sections.len(),
            );
            for (heading, text) in &doc.sections {
                failures.check(!text.is_empty(), &path, heading, "nothing under it");
            }
        }
    });
}
