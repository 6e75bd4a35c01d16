//! Whether the server refuses a statement in the state before it, and in which words. Where the catalog is not sure, nothing is said.

mod alter;
mod altering;
mod attached;
mod column;
mod column_type;
mod constraint;
mod create;
mod dependents;
mod drop;
mod foreign_key;
mod index;
mod labels;
mod partition;
mod pending;
mod refused;
mod rows;
mod scene;
mod target;
mod types;
mod view;
mod words;

use crate::ir::Action;
pub use refused::{Mend, NEW_LABEL, PENDING_EVENTS, Refusal};
pub(super) use scene::Scene;

/// Why the server refuses a statement, subcommand by subcommand; nothing where it takes it, or where that is not sure.
pub(super) fn of(scene: Scene<'_>, action: &Action) -> Vec<Refusal> {
    let sooner = pending::refused(scene, action).or_else(|| labels::refused(scene, action));
    if let Some(refusal) = sooner {
        return vec![refusal];
    }
    if let Action::AlterTable(alter) = action {
        return alter::alter(scene, alter);
    }
    let refusal = match action {
        Action::Drop(drop) => drop::drop_objects(scene, drop),
        Action::CreateTable(create) => create::table(scene, create),
        Action::CreateTableAs(create) => create::table_as(scene, create),
        Action::CreateSequence {
            name,
            if_not_exists: false,
            ..
        } => create::relation(scene, name, false),
        Action::CreateView(view) => view::view(scene, view),
        Action::CreateIndex(create) => index::create(scene, create),
        Action::CreateEnum { name, .. }
        | Action::CreateDomain { name, .. }
        | Action::CreateComposite { name } => create::user_type(scene, name),
        Action::CreateObject(object) => create::object(scene, object),
        Action::CreateOn {
            kind,
            name: Some(name),
            may_exist: false,
            table,
            ..
        } => attached::create(scene, *kind, name, table),
        Action::AlterEnumAddValue {
            name,
            value,
            if_not_exists,
            place,
        } => types::add_value(scene, name, value, *if_not_exists, place.as_ref()),
        Action::Truncate {
            tables,
            cascade: false,
            only,
            ..
        } => rows::truncate(scene, tables, *only),
        Action::Refresh {
            view,
            concurrently,
            with_data,
        } => view::refresh(scene, view, *concurrently, *with_data),
        Action::Dml(dml) => rows::dml(scene, dml),
        _ => None,
    };
    refusal.into_iter().collect()
}
