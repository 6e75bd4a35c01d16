//! What changed between the supported versions, as far as it decides what a statement locks or does: one line a change.

use super::Version;

/// A way of behaving that not every supported version has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// A new partition of a table that foreign keys refer to locks the tables of those keys SHARE ROW EXCLUSIVE.
    NewPartitionLocksReferencing,
    /// A partitioned table that a foreign key refers to has triggers of that key, as its partitions do, and is locked where they go.
    PartitionedHaveKeyTriggers,
    /// SET LOGGED and SET UNLOGGED take the sequences of the table along.
    SequencesFollowPersistence,
    /// ALTER TRIGGER ... RENAME on a partitioned table renames those of its partitions too.
    TriggerRenameRecurses,
    /// A query opens the indexes of a partitioned table itself when it is planned.
    PartitionedIndexesPlanned,
    /// ADD, SET and DROP IDENTITY on a partitioned table are done to its partitions too.
    IdentityRecurses,
    /// GRANT and REVOKE take ACCESS SHARE on each relation that they name.
    GrantLocksRelations,
    /// VACUUM and ANALYZE of an inheritance parent process its children too, and ONLY spares them.
    MaintenanceRecurses,
    /// ADD CONSTRAINT locks all children of the table as it locks the table, whether they get the constraint or not.
    ConstraintsLockChildren,
    /// A number that a letter follows at once is refused: before, that began a word.
    NumbersEndAtBlanks,
    /// Numbers in hexadecimal, octal and binary, and underscores between digits.
    MoreNumbers,
    /// NOT NULL is a constraint of its own, which may be NOT VALID.
    NotNullIsConstraint,
    /// A foreign key on a partitioned table may be NOT VALID.
    PartitionedForeignKeyNotValid,
    /// A column that a generated column is computed from is not dropped without CASCADE: before, the generated one went along. That its type is not altered is
    /// an unsupported feature rather than a syntax error.
    GeneratedColumnsDepend,
    /// A partitioned table may have EXCLUDE constraints.
    PartitionedExclusion,
    /// What ALTER TABLE and CREATE INDEX cannot be done to is named with the action.
    WrongKindNamesAction,
    /// That types of a foreign key do not go together names the tables.
    ForeignKeyDetailNamesTables,
    /// Labels that are added to an enum of the same transaction can be used at once.
    NewEnumsTakeLabels,
    /// ENABLE and DISABLE TRIGGER ALL on a partitioned table reach the triggers of its partitions' foreign keys.
    ForeignKeyTriggersRecurse,
}

/// One line of the table: the change, the release that made it, and where that is written.
struct Line {
    change: Change,
    since: u8,
    #[allow(dead_code, reason = "read by people, and by a test")]
    source: &'static str,
}

const fn line(change: Change, since: u8, source: &'static str) -> Line {
    Line {
        change,
        since,
        source,
    }
}

/// Every change, by the release that made it.
const TABLE: &[Line] = &[
    line(
        Change::NewPartitionLocksReferencing,
        15,
        "CloneFkReferenced in src/backend/commands/tablecmds.c; observed on 14.23 and 15.18",
    ),
    line(
        Change::PartitionedHaveKeyTriggers,
        15,
        "partitioned tables have triggers of their own foreign keys: CreateTrigger in src/backend/commands/trigger.c; observed on 14.23 and 15.18",
    ),
    line(
        Change::NumbersEndAtBlanks,
        15,
        "release notes of 15: numeric literals with trailing non-digits; param_junk and the like in src/backend/parser/scan.l",
    ),
    line(
        Change::GeneratedColumnsDepend,
        15,
        "StoreAttrDefault in src/backend/catalog/heap.c; observed on 14.23 to 18.4",
    ),
    line(
        Change::WrongKindNamesAction,
        15,
        "ATSimplePermissions in src/backend/commands/tablecmds.c; observed on 14.23 and 15.18",
    ),
    line(
        Change::SequencesFollowPersistence,
        15,
        "release notes of 15: unlogged sequences; ATPrepChangePersistence in tablecmds.c",
    ),
    line(
        Change::ForeignKeyTriggersRecurse,
        15,
        "EnableDisableTrigger in src/backend/commands/trigger.c; observed on 14.23 to 18.4",
    ),
    line(
        Change::TriggerRenameRecurses,
        15,
        "renametrig in src/backend/commands/trigger.c; observed on 14.23 to 18.4",
    ),
    line(
        Change::MoreNumbers,
        16,
        "release notes of 16: non-decimal integer literals, underscores; scan.l",
    ),
    line(
        Change::PartitionedIndexesPlanned,
        16,
        "get_relation_info in src/backend/optimizer/util/plancat.c; observed on 15.18 and 16.14",
    ),
    line(
        Change::IdentityRecurses,
        17,
        "release notes of 17: identity columns of partitioned tables; ATPrepCmd in tablecmds.c; observed on 16.14 and 17.10",
    ),
    line(
        Change::NewEnumsTakeLabels,
        17,
        "EnumUncommitted in src/backend/catalog/pg_enum.c; observed on 14.23 to 18.4",
    ),
    line(
        Change::PartitionedExclusion,
        17,
        "release notes of 17: exclusion constraints on partitioned tables; observed on 16.14 and 18.4",
    ),
    line(
        Change::GrantLocksRelations,
        18,
        "objectNamesToOids in src/backend/catalog/aclchk.c; observed on 17.10 and 18.4",
    ),
    line(
        Change::MaintenanceRecurses,
        18,
        "release notes of 18: VACUUM and ANALYZE process inheritance children, ONLY",
    ),
    line(
        Change::ConstraintsLockChildren,
        18,
        "ATPrepCmd, AT_AddConstraint, in tablecmds.c; observed on 17.10 and 18.4",
    ),
    line(
        Change::ForeignKeyDetailNamesTables,
        18,
        "ATAddForeignKeyConstraint in src/backend/commands/tablecmds.c; observed on 17.10 and 18.4",
    ),
    line(
        Change::NotNullIsConstraint,
        18,
        "release notes of 18: NOT NULL constraints in pg_constraint, NOT VALID",
    ),
    line(
        Change::PartitionedForeignKeyNotValid,
        18,
        "release notes of 18: NOT VALID foreign keys on partitioned tables",
    ),
];

impl Version {
    /// Whether this version has the change.
    #[must_use]
    pub fn has(self, change: Change) -> bool {
        let mut lines = TABLE.iter();
        lines.any(|line| line.change == change && self.at_least(line.since))
    }
}

#[cfg(test)]
mod tests {
    use super::{TABLE, Version};
    use crate::failures::Failures;

    #[test]
    fn every_line_names_a_supported_release_and_a_source() {
        Failures::collect(|failures| {
            for line in TABLE {
                let newer = line.since > Version::OLDEST.major();
                let supported = newer && line.since <= Version::NEWEST.major();
                let place = format!("{:?}", line.change);
                failures.check(supported, &place, "a supported release", line.since);
                failures.check(!line.source.is_empty(), &place, "a source", "none");
                let same = TABLE.iter().filter(|other| other.change == line.change);
                failures.equal(&place, &1, &same.count());
            }
        });
        assert!(TABLE.is_sorted_by_key(|line| line.since));
    }
}
