//! What relations were called before a form renamed or dropped them.

use crate::form::Form;
use mig_lint::effects::Effect;
use mig_lint::engine::StatementReport;
use mig_lint::schema::RelationId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What relations were called when the form first touched them.
#[derive(Default)]
pub(crate) struct FirstNames {
    pub(crate) by_id: BTreeMap<RelationId, String>,
    /// By what they are called while the last statement runs.
    pub(crate) now: BTreeMap<String, String>,
}

pub(crate) fn first_names(form: &Form, statements: &[(usize, &StatementReport)]) -> FirstNames {
    let mut names = FirstNames::default();
    for (nth, (at, statement)) in statements.iter().enumerate() {
        for effect in effects(statement) {
            let name = full_name(effect);
            let first = names.by_id.entry(effect.id).or_insert_with(|| name.clone());
            names.now.insert(name, first.clone());
        }
        let words: Vec<&str> = form.sql[*at].split_whitespace().collect();
        if let (["ALTER", "TABLE", from, "RENAME", "TO", to], true) =
            (&words[..], nth + 1 < statements.len())
        {
            let first = names
                .now
                .remove(*from)
                .unwrap_or_else(|| (*from).to_owned());
            names.now.insert((*to).to_owned(), first);
        }
    }
    names
}

fn effects(statement: &StatementReport) -> &[Arc<Effect>] {
    let prediction = statement.prediction.as_deref();
    prediction.map_or(&[], |prediction| &prediction.effects)
}

/// With its schema, where that is not `public`.
fn full_name(effect: &Effect) -> String {
    match effect.schema.as_deref() {
        None | Some("public") => effect.relation.clone(),
        Some(schema) => format!("{schema}.{}", effect.relation),
    }
}

/// What the form drops: what it was is gone from the server's counters, and a namesake may have taken its place.
pub(crate) fn dropped(form: &Form, names: &BTreeMap<String, String>) -> BTreeSet<String> {
    let kinds = ["DROP TABLE ", "DROP INDEX ", "DROP MATERIALIZED VIEW "];
    let drops = form.sql.iter().filter_map(|sql| {
        let mut kinds = kinds.iter();
        kinds.find_map(|kind| sql.strip_prefix(kind))
    });
    let names_of = drops.map(|name| name.trim_end_matches(" CASCADE"));
    names_of
        .map(|name| names.get(name).map_or(name, String::as_str).to_owned())
        .collect()
}
