//! What `check` says of who waits, beside what `locks` says of the same statement.

use crate::common::judged;
use crate::form::{Form, Observed};
use crate::predicted::history;
use mig_lint::engine::StatementReport;
use mig_lint::finding::Finding;
use mig_lint::postgres::Version;
use std::collections::BTreeMap;

/// Whom findings let wait though the prediction does not, each as `rule: who of which table`.
pub(crate) fn more_than_predicted(
    observed: &Observed,
    form: &Form,
    version: Version,
) -> Vec<String> {
    let mut judged = judged(history(observed, form), version);
    let migration = judged.migrations.pop().expect("the form is reported");
    let mut more = Vec::new();
    for finding in &judged.findings {
        let span = finding.statement;
        let around = |report: &&StatementReport| {
            report.span.start <= span.start && span.end <= report.span.end
        };
        let report = migration.statements.iter().find(around);
        let prediction = report.and_then(|report| report.prediction.as_deref());
        let waits = prediction.map(|prediction| &prediction.waits);
        more.extend(beyond(finding, waits.unwrap_or(&BTreeMap::new())));
    }
    more
}

fn beyond(
    finding: &Finding,
    waits: &BTreeMap<String, Vec<mig_lint::postgres::Access>>,
) -> Vec<String> {
    let mut more = Vec::new();
    for group in &finding.waits.groups {
        for table in group.tables.few() {
            let known = waits.get(table).map_or(&[][..], Vec::as_slice);
            let kinds = group.kinds.iter().filter(|kind| !known.contains(kind));
            more.extend(kinds.map(|kind| format!("{}: {kind:?} of {table}", finding.rule)));
        }
    }
    more
}
