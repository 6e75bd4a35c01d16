//! For migrations that are SQL, whoever runs them.

use super::recipe::recipe;
use super::{Advice, Case, refused};
use crate::finding::{Built, Filled, ForeignKey, NotValid, Remedy};

/// What to do in SQL.
pub(super) fn advise(case: &Case<'_>, remedy: &Remedy) -> Advice {
    Advice {
        help: match remedy {
            Remedy::Refused(mend) => refused::help(mend),
            _ => help(remedy.in_words()).into(),
        },
        recipe: recipe(case, remedy),
    }
}

fn help(remedy: &Remedy) -> &'static str {
    match remedy {
        Remedy::IndexConcurrently(Built::OnPartitions { .. }) => {
            "create it ON ONLY the partitioned table, build each partition's CONCURRENTLY, then ALTER INDEX ... ATTACH PARTITION"
        }
        Remedy::IndexConcurrently(Built::Created | Built::Implied) => "build it CONCURRENTLY",
        Remedy::ReindexConcurrently => "REINDEX CONCURRENTLY",
        Remedy::RefreshConcurrently { indexed: true } => "refresh it CONCURRENTLY",
        Remedy::RefreshConcurrently { indexed: false } => {
            "refresh it CONCURRENTLY, which needs a unique index on columns of it, without WHERE"
        }
        Remedy::DropIndexConcurrently => "drop it CONCURRENTLY",
        Remedy::DetachConcurrently => "detach it CONCURRENTLY",
        Remedy::ConstraintUsingIndex(Some(unique)) if !unique.nullable.is_empty() => {
            "make the columns NOT NULL without a lock that hurts, build a unique index CONCURRENTLY, then add the key USING INDEX"
        }
        Remedy::ConstraintUsingIndex(_) => {
            "build a unique index CONCURRENTLY, then add the constraint USING INDEX"
        }
        Remedy::UniqueOnPartitions { .. } => {
            "add it to the table ONLY, build a unique index on each partition CONCURRENTLY, make a constraint of it there, then ALTER INDEX ... ATTACH PARTITION"
        }
        Remedy::ExcludeWindow => {
            "do it in a maintenance window: an EXCLUDE constraint always builds its index under this lock"
        }
        Remedy::NotValid(constraint) => add_not_valid(constraint),
        Remedy::ValidateLater => "validate it in a later migration",
        Remedy::ProveNotNull(None) => {
            "make the columns NOT NULL first, by way of a validated CHECK"
        }
        Remedy::ProveNotNull(Some(column)) if column.is_constraint => {
            "add the constraint NOT VALID, validate it in a later migration"
        }
        Remedy::ProveNotNull(Some(_)) => {
            "prove it with a CHECK that is validated in a later migration, then SET NOT NULL reads nothing"
        }
        Remedy::ProveBound { default } => prove_bound(*default),
        Remedy::NewColumn { computed: false } => {
            "add a new column, keep both in step with a trigger, fill it in batches, then swap the names"
        }
        Remedy::NewColumn { computed: true } => {
            "add a new column, keep it right with a trigger, fill it in batches, then swap the names"
        }
        Remedy::FillLater(filled) => fill_later(*filled),
        Remedy::Batches { delete: true, .. } => {
            "delete in batches, each in a transaction of its own"
        }
        Remedy::Batches { delete: false, .. } => {
            "write in batches, each in a transaction of its own"
        }
        Remedy::CommitBatches { in_code } => commit_batches(*in_code),
        Remedy::LockFewRows => {
            "lock single rows, or a few at a time with LIMIT, and commit in between"
        }
        Remedy::Alone => "do it in a migration of its own",
        Remedy::AloneWithoutLocks => {
            "put it in a migration of its own, so that the lock is gone by then"
        }
        Remedy::Window => "do it in a maintenance window, or move rows to a new table in batches",
        Remedy::OutsideCode => {
            "write it as a statement of its own, in a migration that runs outside a transaction"
        }
        Remedy::OutsideTransaction { sure: true } => "run it by itself",
        Remedy::OutsideTransaction { sure: false } => {
            "run it outside a transaction; if your runner does so, say transaction = \"per-statement\" in mig-lint.toml"
        }
        Remedy::OneTableEach => {
            "alter each table in a migration of its own; else set lock_timeout below deadlock_timeout (1s), and try again when it gives up"
        }
        Remedy::DropFirst => {
            "drop what a try that failed has left first, then create it without IF NOT EXISTS"
        }
        Remedy::LeaveToRunner => "leave BEGIN, COMMIT and ROLLBACK to the runner",
        Remedy::LockTimeout { .. } => {
            "set lock_timeout first, and try again when it gives up; what the connection sets belongs under [session] in mig-lint.toml"
        }
        Remedy::DropLater { column: true } | Remedy::DropColumnLater { .. } => {
            "release code that no longer names the column first, drop it in a later release"
        }
        Remedy::DropLater { column: false } => {
            "release code that no longer names it first, drop it in a later release"
        }
        Remedy::KeepColumnName => {
            "keep the column's name and change only what the code calls it, or add a new column, write both, and drop the old one later"
        }
        Remedy::KeepTableName => {
            "keep the name and change only what the code calls it, or leave a view with the old name behind, made in the same transaction"
        }
        Remedy::ConstantDefault => {
            "give it a constant DEFAULT, which is done at once, or add it without NOT NULL and fill it in batches first"
        }
        Remedy::OwnValues => {
            "add it without the default, give each row a value of its own in batches, then build a unique index CONCURRENTLY"
        }
        Remedy::FindDuplicates => "look for duplicates before, by GROUP BY and HAVING count(*) > 1",
        // These have words of their own.
        Remedy::Refused(_) => "",
        Remedy::KeepDefault => {
            "keep a default in the database until the release that writes the column is everywhere"
        }
        other => help_for_code_and_data(other),
    }
}

