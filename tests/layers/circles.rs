//! No files inside a room import each other in a circle, but those that are listed with a reason.

use super::{ROOT, module_path, rust_files};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Files, with what lies below them, that may know each other, and why: they are recursive by nature, or wait to be opened.
const KNOWN: &[(&[&str], &str)] = &[
    (
        &["advice"],
        "to be opened: advice and its case are types of the room's own file, which asks each front end's words",
    ),
    (
        &["django/evaluate"],
        "an evaluator: an expression calls a function, whose statements hold expressions; a name is looked up in a module, which is evaluated for it",
    ),
    (
        &["django/operations"],
        "what a function does is what the functions that it calls do",
    ),
    (
        &["django/schema_editor"],
        "an expression compiler: conditions hold lookups, lookups expressions, expressions conditions; a list's literal holds literals",
    ),
    (
        &["effects"],
        "to be opened: `waits` asks what the fold holds; rows of `plain` lead to `create`, which takes its names from there",
    ),
    (
        &["finding"],
        "to be opened: a finding is a type of the room's own file, and its builder stands beside it",
    ),
    (
        &["ir"],
        "a tree: a statement holds code, which holds statements; a column holds constraints, which are added to tables too",
    ),
    (
        &["rule"],
        "a rule is a function of the context that it is asked in, which knows the rule",
    ),
    (
        &["schema"],
        "to be opened: the catalog is a type of the room's own file, and what it is made of stands beside that",
    ),
    (
        &["sql/dispatch", "sql/nested"],
        "EXPLAIN and its like hold another statement",
    ),
    (&["sql/expr"], "expressions hold expressions"),
];

/// A module by its path.
type Module = Vec<String>;

/// What stands in one file.
#[derive(Default)]
struct File {
    /// The modules that it declares.
    children: BTreeSet<String>,
    /// Every path that it names, those of `use` spelled out.
    paths: Vec<Vec<String>>,
    /// What it hands on under a name, by `pub use`.
    handed_on: BTreeMap<String, Vec<String>>,
}

impl File {
    fn read(text: &str) -> Self {
        let code: String = text
            .split("#[cfg(test)]\nmod tests {")
            .take(1)
            .flat_map(str::lines)
            .map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n")
            .collect();
        let mut file = Self::default();
        let mut rest = String::new();
        for statement in code.split_inclusive([';', '{', '}']) {
            let words = statement.trim();
            if let Some(name) = words
                .strip_suffix(';')
                .and_then(|it| it.rsplit_once("mod "))
            {
                file.children.insert(name.1.to_owned());
            }
        }
        let mut uses = code.as_str();
        while let Some(at) = uses.find("use ") {
            let begins = uses[..at].rsplit('\n').next().unwrap_or_default().trim();
            let tree = &uses[at + 4..];
            let end = tree.find(';').unwrap_or(tree.len());
            if begins.is_empty() || begins.starts_with("pub") {
                rest.push_str(&uses[..at]);
                for path in spelled_out(&tree[..end].split_whitespace().collect::<String>()) {
                    if let Some(name) = path.last().filter(|_| begins.starts_with("pub")) {
                        file.handed_on.insert(name.clone(), path.clone());
                    }
                    file.paths.push(path);
                }
            } else {
                rest.push_str(&uses[..at + 4 + end]);
            }
            uses = &tree[end..];
        }
        rest.push_str(uses);
        // `pub(in crate::x)` is no import.
        let rest = rest.replace("(in crate::", "(").replace("(in super::", "(");
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        for path in rest
            .split(|c| !is_name(c))
            .filter(|path| path.contains("::"))
        {
            file.paths
                .push(path.split("::").map(str::to_owned).collect());
        }
        file
    }
}

/// The paths of a `use`: `a::{b, c::{d, e}}` is `a::b`, `a::c::d` and `a::c::e`.
fn spelled_out(tree: &str) -> Vec<Vec<String>> {
    let Some((head, list)) = tree.split_once('{') else {
        return vec![tree.split("::").map(str::to_owned).collect()];
    };
    let list = list.strip_suffix('}').unwrap_or(list);
    let (mut pieces, mut depth) = (vec![String::new()], 0_usize);
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match pieces.last_mut() {
            Some(piece) if c != ',' || depth > 0 => piece.push(c),
            _ => pieces.push(String::new()),
        }
    }
    let pieces = pieces.iter().filter(|piece| !piece.is_empty());
    pieces
        .flat_map(|piece| spelled_out(&format!("{head}{piece}")))
        .collect()
}

