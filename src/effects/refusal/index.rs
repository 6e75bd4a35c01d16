//! Indexes and keys: there already, on columns that are not there, or such as their table or access method does not have.
//!
//! Source: `DefineIndex` in `src/backend/commands/indexcmds.c`.

use super::refused::{Mend, Refusal};
use super::scene::Scene;
use super::target::Target;
use crate::ir::{CreateIndex, IndexColumn, Name, RelationKind};
use crate::postgres::Change;
use crate::postgres::types::{default_operator_class, display_name, is_built_in};

/// What an access method can do.
struct Method {
    name: &'static str,
    unique: bool,
    many: bool,
    include: bool,
    exclusion: bool,
}

/// Source: the handlers of the access methods, `amcanunique`, `amcanmulticol`, `amcaninclude` and `amgettuple`.
const METHODS: &[Method] = &[
    method("btree", [true, true, true, true]),
    method("hash", [false, false, false, true]),
    method("gist", [false, true, true, true]),
    method("spgist", [false, false, true, true]),
    method("gin", [false, true, false, false]),
    method("brin", [false, true, false, false]),
];

const fn method(name: &'static str, [unique, many, include, exclusion]: [bool; 4]) -> Method {
    Method {
        name,
        unique,
        many,
        include,
        exclusion,
    }
}

pub(super) fn create(scene: Scene<'_>, create: &CreateIndex) -> Option<Refusal> {
    let gone = scene.gone(&create.table, "relation", "42P01");
    if gone.is_some() {
        return gone;
    }
    let table = scene.catalog.find_sure(&create.table)?;
    let target = Target::of(scene, table);
    if let Some(refusal) =
        wrong_kind(scene, table.kind, &table.name).filter(|_| table.created.is_some())
    {
        return Some(refusal.on(table.id));
    }
    if create.concurrently && table.partitioned {
        let message = format!(
            "cannot create index on partitioned table \"{}\" concurrently",
            table.name
        );
        return Some(Refusal::new("0A000", message, Mend::IndexByParts).on(table.id));
    }
    let refusal = taken(scene, create, table.schema.as_ref())
        .or_else(|| unsupported(create))
        .or_else(|| missing(&target, create))
        .or_else(|| unfit(&target, create))?;
    Some(refusal.on(table.id))
}

fn wrong_kind(scene: Scene<'_>, kind: RelationKind, name: &str) -> Option<Refusal> {
    let plural = match kind {
        RelationKind::View => "views",
        RelationKind::Sequence => "sequences",
        RelationKind::Index => "indexes",
        _ => return None,
    };
    if !scene.version.has(Change::WrongKindNamesAction) {
        let message = format!("\"{name}\" is not a table or materialized view");
        return Some(Refusal::new("42809", message, Mend::OtherKind));
    }
    let message = format!("cannot create index on relation \"{name}\"");
    let detail = format!("this operation is not supported for {plural}");
    Some(Refusal::new("42809", message, Mend::OtherKind).detail(detail))
}

fn taken(scene: Scene<'_>, create: &CreateIndex, schema: Option<&String>) -> Option<Refusal> {
    let wanted = Name {
        schema: schema.cloned(),
        name: create.name.clone().filter(|_| !create.if_not_exists)?,
    };
    let relation = scene.made(&wanted)?;
    let message = format!("relation \"{}\" already exists", relation.name);
    Some(Refusal::new("42P07", message, Mend::Exists).about(&relation.name))
}

/// What the access method does not do.
fn unsupported(create: &CreateIndex) -> Option<Refusal> {
    let method = METHODS.iter().find(|method| method.name == create.method)?;
    let lacks = if create.unique && !method.unique {
        "unique indexes"
    } else if create.elements.len() > 1 && !method.many {
        "multicolumn indexes"
    } else if !create.include.is_empty() && !method.include {
        "included columns"
    } else {
        return None;
    };
    Some(does_not_support(method, lacks))
}

fn does_not_support(method: &Method, lacks: &str) -> Refusal {
    let message = format!("access method \"{}\" does not support {lacks}", method.name);
    Refusal::new("0A000", message, Mend::Btree)
}

