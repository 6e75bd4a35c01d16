//! UPDATE and DELETE fail on a published table whose rows nothing identifies.

use crate::finding::{Finding, Harm, Level, Names, Remedy};
use crate::ir::{
    Action, AlterAction, ConstraintKind, Family, ObjectKind, Publication, PublicationChange,
    RelationKind, ReplicaIdentity,
};
use crate::postgres::{Version, object_name};
use crate::rule::{Category, Context, Kind, Rule, Severity};
use crate::schema::Relation;

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::Always(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::On(
        &[Family::AlterTable, Family::Publication, Family::Drop],
        check,
    ),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    match &cx.statement.action {
        Action::Publication(publication) => published(cx, publication).into_iter().collect(),
        Action::Drop(drop) if drop.kind == ObjectKind::Relation(RelationKind::Index) => {
            let indexes = drop.names.iter().filter_map(|name| cx.catalog.find(name));
            let found = indexes.filter_map(|index| {
                let table = cx.catalog.get(index.table?);
                let own = ReplicaIdentity::Index(index.name.clone());
                (table.replica_identity == own).then(|| loses(cx, 0, table))?
            });
            found.collect()
        }
        _ => {
            let found = cx.subcommands().filter_map(|(at, alter, action)| {
                let table = cx.catalog.find(&alter.name)?;
                takes_identity(table, action).then(|| loses(cx, at, table))?
            });
            found.collect()
        }
    }
}

/// Whether a subcommand takes what identifies the rows of a table.
fn takes_identity(table: &Relation, action: &AlterAction) -> bool {
    let by_key = table.replica_identity == ReplicaIdentity::Default;
    match action {
        AlterAction::ReplicaIdentity(identity) => match identity {
            ReplicaIdentity::Nothing => true,
            ReplicaIdentity::Default => table.complete && table.primary_key().is_none(),
            _ => false,
        },
        AlterAction::DropConstraint { name, .. } => match table.constraint(name) {
            Some(known) => {
                let primary = matches!(known.kind, ConstraintKind::PrimaryKey { .. });
                let own = ReplicaIdentity::Index(name.clone());
                by_key && primary || table.replica_identity == own
            }
            None => by_key && !table.complete && object_name(&table.name, "", "pkey") == *name,
        },
        AlterAction::DropColumn { column, .. } => {
            let key = table.primary_key();
            by_key && key.is_some_and(|key| key.is_about(column))
        }
        _ => false,
    }
}

/// Whether the migration gives a table another identity.
fn gets_another(cx: &Context<'_>, table: &Relation) -> bool {
    let mut others = cx.subcommands_to(&table.full_name());
    others.any(|action| match action {
        AlterAction::AddConstraint(new) => matches!(new.kind, ConstraintKind::PrimaryKey { .. }),
        AlterAction::ReplicaIdentity(identity) => {
            matches!(identity, ReplicaIdentity::Full | ReplicaIdentity::Index(_))
        }
        _ => false,
    })
}

/// A table that is published loses what identifies its rows.
fn loses(cx: &Context<'_>, command: usize, table: &Relation) -> Option<Finding> {
    let publications: Names = cx.catalog.publications_of(table).collect();
    if publications.is_empty() || !cx.catalog.is_deployed(table.created) || gets_another(cx, table)
    {
        return None;
    }
    let name = table.display_name();
    let found = cx.finding(command, table.id, Harm::BreaksCode).says(
        format!("UPDATE and DELETE of running code fail on {name}, which {publications} publishes"),
        "nothing identifies its rows from the commit on",
    );
    Some(
        found
            .effects(cx.effect(table.id))
            .remedy(Remedy::ReplicaIdentity)
            .build(),
    )
}

/// Tables are published of which nothing identifies the rows.
fn published(cx: &Context<'_>, publication: &Publication) -> Option<Finding> {
    let brings = [
        PublicationChange::Create,
        PublicationChange::Add,
        PublicationChange::Set,
    ];
    if !brings.contains(&publication.change) || publication.publishes_changes == Some(false) {
        return None;
    }
    let without = |table: &&Relation| {
        let plain = table.kind == RelationKind::Table && table.bound.is_none() && !table.temporary;
        let unknown = !table.complete || table.dropped;
        plain
            && !unknown
            && table.replica_identity == ReplicaIdentity::Default
            && table.primary_key().is_none()
            && cx.catalog.is_deployed(table.created)
            && !gets_another(cx, table)
    };
    let named = publication
        .tables
        .iter()
        .filter_map(|name| cx.catalog.find(name));
    let everything = publication.all_tables.then(|| cx.catalog.living());
    let all: Vec<&Relation> = named
        .chain(everything.into_iter().flatten())
        .filter(without)
        .collect();
    let first = all.first()?;
    let names: Names = all.iter().map(|table| table.display_name()).collect();
    let found = cx.finding(0, first.id, Harm::BreaksCode).says(
        format!(
            "UPDATE and DELETE of running code fail on {names} as soon as {} publishes it",
            publication.name
        ),
        "there is no primary key, and no other replica identity",
    );
    Some(
        found
            .effects(cx.effect(first.id))
            .remedy(Remedy::ReplicaIdentity)
            .build(),
    )
}
