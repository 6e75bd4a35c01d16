//! Labels of enums.

use super::refused::{Mend, Refusal};
use super::scene::Scene;
use crate::ir::{LabelPlace, Name};

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