fn missing(target: &Target<'_>, create: &CreateIndex) -> Option<Refusal> {
    let keys = create.elements.iter().filter_map(|key| match &key.column {
        IndexColumn::Column(name) => Some(name),
        IndexColumn::Expression(_) => None,
    });
    let mut named = keys.chain(&create.include);
    let column = named.find(|column| target.lacks(column))?;
    let message = format!("column \"{column}\" does not exist");
    Some(Refusal::new("42703", message, Mend::Missing))
}

/// A unique index without the partition key, and types that the method cannot put in order.
fn unfit(target: &Target<'_>, create: &CreateIndex) -> Option<Refusal> {
    if create.unique {
        let keys = create.elements.iter().map(|key| match &key.column {
            IndexColumn::Column(name) => Some(name.as_str()),
            IndexColumn::Expression(_) => None,
        });
        let keys: Vec<&str> = keys.flatten().collect();
        let refusal = partition_key(target, Some(&keys), "UNIQUE");
        if refusal.is_some() {
            return refusal;
        }
    }
    let plain = create
        .elements
        .iter()
        .filter(|key| key.operator_class.is_none());
    let mut columns = plain.filter_map(|key| match &key.column {
        IndexColumn::Column(name) => Some(name),
        IndexColumn::Expression(_) => None,
    });
    columns.find_map(|column| no_class(target, column, &create.method))
}

/// A column of a built-in type that has no order.
pub(super) fn no_class(target: &Target<'_>, column: &str, method: &str) -> Option<Refusal> {
    let ty = target.type_of(column)?;
    let name = &ty.name.name;
    let plain = ty.name.schema.is_none() && !ty.array && target.scene.catalog.domain(ty).is_none();
    let unordered = is_built_in(name) && default_operator_class(name).is_none();
    (plain && unordered && method == "btree").then(|| {
        let message = format!(
            "data type {} has no default operator class for access method \"btree\"",
            display_name(name)
        );
        Refusal::new("42704", message, Mend::WriteOtherwise)
    })
}

/// A key of a partitioned table must hold the columns by which rows find their partition.
pub(super) fn partition_key(
    target: &Target<'_>,
    columns: Option<&[&str]>,
    kind: &str,
) -> Option<Refusal> {
    let by = target.partitioning?;
    let mut lacking = Vec::new();
    for key in &by.keys {
        match &key.column {
            IndexColumn::Expression(_) => {
                let message =
                    format!("unsupported {kind} constraint with partition key definition");
                let detail = format!(
                    "{kind} constraints cannot be used when partition keys include expressions"
                );
                return Some(Refusal::new("0A000", message, Mend::WriteOtherwise).detail(detail));
            }
            IndexColumn::Column(name)
                if columns.is_some_and(|all| all.contains(&name.as_str())) => {}
            IndexColumn::Column(name) => lacking.push(name.as_str()),
        }
    }
    let first = lacking.first()?;
    let message = "unique constraint on partitioned table must include all partitioning columns";
    let detail = format!(
        "{kind} constraint on table \"{}\" lacks column \"{first}\" which is part of the partition key",
        target.name
    );
    let mend = Mend::PartitionKey(lacking.join(", "));
    Some(Refusal::new("0A000", message.to_owned(), mend).detail(detail))
}

/// EXCLUDE by a method that cannot, or on a partitioned table before 17.
pub(super) fn exclusion(target: &Target<'_>, method: &str) -> Option<Refusal> {
    if target.partitioned && !target.scene.version.has(Change::PartitionedExclusion) {
        let message = "exclusion constraints are not supported on partitioned tables";
        return Some(Refusal::new(
            "0A000",
            message.to_owned(),
            Mend::WriteOtherwise,
        ));
    }
    let known = METHODS.iter().find(|known| known.name == method)?;
    (!known.exclusion).then(|| does_not_support(known, "exclusion constraints"))
}

/// Whether an index is unique on just these columns, whatever their order.
pub(super) fn is_key(index: &CreateIndex, columns: &[&str]) -> bool {
    let is_one = |key: &crate::ir::IndexElement| match &key.column {
        IndexColumn::Column(name) => columns.contains(&name.as_str()),
        IndexColumn::Expression(_) => false,
    };
    index.unique
        && index.predicate.is_none()
        && index.elements.len() == columns.len()
        && index.elements.iter().all(is_one)
}
