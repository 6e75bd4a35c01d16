//! Of each finding about a path, whether the server showed it.

use super::case::Case;
use super::report::{FindingReport, Shows, StepReport, Verdict};
use super::told::{Says, Told};
use crate::finding::Level;
use crate::postgres::Access;
use crate::rule::join_and;

/// Why nothing is known of who waits for a statement that was not probed.
const OVER: &str = "was over before anybody could be seen waiting";

/// Each finding about the statements that were observed, in their order; `steps` may end before them.
pub(super) fn findings(case: &Case, steps: &[StepReport]) -> Vec<FindingReport> {
    let mut found = Vec::new();
    let mut at = 0;
    for migration in case.observed() {
        for statement in &migration.statements {
            let step = steps.get(at);
            at += 1;
            found.extend(statement.found.iter().map(|told| {
                let (verdict, reason) = judge(told, step);
                FindingReport {
                    rule: told.rule.to_owned(),
                    level: told.level,
                    path: migration.path.clone(),
                    line: told.line,
                    message: told.message.clone(),
                    verdict,
                    reason,
                }
            }));
        }
    }
    found
}

fn judge(told: &Told, step: Option<&StepReport>) -> (Shows, String) {
    let Some(step) = step else {
        return (Shows::NotTried, "what comes before it fails".to_owned());
    };
    match (&told.says, &step.error) {
        (Says::Fails(said), Some(error)) if error.sqlstate == *said => {
            return (Shows::Seen, format!("it fails with SQLSTATE {said}"));
        }
        (Says::Fails(said), Some(error)) => {
            let reason = format!("it fails with SQLSTATE {}, not with {said}", error.sqlstate);
            return (Shows::NotSeen, reason);
        }
        (Says::Fails(said), None) => {
            return (
                Shows::NotSeen,
                format!("it ran, and did not fail with SQLSTATE {said}"),
            );
        }
        (Says::Other(why), _) => return (Shows::NotTried, (*why).to_owned()),
        (_, Some(error)) => {
            return (
                Shows::NotTried,
                format!("the statement fails: {}", error.message),
            );
        }
        (Says::Waits(_) | Says::Queues(_), None) => {}
    }
    let (Says::Waits(kinds) | Says::Queues(kinds)) = &told.says else {
        return (Shows::NotTried, String::new());
    };
    if let Some(unclear) = step.unclear.first() {
        return (Shows::NotTried, unclear.clone());
    }
    if step.unprobed {
        return (Shows::NotTried, format!("it {OVER}"));
    }
    let waiting = |seen: &Vec<Access>| match kinds.len() {
        // Nobody in particular.
        0 => seen.iter().any(|kind| kind.is_everyday()),
        _ => kinds.iter().all(|kind| seen.contains(kind)),
    };
    let names: Vec<&str> = kinds.iter().map(|kind| kind.sql_name()).collect();
    let names = if names.is_empty() {
        "others".to_owned()
    } else {
        join_and(&names)
    };
    match (step.waits.values().any(waiting), &told.says) {
        (false, _) => (Shows::NotSeen, format!("{names} did not wait")),
        (true, Says::Queues(_)) => (Shows::Seen, format!("{names} waited for its lock")),
        (true, _) if step.grows => (
            Shows::Seen,
            format!("{names} waited, for work that grows with the table"),
        ),
        (true, _) if step.fixed.is_empty() => (
            Shows::NotSeen,
            format!("{names} waited, but for no work that grows with the table"),
        ),
        (true, _) => {
            let fixed: Vec<&str> = step.fixed.iter().map(String::as_str).collect();
            let text = format!(
                "{names} waited, but {} could not be made larger, so nobody knows whether the work grows",
                join_and(&fixed)
            );
            (Shows::NotTried, text)
        }
    }
}

