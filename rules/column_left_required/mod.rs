//! A column that code does not know any more, but that INSERT has to give a value, breaks new code.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{Name, Unused};
use crate::postgres::Version;
use crate::rule::{Category, Kind, Rule, Severity, Whole};
use crate::source::Span;

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::Always(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Migration(check),
};

fn check(whole: &Whole<'_>) -> Vec<Finding> {
    let given_up = whole.outline.map_or(&[][..], |outline| &outline.given_up);
    let found = given_up
        .iter()
        .filter_map(|(unused, place)| left(whole, unused, *place));
    found.collect()
}

fn left(whole: &Whole<'_>, unused: &Unused, place: Span) -> Option<Finding> {
    let name = unused.column.as_ref()?;
    // The new code writes no rows at all where it gives up the table too.
    let given_up = whole.outline.map_or(&[][..], |outline| &outline.given_up);
    let is_whole =
        |(other, _): &(Unused, Span)| other.table == unused.table && other.column.is_none();
    if given_up.iter().any(is_whole) {
        return None;
    }
    let table = whole.catalog.find(&Name::bare(unused.table.clone()))?;
    let column = table.column(name).filter(|column| column.not_null)?;
    let domain = column.ty.as_ref().and_then(|ty| whole.catalog.domain(ty));
    let valued = column.default.is_some()
        || column.identity
        || column.generated.is_some()
        || domain.is_some_and(|domain| domain.default.is_some())
        || whole.catalog.is_filled(table, name);
    if valued || !whole.catalog.is_deployed(table.created) {
        return None;
    }
    let table = table.display_name();
    let found = whole.finding_at(place, Harm::BreaksCode).says(
        format!(
            "{table}.{name} breaks every INSERT of the new code, which does not know it any more"
        ),
        format!("{name} stays in the database, NOT NULL and without a default"),
    );
    Some(found.remedy(Remedy::FreeColumn).build())
}
