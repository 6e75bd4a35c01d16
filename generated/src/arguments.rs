//! What is typed.

use crate::schema::Profile;
use mig_lint::postgres::Version;
use std::path::PathBuf;
use std::time::Duration;

pub(crate) const USAGE: &str = "usage: ./test --generated MINUTES [--seed N] [--profile plain|partitioned|biased] [--versions 14,16,18] [--no-waits] [--statements N] [--schemas N] [--shrink] [--at-least PERCENT] [--figures FILE] [--date DAY]
       mig-lint-generated --record FORMS tests/data/locks/observed.json
holds what is predicted of generated statements against live servers; exits 1 where less is right than --at-least says";

pub(crate) struct Arguments {
    pub(crate) time: Duration,
    pub(crate) seed: u64,
    pub(crate) profile: Profile,
    pub(crate) versions: Vec<Version>,
    pub(crate) waits: bool,
    /// How many statements for each schema, and how many schemas at most.
    pub(crate) statements: usize,
    pub(crate) schemas: usize,
    pub(crate) shrink: bool,
    /// Percent of the observations.
    pub(crate) at_least: f64,
    /// The page of figures, in which those of this profile are replaced.
    pub(crate) figures: Option<PathBuf>,
    /// The day that is written there.
    pub(crate) date: Option<String>,
}

impl Arguments {
    /// Nothing where something is not understood.
    pub(crate) fn read(mut given: impl Iterator<Item = String>) -> Option<Self> {
        let mut read = Self {
            time: minutes(&given.next()?)?,
            seed: 1,
            profile: Profile::Plain,
            versions: versions("14,16,18")?,
            waits: true,
            statements: 60,
            schemas: usize::MAX,
            shrink: false,
            at_least: 0.0,
            figures: None,
            date: None,
        };
        while let Some(argument) = given.next() {
            match argument.as_str() {
                "--seed" => read.seed = given.next()?.parse().ok()?,
                "--profile" => {
                    read.profile = match given.next()?.as_str() {
                        "plain" => Profile::Plain,
                        "partitioned" => Profile::Partitioned,
                        "biased" => Profile::Biased,
                        _ => return None,
                    }
                }
                "--versions" => read.versions = versions(&given.next()?)?,
                "--no-waits" => read.waits = false,
                "--statements" => read.statements = given.next()?.parse().ok()?,
                "--schemas" => read.schemas = given.next()?.parse().ok()?,
                "--shrink" => read.shrink = true,
                "--date" => read.date = Some(given.next()?),
                "--figures" => read.figures = Some(given.next()?.into()),
                "--at-least" => read.at_least = given.next()?.parse().ok()?,
                _ => return None,
            }
        }
        Some(read)
    }
}

fn minutes(text: &str) -> Option<Duration> {
    let minutes: f64 = text.parse().ok()?;
    Duration::try_from_secs_f64(minutes * 60.0).ok()
}

fn versions(text: &str) -> Option<Vec<Version>> {
    text.split(',')
        .map(|one| Version::new(one.parse().ok()?))
        .collect()
}