/// What is to be said of the whole: the worst of its findings and predictions. An info weighs nothing.
pub(super) fn verdict(
    case: &Case,
    found: &[FindingReport],
    steps: &[StepReport],
) -> (Verdict, String) {
    let weighty = || found.iter().filter(|it| it.level > Level::Info);
    let count = |shows: Shows| weighty().filter(|it| it.verdict == shows).count();
    let all = weighty().count();
    let wrong = steps.iter().filter(|step| step.mismatch.is_some()).count();
    if steps.is_empty() {
        return (
            Verdict::Inconclusive,
            "there is no statement to observe".to_owned(),
        );
    }
    let not_seen = count(Shows::NotSeen);
    if not_seen > 0 || wrong > 0 {
        let parts = [
            (not_seen, format!("{not_seen} of {all} findings not seen")),
            (
                wrong,
                format!("{wrong} of {} predictions wrong", steps.len()),
            ),
        ];
        let parts = parts.into_iter().filter(|(number, _)| *number > 0);
        let parts: Vec<String> = parts.map(|(_, text)| text).collect();
        return (Verdict::Refuted, parts.join(", "));
    }
    // A failure that a finding has foretold is what was to be shown.
    let foretold = |step: &StepReport| {
        let mut told = found
            .iter()
            .filter(|it| it.path == step.path && it.verdict == Shows::Seen);
        told.any(|it| it.reason.contains("fails with SQLSTATE"))
    };
    let failed = steps
        .iter()
        .find(|step| step.error.is_some() && !foretold(step));
    if let Some((step, error)) = failed.and_then(|step| Some((step, step.error.as_ref()?))) {
        let text = format!(
            "{} fails: {} (SQLSTATE {})",
            step.place(),
            error.message,
            error.sqlstate
        );
        return (Verdict::Inconclusive, text);
    }
    if let Some(unclear) = steps.iter().find_map(|step| step.unclear.first()) {
        return (Verdict::Inconclusive, unclear.clone());
    }
    if let Some(step) = steps.iter().find(|step| step.unprobed) {
        let text = format!("{} {OVER}", step.place());
        return (Verdict::Inconclusive, text);
    }
    if let Some(untold) = case.observed().find_map(|one| one.untold.first()) {
        let text = format!("what cannot be told is not run: {untold}");
        return (Verdict::Inconclusive, text);
    }
    let not_tried = count(Shows::NotTried);
    if not_tried > 0 {
        return (
            Verdict::Inconclusive,
            format!("{not_tried} of {all} findings could not be tried"),
        );
    }
    let waits = steps
        .iter()
        .any(|step| step.waits.values().any(|kinds| !kinds.is_empty()));
    let text = match (all, waits) {
        (0, false) => "nothing is found, and nobody waits".to_owned(),
        (0, true) => "nothing is found; others wait, and not longer on a larger table".to_owned(),
        (1, _) => "the finding was seen".to_owned(),
        (some, _) => format!("all {some} findings were seen"),
    };
    (Verdict::Proven, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failures::Failures;
    use crate::prove::{Case, Migration, Statement};
    use crate::source::TransactionMode;
    use std::collections::BTreeSet;

    /// What was seen.
    type Step = Box<dyn Fn(&mut StepReport)>;

    fn told(says: Says) -> Told {
        Told {
            rule: "a-rule",
            level: Level::Error,
            message: String::new(),
            line: 1,
            says,
        }
    }

    /// A statement with this finding, and what was seen of it.
    fn judged(says: Says, step: &dyn Fn(&mut StepReport)) -> (Shows, Verdict) {
        let mut report = crate::prove::sample_step();
        step(&mut report);
        let statement = Statement {
            sql: String::new(),
            line: 1,
            kind: "alter-table".to_owned(),
            code: false,
            prediction: crate::engine::Prediction::default(),
            flags: Vec::new(),
            found: vec![told(says)],
        };
        let case = Case {
            migrations: vec![Migration {
                name: String::new(),
                path: report.path.clone(),
                transaction: TransactionMode::PerFile,
                statements: vec![statement],
                afterwards: String::new(),
                observed: true,
                joined: false,
                untold: Vec::new(),
                judged_as: 0,
            }],
            ..Case::default()
        };
        let steps = [report];
        let found = findings(&case, &steps);
        (found[0].verdict, verdict(&case, &found, &steps).0)
    }

    #[test]
    fn without_a_finding_everything_that_was_not_as_it_should_be_still_counts() {
        let cases: [(&str, Step, Verdict); 5] = [
            ("all is well", Box::new(|_| {}), Verdict::Proven),
            (
                "a prediction is wrong",
                Box::new(|step| step.mismatch = Some("another lock".to_owned())),
                Verdict::Refuted,
            ),
            (
                "a statement fails",
                Box::new(|step| {
                    step.error = Some(crate::prove::Trouble {
                        sql: String::new(),
                        sqlstate: "42P01".to_owned(),
                        message: "no".to_owned(),
                    });
                }),
                Verdict::Inconclusive,
            ),
            (
                "no probe ran",
                Box::new(|step| step.unprobed = true),
                Verdict::Inconclusive,
            ),
            (
                "a probe is unclear",
                Box::new(|step| step.unclear.push("nobody was tried on t".to_owned())),
                Verdict::Inconclusive,
            ),
        ];
        Failures::collect(|failures| {
            for (name, change, expected) in cases {
                let mut step = crate::prove::sample_step();
                change(&mut step);
                let (seen, reason) = verdict(&Case::default(), &[], &[step]);
                failures.equal(format!("{name}: {reason}"), &expected, &seen);
            }
        });
    }

    #[test]
    fn a_finding_is_seen_not_seen_or_not_tried() {
        let writers = || Says::Waits(BTreeSet::from([Access::Insert, Access::Update]));
        let wait = |kinds: &[Access], grows: bool| {
            let kinds = kinds.to_vec();
            move |step: &mut StepReport| {
                step.waits.insert("t".to_owned(), kinds.clone());
                step.grows = grows;
            }
        };
        let fails = |state: &str| {
            let state = state.to_owned();
            move |step: &mut StepReport| {
                step.error = Some(crate::prove::Trouble {
                    sql: String::new(),
                    sqlstate: state.clone(),
                    message: "no".to_owned(),
                });
            }
        };
        let all = [Access::Insert, Access::Update, Access::Delete];
        let cases: [(&str, Says, Step, Shows, Verdict); 9] = [
            (
                "all wait and it grows",
                writers(),
                Box::new(wait(&all, true)),
                Shows::Seen,
                Verdict::Proven,
            ),
            (
                "one does not wait",
                writers(),
                Box::new(wait(&[Access::Insert], true)),
                Shows::NotSeen,
                Verdict::Refuted,
            ),
            (
                "it does not grow",
                writers(),
                Box::new(wait(&all, false)),
                Shows::NotSeen,
                Verdict::Refuted,
            ),
            (
                "nobody was probed",
                writers(),
                Box::new(|step: &mut StepReport| step.unprobed = true),
                Shows::NotTried,
                Verdict::Inconclusive,
            ),
            (
                "it fails as said",
                Says::Fails("23502"),
                Box::new(fails("23502")),
                Shows::Seen,
                Verdict::Proven,
            ),
            (
                "it fails otherwise",
                Says::Fails("23502"),
                Box::new(fails("42P01")),
                Shows::NotSeen,
                Verdict::Refuted,
            ),
            (
                "it does not fail",
                Says::Fails("23502"),
                Box::new(|_: &mut StepReport| {}),
                Shows::NotSeen,
                Verdict::Refuted,
            ),
            (
                "it fails, which nobody said",
                writers(),
                Box::new(fails("42P01")),
                Shows::NotTried,
                Verdict::Inconclusive,
            ),
            (
                "a prediction is wrong",
                writers(),
                Box::new(|step: &mut StepReport| {
                    step.waits
                        .insert("t".to_owned(), vec![Access::Insert, Access::Update]);
                    step.grows = true;
                    step.mismatch = Some("another lock".to_owned());
                }),
                Shows::Seen,
                Verdict::Refuted,
            ),
        ];
        Failures::collect(|failures| {
            for (name, says, step, shows, verdict) in cases {
                failures.equal(name, &(shows, verdict), &judged(says, &*step));
            }
        });
    }
}
