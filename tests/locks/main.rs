//! Predicted locks, work and waits are those that live servers showed; forms where they are not yet are listed with what is wrong, and the list is exact.

mod agree;
mod bounds;
#[path = "../common/mod.rs"]
mod common;
mod differences;
mod form;
mod harm;
mod names;
mod predicted;
mod rows;
mod waits;

use agree::more_than_predicted;
use common::Failures;
use differences::Compared;
use form::{Behaviour, Excuse, Form, Observed, observed, places};
use mig_lint::postgres::Version;
use predicted::{Predicted, history, predicted};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const NOT_YET: &str = include_str!("../data/locks/not-yet.txt");
const NOT_YET_PATH: &str = "tests/data/locks/not-yet.txt";

/// For each version that ran the form, what was seen beside what is predicted.
type Runs<'a> = Vec<(&'a Behaviour, Vec<Predicted>)>;

fn runs<'a>(observed: &Observed, form: &'a Form) -> Runs<'a> {
    let history = history(observed, form);
    let ran = form.results.iter().filter(|seen| seen.error.is_none());
    let versions = ran.flat_map(|seen| seen.versions.iter().map(move |major| (seen, *major)));
    versions
        .filter_map(|(seen, major)| Some((seen, Version::new(major)?)))
        .map(|(seen, version)| (seen, predicted(&history, form, version)))
        .collect()
}

/// What differs on any version, each difference once.
fn wrong(form: &Form, runs: &Runs, excuses: &BTreeSet<Excuse>) -> BTreeSet<String> {
    let compared = runs
        .iter()
        .map(|(seen, statements)| Compared::new(form, statements, seen, excuses));
    compared.flat_map(|it| it.differences()).collect()
}

/// `form | what differs`, as `not-yet.txt` lists before the reason what is not predicted right.
fn listing(form: &Form, wrong: &BTreeSet<String>) -> String {
    let aspects = wrong
        .iter()
        .filter_map(|difference| difference.split(':').next());
    let aspects: BTreeSet<&str> = aspects.collect();
    let aspects: Vec<&str> = aspects.into_iter().collect();
    format!("{} | {}", form.form, aspects.join(", "))
}

/// A line of the list, which tells behind the aspects why they are not predicted.
fn without_reason(line: &str, nth: usize) -> &str {
    let known = line.rsplit_once(" | ");
    let (listing, _) = known
        .filter(|(listing, why)| listing.contains(" | ") && why.contains(' '))
        .unwrap_or_else(|| panic!("{NOT_YET_PATH}:{nth} has no reason: form | what differs | why"));
    listing
}

/// Excuses without which nothing else would differ.
fn idle(form: &Form, runs: &Runs, wrong_now: &BTreeSet<String>) -> Vec<Excuse> {
    let without = |excuse: &Excuse| {
        let mut others = form.excuses.clone();
        others.remove(excuse);
        wrong(form, runs, &others)
    };
    let excuses = form.excuses.iter().copied();
    excuses
        .filter(|excuse| without(excuse) == *wrong_now)
        .collect()
}

/// What is wrong with each form in words, and the excuses that it does not need.
fn judged_forms(observed: &Observed) -> Vec<(BTreeSet<String>, Vec<Excuse>)> {
    let forms = observed.forms.par_iter();
    forms
        .map(|form| {
            let runs = runs(observed, form);
            let wrong = wrong(form, &runs, &form.excuses);
            let idle = idle(form, &runs, &wrong);
            (wrong, idle)
        })
        .collect()
}

/// The list is changed by hand alone: a broken model must not bless itself.
#[test]
fn predictions_are_what_servers_showed() {
    let observed = observed();
    let lines = (1..).zip(NOT_YET.lines());
    let mut listed: BTreeMap<&str, usize> = lines
        .map(|(nth, line)| (without_reason(line, nth), nth))
        .collect();
    let places = places();
    assert_eq!(places.len(), observed.forms.len(), "a line for each form");
    Failures::collect(|failures| {
        for ((form, place), (wrong, idle)) in observed
            .forms
            .iter()
            .zip(places)
            .zip(judged_forms(&observed))
        {
            let line = listing(form, &wrong);
            if !wrong.is_empty() && listed.remove(line.as_str()).is_none() {
                let wrong: Vec<String> = wrong.into_iter().collect();
                let found = format!(
                    "\n    {}\n  for {:?}: mend the model, or write into {NOT_YET_PATH} by hand\n    {line}",
                    wrong.join("\n    "),
                    form.sql
                );
                failures.note(&place, "what servers showed", found);
            }
            for excuse in idle {
                let expected = format!("`{}` to need its excuses", form.form);
                failures.note(&place, expected, format!("{excuse:?} needless"));
            }
        }
        for (line, nth) in listed {
            let place = format!("{NOT_YET_PATH}:{nth}");
            failures.note(place, format!("`{line}`"), "otherwise: remove the line");
        }
    });
}

#[test]
fn every_excuse_has_its_reason() {
    let observed = observed();
    let explained: BTreeSet<Excuse> = observed.excuses.keys().copied().collect();
    let taken = observed.forms.iter().flat_map(|form| &form.excuses);
    assert_eq!(taken.copied().collect::<BTreeSet<_>>(), explained);
    assert!(observed.excuses.values().all(|why| why.contains(' ')));
}

#[test]
fn check_lets_nobody_wait_whom_locks_does_not() {
    let observed = observed();
    let places = places();
    let forms: Vec<(&Form, String)> = observed.forms.iter().zip(places).collect();
    let found: Vec<Vec<String>> = forms
        .par_iter()
        .map(|(form, _)| more_than_predicted(&observed, form, Version::NEWEST))
        .collect();
    Failures::collect(|failures| {
        for ((form, place), more) in forms.iter().zip(found) {
            let found = format!("{} for {:?}", more.join("; "), form.sql);
            failures.check(more.is_empty(), place, "the waits of `locks`", found);
        }
    });
}

#[test]
fn levels_are_the_harm_that_servers_showed() {
    let observed = observed();
    let places = places();
    let forms: Vec<(&Form, String)> = observed.forms.iter().zip(places).collect();
    let found: Vec<Option<(harm::Harm, String)>> = forms
        .par_iter()
        .map(|(form, _)| {
            let newest = Version::NEWEST.major();
            let seen = form
                .results
                .iter()
                .find(|seen| seen.versions.contains(&newest));
            let seen = seen.filter(|_| !harm::depends_on_data(form));
            let harm = harm::shown(seen.filter(|seen| seen.error.is_none())?)?;
            Some((
                harm,
                harm::misjudged(&observed, form, Version::NEWEST, harm)?,
            ))
        })
        .collect();
    Failures::collect(|failures| {
        for ((_, place), wrong) in forms.iter().zip(found) {
            if let Some((harm, found)) = wrong {
                failures.check(false, place, format!("the level of {harm:?}"), found);
            }
        }
    });
}
