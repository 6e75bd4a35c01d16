//! `mig-lint explain`: a rule's own page, rendered for the terminal.

use super::{Failure, Verdict, print};
use crate::config::nearest;
use crate::report::{self, Look};
use crate::rule::{RULES, find};

/// Shows the page of the rule `id`.
pub(crate) fn run(id: &str, look: Look) -> Result<Verdict, Failure> {
    let Some(entry) = find(id) else {
        let help = nearest(id, RULES.iter().map(|entry| entry.id)).map_or_else(
            || "`mig-lint rules` lists all".to_owned(),
            |near| format!("did you mean {near}? `mig-lint rules` lists all"),
        );
        return Err(Failure::new(format!("there is no rule {id}"), help));
    };
    print(&report::markdown(entry.doc, look))?;
    Ok(Verdict::Clean)
}
