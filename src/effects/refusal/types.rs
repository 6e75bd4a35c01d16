//! Types that nobody has made, and labels of enums.

use super::refused::{Mend, Refusal};
use super::scene::Scene;
use crate::ir::{LabelPlace, Name, ObjectKind, TypeName};
use crate::postgres::types::{is_built_in, resembled};

/// A type that is not built in, that nobody has made, and whose name is one slip away from one that is: an extension that was there before may have made any other.
pub(super) fn misspelled(scene: Scene<'_>, ty: &TypeName) -> Option<Refusal> {
    let (catalog, name) = (scene.catalog, &ty.name);
    if name.schema.is_some() || is_built_in(&name.name) {
        return None;
    }
    let meant = resembled(&name.name)?;
    let made = catalog.type_made(name).is_some()
        || catalog.domain(ty).is_some()
        || catalog.labels(name).is_some()
        || catalog.find(name).is_some();
    if made || !catalog.is_surely_missing_object(ObjectKind::Type, name) {
        return None;
    }
    let dimensions = if ty.array { "[]" } else { "" };
    let message = format!("type \"{}{dimensions}\" does not exist", name.name);
    Some(Refusal::new("42704", message, Mend::Meant(meant)))
}

pub(super) fn add_value(
    scene: Scene<'_>,
    ty: &Name,
    label: &str,
    if_not_exists: bool,
    place: Option<&LabelPlace>,
) -> Option<Refusal> {
    // Whoever has altered the type otherwise may have changed its labels.
    scene.catalog.type_made(ty)?;
    let labels = scene.catalog.labels(ty)?;
    let has = |label: &str| labels.iter().any(|own| own == label);
    if has(label) {
        let message = format!("enum label \"{label}\" already exists");
        return (!if_not_exists).then(|| Refusal::new("42710", message, Mend::Exists));
    }
    let beside = match place? {
        LabelPlace::Before(other) | LabelPlace::After(other) => other,
    };
    (!has(beside)).then(|| {
        let message = format!("\"{beside}\" is not an existing enum label");
        Refusal::new("22023", message, Mend::Missing)
    })
}