/// What keeps running code going, and data where it is.
fn help_for_code_and_data(remedy: &Remedy) -> &'static str {
    match remedy {
        Remedy::FreeColumn => {
            "give the column a DEFAULT, or DROP NOT NULL, before the release that leaves it out"
        }
        Remedy::KeepKey => {
            "add the new key first, and drop this one in a later release, when no code leans on it any more"
        }
        Remedy::KeepObjectName => "keep the name, and change only what the code calls it",
        Remedy::KeepLabel => {
            "add the new value beside the old one, let all code read both, change the rows in batches, and leave the old one unused"
        }
        Remedy::KeepFunction => {
            "make the new function beside the old one, and drop that in a later release, when no code calls it any more"
        }
        Remedy::KeepViewColumns => {
            "keep the columns until no code names them, with NULL AS column where there is nothing else to show"
        }
        Remedy::DropByName => {
            "name what is to go, so that it can be seen, and drop it in a later release"
        }
        Remedy::ComparableType => "take a type that can be compared: jsonb for json, text for xml",
        Remedy::ReleaseFirst => "release code that keeps to it first, then add the constraint",
        Remedy::MakePolicies => "make the policies that code needs in the same migration",
        Remedy::RevokeLater => {
            "release code that does without it first, or runs as another role, and revoke it in a later release"
        }
        Remedy::ReplicaIdentity => {
            "set REPLICA IDENTITY USING INDEX of another unique index first, or FULL"
        }
        Remedy::KeepRows => {
            "rename the table away, and drop it when nobody misses its rows; or keep a copy first"
        }
        Remedy::EnableTriggers => {
            "enable them again in the same transaction, before anybody else can write"
        }
        Remedy::LockBeforeCopy => {
            "copy and swap in one transaction, and LOCK TABLE the old one IN SHARE ROW EXCLUSIVE MODE before the copy; or keep both in step with a trigger"
        }
        _ => {
            "add a column of the new type beside the old one, fill it in batches, and keep the old one until nobody misses what it held"
        }
    }
}

fn add_not_valid(constraint: &NotValid) -> &'static str {
    match constraint {
        NotValid::Check(_) => "add the constraint NOT VALID, validate it in a later migration",
        NotValid::DomainCheck => {
            "add a CHECK to each table instead, NOT VALID, and validate it in a later migration: a domain's is always checked under this lock"
        }
        NotValid::ForeignKey(ForeignKey::OfPartitions(..)) => {
            "add it NOT VALID to each partition and validate it there, in a later migration; the partitioned table then takes it over from them"
        }
        NotValid::ForeignKey(_) => "add it NOT VALID, validate it in a later migration",
    }
}

const fn prove_bound(default: bool) -> &'static str {
    if default {
        "validate a CHECK first that rules out what goes to the new partition, then it is not read"
    } else {
        "validate a CHECK with the same bound and IS NOT NULL first, then it is not read"
    }
}

const fn commit_batches(in_code: bool) -> &'static str {
    if in_code {
        "end each turn of the loop with COMMIT, and run it outside a transaction"
    } else {
        "run it outside a transaction, so that each batch commits by itself"
    }
}

fn fill_later(filled: Filled) -> &'static str {
    match filled {
        Filled::Default => {
            "add the column without the default, set the default, fill old rows in batches that commit"
        }
        Filled::Generated => {
            "add a plain column, keep it right with a trigger, fill old rows in batches that commit"
        }
        Filled::Domain => {
            "a domain with a CHECK or NOT NULL is checked row by row: give the column the type behind it, and add the CHECK NOT VALID"
        }
    }
}
