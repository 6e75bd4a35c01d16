//! What a new migration is called, so that its runner runs it right behind another one.

use crate::source::Framework;
use std::cmp::Ordering;
use std::path::{Path, PathBuf};

/// The name of a migration's file or folder, in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts<'p> {
    /// What stands before the version: `V`, or nothing.
    prefix: &'p str,
    /// Digits, parted by `.`, `_` or `-` where the runner reads those.
    version: &'p str,
    /// `_` or `__`, or what else stands between version and title; nothing where there is no title.
    joint: &'p str,
    title: &'p str,
    /// `.up.sql` or `.sql`; nothing of a folder.
    ending: &'p str,
}

/// Whether each migration is a folder.
const fn is_folder(framework: Framework) -> bool {
    matches!(
        framework,
        Framework::Diesel | Framework::Prisma | Framework::Hasura
    )
}

/// The part of a path that tells one migration from another.
fn called(path: &Path, framework: Framework) -> Option<&str> {
    let path = if is_folder(framework) {
        path.parent()?
    } else {
        path
    };
    path.file_name()?.to_str()
}

fn parts(name: &str, framework: Framework) -> Option<Parts<'_>> {
    let (stem, ending) = if is_folder(framework) {
        (name, "")
    } else {
        let stem = name.strip_suffix(".sql")?;
        let stem = stem.strip_suffix(".up").unwrap_or(stem);
        // A dialect stands before the ending.
        let stem = match framework {
            Framework::Pop => stem.split('.').next()?,
            _ => stem,
        };
        (stem, &name[stem.len()..])
    };
    let dotted = matches!(framework, Framework::Flyway | Framework::Refinery);
    let prefix = if dotted { stem.get(..1)? } else { "" };
    let rest = &stem[prefix.len()..];
    let (version, joint) = if dotted {
        (rest.split_once("__")?.0, "__")
    } else {
        let is_part = |c: char| c.is_ascii_digit() || framework == Framework::Diesel && c == '-';
        let version = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
        let is_bare = framework == Framework::Plain && version == rest;
        (
            version,
            if is_bare {
                ""
            } else {
                rest[version.len()..].get(..1)?
            },
        )
    };
    let title = &rest[version.len() + joint.len()..];
    let ends_in_digit = version.ends_with(|c: char| c.is_ascii_digit());
    (prefix != "R" && ends_in_digit).then_some(Parts {
        prefix,
        version,
        joint,
        title,
        ending,
    })
}

/// The numbers of a version.
fn numbers(version: &str) -> Option<Vec<u64>> {
    let parts = version.split(['.', '_']);
    let numbers = parts.map(|part| part.replace('-', "").parse().ok());
    numbers.collect()
}

/// Compares versions as runners do: a missing part counts as zero.
fn compare(a: &[u64], b: &[u64]) -> Ordering {
    let at = |numbers: &[u64], at: usize| numbers.get(at).copied().unwrap_or(0);
    let mut each = (0..a.len().max(b.len())).map(|it| at(a, it).cmp(&at(b, it)));
    each.find(|it| it.is_ne()).unwrap_or(Ordering::Equal)
}

/// The version whose last number is larger by `by`; seconds of a timestamp carry.
fn raised(version: &str, by: u64) -> Option<String> {
    let start = version.rfind(|c: char| !c.is_ascii_digit());
    let (head, last) = version.split_at(start.map_or(0, |at| at + 1));
    let is_moment = last.len() == 14 || head.contains('-') && last.len() == 6;
    let mut number: u64 = last.parse().ok()?;
    for _ in 0..by {
        number += 1;
        if is_moment && number % 100 == 60 {
            number += 40;
        }
        if is_moment && number % 10_000 == 6_000 {
            number += 4_000;
        }
        // A day that no month has is a number like any other.
        if is_moment && number % 1_000_000 == 240_000 {
            number += 760_000;
        }
    }
    Some(format!("{head}{number:0width$}", width = last.len()))
}

/// Where new migrations go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The paths of the new migrations, in their order.
    pub(super) paths: Vec<PathBuf>,
    /// Whether they run right behind the one that they belong to; else behind all.
    pub(super) is_right_behind: bool,
}

