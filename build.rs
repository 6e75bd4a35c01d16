//! Makes the registry of rules from `rules/mod.rs`: the module's name is the rule's id, its folder holds the rest.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let rules = Path::new(&root).join("rules");
    let list = fs::read_to_string(rules.join("mod.rs")).expect("rules/mod.rs can be read");
    let mut code = String::from("&[\n");
    let mut entries = String::new();
    let names = list
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    for (at, name) in names.enumerate() {
        let text = |file: &str| {
            let path = rules.join(name).join(file);
            if path.exists() {
                format!("include_str!({:?})", path.display().to_string())
            } else {
                "\"\"".to_owned()
            }
        };
        writeln!(
            code,
            "    Entry {{ id: {:?}, rule: &crate::rules::{name}::RULE, doc: {}, bad: {}, good: {}, bad_py: {}, good_py: {}, proof: {}, observed: {} }},",
            name.replace('_', "-"),
            text("rule.md"),
            text("bad.sql"),
            text("good.sql"),
            text("bad.py"),
            text("good.py"),
            text("proof.toml"),
            text("observed.json"),
        )
        .expect("a string takes all that is written");
        writeln!(
            entries,
            "/// The rule `{}`.\npub static {}: &Entry = &RULES[{at}];",
            name.replace('_', "-"),
            name.to_uppercase(),
        )
        .expect("a string takes all that is written");
    }
    code.push(']');
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let out = Path::new(&out);
    fs::write(out.join("registry.rs"), code).expect("OUT_DIR can be written");
    fs::write(out.join("entries.rs"), entries).expect("OUT_DIR can be written");
}
