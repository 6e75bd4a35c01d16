//! What the server would take instead of what it refuses.

use crate::effects::Mend;
use std::borrow::Cow;

pub(super) fn help(mend: &Mend) -> Cow<'static, str> {
    let plain = match mend {
        Mend::Exists => {
            "leave it out, give it another name, or say IF NOT EXISTS where that is meant"
        }
        Mend::Missing => "check the name; say IF EXISTS where it may be missing",
        Mend::Meant(name) => return format!("did you mean {name}?").into(),
        Mend::Dependents => "drop what depends on it first; CASCADE drops that too, whatever it is",
        Mend::DropConstraint(statement) => {
            return format!("{statement}, which drops the index too").into();
        }
        Mend::DropParent(index) => {
            return format!("drop {index}, or detach the partition first").into();
        }
        Mend::RemakeView => {
            "drop the view, change the type, and make the view again, in one transaction"
        }
        Mend::DropView => {
            "add new columns at the end only, or DROP VIEW and CREATE VIEW in one transaction"
        }
        Mend::RemakeReader => {
            "drop what reads the column, change the type, and make it again, in one transaction"
        }
        Mend::Using(using) => return format!("say how: {using}").into(),
        Mend::OtherKind => "use the statement that is made for its kind",
        Mend::IndexByParts => {
            "create it ON ONLY the partitioned table, build each partition's CONCURRENTLY, then ALTER INDEX ... ATTACH PARTITION"
        }
        Mend::KeyByParts => {
            "add it NOT VALID to each partition and validate it there; the partitioned table then takes it over from them"
        }
        Mend::PartitionKey(columns) => {
            return format!(
                "take {columns} into the key, or make it unique on each partition alone"
            )
            .into();
        }
        Mend::Bound => "give it rows that no other partition has",
        Mend::DetachPlainly => {
            "detach it without CONCURRENTLY, or detach the default partition first"
        }
        Mend::UniqueFirst => "make what it refers to unique first",
        Mend::SameType => "give both columns one type",
        Mend::OneKey => "drop the primary key that is there first, or add a UNIQUE constraint",
        Mend::Btree => "use an access method that does it: btree, for one",
        Mend::TruncateTogether(table) => {
            return format!(
                "truncate {table} in the same statement; CASCADE empties whatever refers to it"
            )
            .into();
        }
        Mend::IndexView => "make a unique index on columns of the view first, without WHERE",
        Mend::Immediate => {
            "change the table in a migration of its own, or say SET CONSTRAINTS ALL IMMEDIATE first"
        }
        Mend::CommitLabel => "add the label in an earlier migration, which commits it",
        Mend::ColumnFirst(what) => what,
        Mend::OnParent => "do it to the parent table",
        Mend::WriteOtherwise => "leave out what does not go together",
    };
    plain.into()
}
