//! Which file imports which, read from their text.

use super::{ROOT, module_below, rust_files};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// A module by its path.
pub(crate) type Module = Vec<String>;

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

/// For each module of the crate whose source stands in `folder`, those that it imports.
pub(crate) fn imports(folder: &str) -> BTreeMap<Module, BTreeSet<Module>> {
    let root = Path::new(ROOT).join(folder);
    let mut found = Vec::new();
    rust_files(&root, &mut found);
    let files: BTreeMap<Module, File> = found
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path).expect("a source file can be read");
            (module_below(&root, path), File::read(&text))
        })
        .collect();
    let imports = files.iter().map(|(own, file)| {
        let paths = file.paths.iter();
        let targets = paths.filter_map(|path| target(own, path, &files));
        let others = targets.filter(|target| target != own && files.contains_key(target));
        (own.clone(), others.collect())
    });
    imports.collect()
}

#[test]
fn imports_are_found_through_what_others_hand_on() {
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