/// The module that a path leads to from `own`, through what others hand on.
fn target(own: &Module, path: &[String], files: &BTreeMap<Module, File>) -> Option<Module> {
    let mut at = own.clone();
    let mut rest = path;
    match path.first()?.as_str() {
        "crate" => (at, rest) = (Vec::new(), &path[1..]),
        "self" => rest = &path[1..],
        "super" => {}
        name if files.get(own)?.children.contains(name) => {}
        _ => return None,
    }
    while let [first, more @ ..] = rest {
        let mut below = at.clone();
        below.push(first.clone());
        if first == "super" {
            at.pop();
        } else if files.contains_key(&below) {
            at = below;
        } else {
            let handed_on = files.get(&at).and_then(|file| file.handed_on.get(first));
            let further = handed_on.and_then(|path| target(&at, path, files));
            return Some(further.unwrap_or(at));
        }
        rest = more;
    }
    Some(at)
}

/// For each module, those that it imports.
fn imports() -> BTreeMap<Module, BTreeSet<Module>> {
    let mut found = Vec::new();
    rust_files(&Path::new(ROOT).join("src"), &mut found);
    let files: BTreeMap<Module, File> = found
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path).expect("a source file can be read");
            (module_path(path), File::read(&text))
        })
        .collect();
    let imports = files.iter().map(|(own, file)| {
        let targets = file
            .paths
            .iter()
            .filter_map(|path| target(own, path, &files));
        (
            own.clone(),
            targets.filter(|target| target != own).collect(),
        )
    });
    imports.collect()
}

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

#[test]
fn files_do_not_import_each_other_in_a_circle() {
    let imports = imports();
    let reached: BTreeMap<&Module, BTreeSet<Module>> = imports
        .keys()
        .map(|own| (own, reachable(&imports, own)))
        .collect();
    let circles: BTreeSet<Vec<String>> = imports
        .keys()
        .filter(|own| reached[own].contains(*own))
        .map(|own| {
            let members = reached[own].iter().filter(|it| reached[it].contains(own));
            members.map(|it| it.join("/")).collect()
        })
        .collect();
    assert!(imports.len() > 300, "{}", imports.len());
    let is_below = |file: &str, root: &str| {
        let rest = file.strip_prefix(root);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let holds = |roots: &[&str], circle: &[String]| {
        let mut files = circle.iter();
        files.all(|file| roots.iter().any(|root| is_below(file, root)))
    };
    let mut wrong: Vec<String> = circles
        .iter()
        .filter(|circle| !KNOWN.iter().any(|(roots, _)| holds(roots, circle)))
        .map(|circle| format!("a circle: {}", circle.join(", ")))
        .collect();
    for (roots, _) in KNOWN {
        if !circles.iter().any(|circle| holds(roots, circle)) {
            wrong.push(format!(
                "no circle any more, so it need not be listed: {roots:?}"
            ));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_circle_would_be_seen() {
    let texts = [
        ("", "mod a;\n"),
        (
            "a",
            "mod b;\nmod c;\npub(super) use c::{C, D as E};\nuse b::B;\n",
        ),
        ("a/b", "use super::{C, super::x};\n"),
        ("a/c", "fn c() -> crate::a::b::B { x }\n"),
    ];
    let module = |path: &str| -> Module {
        let parts = path.split('/').filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect()
    };
    let files = texts.map(|(path, text)| (module(path), File::read(text)));
    let files = BTreeMap::from(files);
    let lead = |from: &str| -> Vec<String> {
        let own = module(from);
        let paths = files[&own].paths.iter();
        let targets = paths.filter_map(|path| target(&own, path, &files));
        targets.map(|target| target.join("/")).collect()
    };
    assert_eq!(lead("a"), ["a/c", "a/c", "a/b"]);
    assert_eq!(lead("a/b"), ["a/c", ""]);
    assert_eq!(lead("a/c"), ["a/b"]);
}
