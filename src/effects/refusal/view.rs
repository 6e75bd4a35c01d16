//! Views that are replaced by others, and materialized views that cannot be refreshed so.
//!
//! Source: `checkViewColumns` in `src/backend/commands/view.c`, `ExecRefreshMatView` in `src/backend/commands/matview.c`.

use super::create;
use super::refused::{Mend, Refusal};
use super::scene::Scene;
use crate::ir::{CreateView, IndexColumn, Name, RelationKind, TypeName};
use crate::postgres::types::is_built_in;
use crate::schema::{Column, Relation};

pub(super) fn view(scene: Scene<'_>, new: &CreateView) -> Option<Refusal> {
    if new.temporary {
        return None;
    }
    if !new.or_replace {
        return create::relation(scene, &new.name, true);
    }
    let Some(old) = scene.in_the_way(&new.name) else {
        return scene
            .catalog
            .type_made(&new.name)
            .and_then(|_| create::relation(scene, &new.name, true));
    };
    if old.kind != RelationKind::View {
        let message = format!("\"{}\" is not a view", old.name);
        return Some(Refusal::new("42809", message, Mend::OtherKind).on(old.id));
    }
    let mut reads = new.reads.iter();
    if !reads.all(|read| scene.catalog.find(read).is_some()) {
        return None;
    }
    let columns = scene.catalog.columns_of_view(new);
    let message = replaced(scene, old, &columns)?;
    Some(Refusal::new("42P16", message, Mend::DropView).on(old.id))
}

/// What a view that replaces another may not do: lose columns, or change their names and types.
fn replaced(scene: Scene<'_>, old: &Relation, new: &[Column]) -> Option<String> {
    if !scene.knows_columns(old) || new.is_empty() {
        return None;
    }
    if new.len() < old.columns.len() {
        return Some("cannot drop columns from view".to_owned());
    }
    let mut pairs = old.columns.iter().zip(new);
    pairs.find_map(|(old, new)| {
        if old.name != new.name {
            return Some(format!(
                "cannot change name of view column \"{}\" to \"{}\"",
                old.name, new.name
            ));
        }
        let (from, to) = (old.ty.as_ref()?, new.ty.as_ref()?);
        let known = |ty: &TypeName| is_built_in(&ty.name.name);
        (known(from) && known(to) && from != to).then(|| {
            format!(
                "cannot change data type of view column \"{}\" from {from} to {to}",
                old.name
            )
        })
    })
}

pub(super) fn refresh(
    scene: Scene<'_>,
    view: &Name,
    concurrently: bool,
    with_data: bool,
) -> Option<Refusal> {
    let gone = scene.gone(view, "relation", "42P01");
    if gone.is_some() {
        return gone;
    }
    let view = scene.made(view)?;
    if view.kind != RelationKind::MaterializedView {
        let message = format!("\"{}\" is not a table or materialized view", view.name);
        let other = view.kind == RelationKind::View;
        return other.then(|| Refusal::new("42809", message, Mend::OtherKind).on(view.id));
    }
    if !concurrently {
        return None;
    }
    if !with_data {
        let message = "CONCURRENTLY and WITH NO DATA options cannot be used together";
        return Some(Refusal::new("42601", message.to_owned(), Mend::WriteOtherwise).on(view.id));
    }
    let usable = scene.catalog.indexes(view.id).any(is_usable);
    (!usable).then(|| {
        let schema = view.schema.as_deref().unwrap_or("public");
        let message = format!(
            "cannot refresh materialized view \"{schema}.{}\" concurrently",
            view.name
        );
        Refusal::new("55000", message, Mend::IndexView).on(view.id)
    })
}

/// A unique index on columns of all rows; of one that is not known it is taken to be.
fn is_usable(index: &Relation) -> bool {
    index.definition.as_ref().is_none_or(|definition| {
        let mut keys = definition.elements.iter();
        definition.unique
            && definition.predicate.is_none()
            && keys.all(|key| matches!(key.column, IndexColumn::Column(_)))
    })
}