/// Paths for migrations behind `behind`, one for each of the words that end their titles.
///
/// `history` has the paths of all migrations of the history, in any order. Nothing where the names tell no order.
pub(super) fn place(
    behind: &Path,
    framework: Framework,
    history: &[PathBuf],
    words: &[&str],
) -> Option<Place> {
    let own = parts(called(behind, framework)?, framework)?;
    let version = numbers(own.version)?;
    let mut last = (version.clone(), own.version);
    let mut next: Option<Vec<u64>> = None;
    for path in history {
        let Some(other) = called(path, framework).and_then(|name| parts(name, framework)) else {
            continue;
        };
        let numbers = numbers(other.version)?;
        if compare(&numbers, &last.0).is_gt() {
            last = (numbers.clone(), other.version);
        }
        let is_behind = compare(&numbers, &version).is_gt();
        if is_behind
            && next
                .as_ref()
                .is_none_or(|next| compare(&numbers, next).is_lt())
        {
            next = Some(numbers);
        }
    }
    let count = words.len() as u64;
    let fits = |last: &str| {
        let numbers = numbers(last);
        let next = next.as_ref();
        numbers.is_some_and(|it| next.is_none_or(|next| compare(&it, next).is_lt()))
    };
    let steps =
        |from: &str| -> Option<Vec<String>> { (1..=count).map(|by| raised(from, by)).collect() };
    let below = || -> Option<Vec<String>> {
        let joint = if own.version.contains('_') { '_' } else { '.' };
        let dotted = framework == Framework::Flyway;
        let versions = (1..=count).map(|by| format!("{}{joint}{by}", own.version));
        dotted.then(|| versions.collect())
    };
    let right_behind = [steps(own.version), below()].into_iter().flatten();
    let mut right_behind = right_behind.filter(|it| it.last().is_some_and(|last| fits(last)));
    let (versions, is_right_behind) = match right_behind.next() {
        Some(versions) => (versions, true),
        None => (steps(last.1)?, false),
    };
    let named = versions.iter().zip(words).map(|(version, word)| {
        let Parts {
            prefix,
            joint,
            title,
            ending,
            ..
        } = &own;
        let title = format!("{joint}{title}");
        let name = format!("{prefix}{version}{title}_{word}{ending}");
        if is_folder(framework) {
            let folder = behind.parent()?.with_file_name(name);
            Some(folder.join(behind.file_name()?))
        } else {
            Some(behind.with_file_name(name))
        }
    });
    Some(Place {
        paths: named.collect::<Option<_>>()?,
        is_right_behind,
    })
}

#[cfg(test)]
mod tests {
    use super::place;
    use crate::failures::Failures;
    use crate::source::Framework;
    use std::path::{Path, PathBuf};

    #[test]
    fn names_come_between_where_there_is_room() {
        use Framework::{Diesel, Flyway, GolangMigrate, Plain, Pop, Prisma};
        let moment = "m/20240131235959_a.sql";
        let cases: &[(Framework, &str, &[&str], &str, bool)] = &[
            (Plain, "m/0003_a.sql", &[], "m/0004_a_x.sql", true),
            (
                Plain,
                "m/0003_a.sql",
                &["m/0004_b.sql"],
                "m/0005_a_x.sql",
                false,
            ),
            (Plain, "m/0007.sql", &[], "m/0008_x.sql", true),
            (
                Pop,
                "m/0007_a.postgres.up.sql",
                &[],
                "m/0008_a_x.postgres.up.sql",
                true,
            ),
            (Plain, "m/9_a.sql", &["m/20_b.sql"], "m/10_a_x.sql", true),
            (GolangMigrate, "m/03_a.up.sql", &[], "m/04_a_x.up.sql", true),
            (Plain, moment, &[], "m/20240132000000_a_x.sql", true),
            (
                Flyway,
                "m/V3__a.sql",
                &["m/V4__b.sql"],
                "m/V3.1__a_x.sql",
                true,
            ),
            (
                Flyway,
                "m/V1_3__a.sql",
                &["m/V1_4__b.sql"],
                "m/V1_3_1__a_x.sql",
                true,
            ),
            (
                Flyway,
                "m/V3__a.sql",
                &["m/R__v.sql"],
                "m/V4__a_x.sql",
                true,
            ),
            (
                Prisma,
                "m/20240101000000_a/migration.sql",
                &[],
                "m/20240101000001_a_x/migration.sql",
                true,
            ),
            (
                Diesel,
                "m/2024-01-01-000059_a/up.sql",
                &[],
                "m/2024-01-01-000100_a_x/up.sql",
                true,
            ),
        ];
        Failures::collect(|failures| {
            for (framework, own, others, expected, is_right_behind) in cases {
                let history: Vec<PathBuf> = others.iter().map(PathBuf::from).collect();
                let found = place(Path::new(own), *framework, &history, &["x"]);
                let found = found.map(|it| (it.paths, it.is_right_behind));
                let expected = Some((vec![PathBuf::from(expected)], *is_right_behind));
                failures.equal(format!("{framework:?} {own}"), &expected, &found);
            }
        });
        assert_eq!(place(Path::new("m/schema.sql"), Plain, &[], &["x"]), None);
    }
}
