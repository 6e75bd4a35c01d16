//! Verdicts: by lock conflicts and counters, never by the clock.

use super::definition::Harm;
use super::report::{Shown, StepReport, Verdict};
use crate::effects::Effect;
use crate::ir::RelationKind;
use crate::postgres::Access;

/// Whether the bad case does the harm that it is said to do: every flagged statement does.
pub(super) fn of_bad(harm: &Harm, steps: &[StepReport]) -> (Verdict, String) {
    if let Harm::Elsewhere(why) = harm {
        return (Verdict::Proven, why.clone());
    }
    if steps.is_empty() {
        return (Verdict::Refuted, "it runs no statement at all".to_owned());
    }
    if let Some(found) = inconclusive(harm, steps) {
        return found;
    }
    let flagged: Vec<&StepReport> = steps.iter().filter(|step| step.flagged).collect();
    if flagged.is_empty() {
        return (Verdict::Refuted, "no statement of it is flagged".to_owned());
    }
    if let Some(surprise) = surprise(steps) {
        return surprise;
    }
    match flagged.iter().find(|step| !does(harm, step)) {
        Some(step) => (
            Verdict::Refuted,
            format!("{} does no such harm", step.place()),
        ),
        None => {
            let each = match flagged.len() {
                1 => "the flagged statement".to_owned(),
                some => format!("each of {some} flagged statements"),
            };
            (Verdict::Proven, shown(harm, &each))
        }
    }
}

/// Whether a migration of a demo project does the harm that it is said to do.
pub(super) fn of_step(harm: &Harm, steps: &[StepReport]) -> (Verdict, String) {
    if let Some(found) = inconclusive(harm, steps) {
        return found;
    }
    match steps.iter().filter(|step| does(harm, step)).count() {
        0 => (Verdict::Refuted, "it does no such harm".to_owned()),
        _ => (Verdict::Proven, shown(harm, "a statement of it")),
    }
}

/// Whether the good case is harmless: no lock that everyday work waits for covers work that grows, nothing breaks, nothing fails.
pub(super) fn of_good(harm: &Harm, steps: &[StepReport]) -> (Verdict, String) {
    if steps.is_empty() {
        return (Verdict::Proven, "it runs no statement at all".to_owned());
    }
    if let Some(found) = inconclusive(harm, steps) {
        return found;
    }
    if let Some(surprise) = surprise(steps) {
        return surprise;
    }
    for step in steps {
        if step.flagged {
            return (Verdict::Refuted, format!("{} is flagged", step.place()));
        }
        if let Some(error) = &step.error {
            let text = format!("{} fails: {}", step.place(), error.message);
            return (Verdict::Refuted, text);
        }
        if blocks(step, Access::is_everyday) {
            let text = format!(
                "{} makes others wait for work that grows with the table",
                step.place()
            );
            return (Verdict::Refuted, text);
        }
        if matches!(harm, Harm::Queues(..)) && does(harm, step) {
            let text = format!(
                "others queue up behind {}, as long as it waits itself",
                step.place()
            );
            return (Verdict::Refuted, text);
        }
        if let Some(broken) = step.broke.first() {
            let text = format!("after {} this fails: {}", step.place(), broken.sql);
            return (Verdict::Refuted, text);
        }
    }
    (
        Verdict::Proven,
        "nobody waits for work that grows, and nothing breaks".to_owned(),
    )
}

/// An answer that is not the expected one.
fn surprise(steps: &[StepReport]) -> Option<(Verdict, String)> {
    let mut shown = steps
        .iter()
        .flat_map(|step| step.shown.iter().map(move |shown| (step, shown)));
    let (step, shown) = shown.find(|(_, shown)| !shown.expected)?;
    let text = format!(
        "around {} {} answers {} and then {}",
        step.migration, shown.query, shown.before, shown.after
    );
    Some((Verdict::Refuted, text))
}

/// Whether a statement does this harm.
fn does(harm: &Harm, step: &StepReport) -> bool {
    match harm {
        Harm::Blocks(kinds) => {
            let all_wait = |waiting: &Vec<Access>| kinds.iter().all(|kind| waiting.contains(kind));
            step.grows && step.waits.values().any(all_wait)
        }
        Harm::Queues(_, kinds) => {
            let all_wait = |waiting: &Vec<Access>| kinds.iter().all(|kind| waiting.contains(kind));
            !step.gave_up && step.queues.values().any(all_wait)
        }
        Harm::BreaksOldCode(sqlstates) => {
            let as_said = |state: &String| sqlstates.is_empty() || sqlstates.contains(state);
            step.broke.iter().any(|broken| as_said(&broken.sqlstate))
        }
        Harm::Fails(sqlstates) => {
            let as_said = |state: &String| match &sqlstates[..] {
                [] => step.sqlstate == Some(state),
                some => some.contains(state),
            };
            let error = step.error.as_ref();
            error.is_some_and(|error| as_said(&error.sqlstate))
        }
        Harm::LosesData | Harm::Leaves => {
            let harmful = |shown: &Shown| shown.expected && shown.harms;
            step.shown.iter().any(harmful)
        }
        Harm::Elsewhere(_) => true,
    }
}

fn blocks(step: &StepReport, counts: impl Fn(Access) -> bool) -> bool {
    let waits = |(table, kinds): (&String, &Vec<Access>)| {
        // Only REFRESH writes to a materialized view.
        let view = |it: &Effect| it.relation == *table && it.kind == RelationKind::MaterializedView;
        let is_view = step.effects.iter().any(view);
        let mut kinds = kinds
            .iter()
            .filter(|kind| !is_view || **kind == Access::Select);
        kinds.any(|kind| counts(*kind))
    };
    step.grows && step.waits.iter().any(waits)
}

/// Why nothing can be said, if that is so.
fn inconclusive(harm: &Harm, steps: &[StepReport]) -> Option<(Verdict, String)> {
    if steps.is_empty() {
        return Some((
            Verdict::Inconclusive,
            "there is no statement to observe".to_owned(),
        ));
    }
    if !matches!(harm, Harm::Fails(_))
        && let Some((step, error)) = steps
            .iter()
            .find_map(|step| Some((step, step.error.as_ref()?)))
    {
        let text = format!(
            "{} fails: {} (SQLSTATE {})",
            step.place(),
            error.message,
            error.sqlstate
        );
        return Some((Verdict::Inconclusive, text));
    }
    let unclear = steps.iter().find_map(|step| step.unclear.first());
    unclear.map(|text| (Verdict::Inconclusive, text.clone()))
}

fn shown(harm: &Harm, each: &str) -> String {
    let list = |kinds: &[Access]| {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.sql_name()).collect();
        names.join(", ")
    };
    match harm {
        Harm::Blocks(kinds) => format!(
            "{each} keeps {} waiting for work that grows with the table",
            list(kinds)
        ),
        Harm::Queues(_, kinds) => format!(
            "behind an open transaction {each} makes {} queue up",
            list(kinds)
        ),
        Harm::BreaksOldCode(_) => format!("{each} breaks code that is running"),
        Harm::LosesData => format!("behind {each} data is gone"),
        Harm::Leaves => format!("{each} leaves what it should not"),
        Harm::Elsewhere(why) => why.clone(),
        Harm::Fails(sqlstates) if sqlstates.is_empty() => {
            format!("{each} fails with the SQLSTATE that is said")
        }
        Harm::Fails(sqlstates) => {
            format!("{each} fails with SQLSTATE {}", sqlstates.join(" or "))
        }
    }
}
