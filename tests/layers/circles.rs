//! No files of a crate import each other in a circle, but those that are listed with a reason.

use super::imports::{Module, imports};
use std::collections::{BTreeMap, BTreeSet};

/// The crates, by the folder of their source.
const CRATES: [&str; 2] = ["src", "demo-db/src"];

/// The circles that there are, each with all of its files, and why they are recursive by nature.
const KNOWN: &[(&[&str], &str)] = &[
    (
        &[
            "src/django/evaluate",
            "src/django/evaluate/calls",
            "src/django/evaluate/classes",
            "src/django/evaluate/collections",
            "src/django/evaluate/files",
            "src/django/evaluate/operators",
            "src/django/evaluate/statements",
            "src/django/evaluate/strings",
            "src/django/evaluate/world",
        ],
        "an evaluator: an expression calls a function, whose statements hold expressions; a name is looked up in a module, which is evaluated for it",
    ),
    (
        &[
            "src/django/operations/body",
            "src/django/operations/functions",
            "src/django/operations/several",
            "src/django/operations/things",
        ],
        "what a function does is what the functions that it calls do",
    ),
    (
        &[
            "src/django/schema_editor/condition",
            "src/django/schema_editor/expression",
            "src/django/schema_editor/lookup",
        ],
        "an expression compiler: conditions hold lookups, lookups expressions, expressions conditions",
    ),
    (
        &[
            "src/django/schema_editor/values",
            "src/django/schema_editor/values/collections",
            "src/django/schema_editor/values/moments",
            "src/django/schema_editor/values/numbers",
            "src/django/schema_editor/values/python",
        ],
        "literals: that of a list holds literals",
    ),
    (
        &[
            "src/ir/alter",
            "src/ir/code",
            "src/ir/create",
            "src/ir/object",
            "src/ir/origin",
            "src/ir/statement",
        ],
        "a tree: a statement holds code, which holds statements; a column holds constraints, which are added to tables too",
    ),
    (
        &["src/rule/context", "src/rule/definition", "src/rule/whole"],
        "a rule is a function of the context that it is asked in, which knows the rule",
    ),
    (
        &["src/sql/dispatch", "src/sql/nested"],
        "EXPLAIN and its like hold another statement",
    ),
    (
        &["src/sql/expr", "src/sql/expr/scan", "src/sql/expr/simple"],
        "expressions hold expressions",
    ),
];

/// The modules that can be reached from each.
fn reachable(imports: &BTreeMap<Module, BTreeSet<Module>>, from: &Module) -> BTreeSet<Module> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&Module> = imports[from].iter().collect();
    while let Some(module) = next.pop() {
        if reached.insert(module.clone()) {
            next.extend(&imports[module]);
        }
    }
    reached
}

/// The files of each circle of a crate.
fn circles(folder: &str) -> BTreeSet<Vec<String>> {
    let imports = imports(folder);
    assert!(imports.len() > 40, "{folder}: {}", imports.len());
    let reached: BTreeMap<&Module, BTreeSet<Module>> = imports
        .keys()
        .map(|own| (own, reachable(&imports, own)))
        .collect();
    let in_circles = imports.keys().filter(|own| reached[own].contains(*own));
    let circles = in_circles.map(|own| {
        let members = reached[own].iter().filter(|it| reached[it].contains(own));
        members
            .map(|it| format!("{folder}/{}", it.join("/")))
            .collect()
    });
    circles.collect()
}

#[test]
fn files_do_not_import_each_other_in_a_circle() {
    let found: BTreeSet<Vec<String>> = CRATES.into_iter().flat_map(circles).collect();
    let known = KNOWN.iter().map(|(files, _)| files.iter());
    let known: BTreeSet<Vec<String>> = known
        .map(|files| files.map(|file| (*file).to_owned()).collect())
        .collect();
    let new = found.difference(&known);
    let gone = known.difference(&found);
    let wrong: Vec<String> =
        new.map(|circle| format!("a circle that is not listed: {}", circle.join(", ")))
            .chain(gone.map(|circle| {
                format!("listed, but no circle of just these: {}", circle.join(", "))
            }))
            .collect();
    assert_eq!(wrong, Vec::<String>::new());
}
