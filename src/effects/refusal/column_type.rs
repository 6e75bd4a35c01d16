//! A column gets another type: what reads it must not be there, and its values must find their way.
//!
//! Source: `ATPrepAlterColumnType` and `ATExecAlterColumnType` in `src/backend/commands/tablecmds.c`.

use super::altering::Altering;
use super::refused::{Mend, Refusal};
use super::scene::Scene;
use super::{column, types, words};
use crate::ir::{ExprNode, ObjectKind, TypeName};
use crate::postgres::types::{is_built_in, is_cast_on_assignment};
use crate::postgres::{Change, quote};
use crate::schema::Column;

pub(super) fn change(
    cx: Altering<'_>,
    name: &str,
    ty: &TypeName,
    has_using: bool,
) -> Option<Refusal> {
    let absent = column::missing(cx, name);
    if absent.is_some() {
        return absent;
    }
    let column = cx.relation.column(name)?;
    if cx.is_changed_beside(name) {
        return None;
    }
    if column::is_inherited(cx, name) {
        let message = format!("cannot alter inherited column \"{name}\"");
        return Some(Refusal::new("42P16", message, Mend::OnParent));
    }
    if column::divides(cx.relation, name) {
        let message = format!(
            "cannot alter column \"{name}\" because it is part of the partition key of relation \"{}\"",
            cx.relation.name
        );
        return Some(Refusal::new("42P16", message, Mend::WriteOtherwise));
    }
    let cast = if has_using {
        None
    } else {
        no_cast(cx, column, ty)
    };
    let cast = types::misspelled(cx.scene, ty).or(cast);
    cast.or_else(|| no_default(cx, column, ty))
        .or_else(|| read(cx, name))
}

/// Whether a value of the column's type finds its way to the new one by itself; `None` where that is not known.
fn is_assigned(cx: Altering<'_>, from: &TypeName, to: &TypeName) -> Option<bool> {
    let catalog = cx.scene.catalog;
    let plain = |ty: &TypeName| {
        let own = catalog.domain(ty).is_some() || ty.name.schema.is_some();
        is_built_in(&ty.name.name) && !own
    };
    let is_enum =
        |ty: &TypeName| catalog.labels(&ty.name).is_some() && catalog.type_made(&ty.name).is_some();
    if from.array || to.array || catalog.casts || !catalog.is_whole(cx.relation) {
        return None;
    }
    match (plain(from), plain(to)) {
        (true, true) => Some(is_cast_on_assignment(&from.name.name, &to.name.name)),
        (true, false) if is_enum(to) => Some(false),
        (false, true) if is_enum(from) => Some(is_cast_on_assignment("enum", &to.name.name)),
        (false, false) if is_enum(from) && is_enum(to) => Some(from.name == to.name),
        _ => None,
    }
}

fn no_cast(cx: Altering<'_>, column: &Column, ty: &TypeName) -> Option<Refusal> {
    let from = column.ty.as_ref()?;
    let refused = is_assigned(cx, from, ty) == Some(false) && column.generated.is_none();
    refused.then(|| {
        let name = &column.name;
        let message = format!("column \"{name}\" cannot be cast automatically to type {ty}");
        let using = format!("USING {}::{ty}", quote(name));
        Refusal::new("42804", message, Mend::Using(using))
    })
}

/// A default of the old type, other than a literal, which takes any.
fn no_default(cx: Altering<'_>, column: &Column, ty: &TypeName) -> Option<Refusal> {
    let from = column.ty.as_ref()?;
    let default = column.default.as_ref()?;
    // What is written as a literal is of the column's type by then.
    let of_type = matches!(&default.node, ExprNode::Constant(_));
    let refused =
        of_type && !cx.is_altered_beside(&column.name) && is_assigned(cx, from, ty) == Some(false);
    refused.then(|| {
        let message = format!(
            "default for column \"{}\" cannot be cast automatically to type {ty}",
            column.name
        );
        let mend = Mend::ColumnFirst("drop the default first, and set one of the new type behind");
        Refusal::new("42804", message, mend)
    })
}

/// Views, triggers, policies and generated columns that read the column.
fn read(cx: Altering<'_>, name: &str) -> Option<Refusal> {
    let scene = cx.scene;
    if let Some(view) = scene.reader_of(cx.relation, name) {
        let message = "cannot alter type of a column used by a view or rule".to_owned();
        let view = words::described(scene, view);
        let detail = format!("rule _RETURN on {view} depends on column \"{name}\"");
        return Some(Refusal::new("0A000", message, Mend::RemakeView).detail(detail));
    }
    let mut attached = cx.relation.attached.iter();
    if let Some(at) = attached.find(|at| at.columns.iter().any(|own| own == name)) {
        let used = match at.kind {
            ObjectKind::Policy => "used in a policy definition",
            _ => "used in a trigger definition",
        };
        let what = scene.attached(cx.relation, at);
        let message = format!("cannot alter type of a column {used}");
        let detail = format!("{what} depends on column \"{name}\"");
        return Some(Refusal::new("0A000", message, Mend::RemakeReader).detail(detail));
    }
    let generated = Scene::generated_from(cx.relation, name)?;
    let sqlstate = if scene.version.has(Change::GeneratedColumnsDepend) {
        "0A000"
    } else {
        "42601"
    };
    let message = "cannot alter type of a column used by a generated column".to_owned();
    let detail = format!("column \"{name}\" is used by generated column \"{generated}\"");
    Some(Refusal::new(sqlstate, message, Mend::RemakeReader).detail(detail))
}
