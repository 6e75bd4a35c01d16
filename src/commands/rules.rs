//! `mig-lint rules`: every rule, its level, its category and what it needs.

use super::locks::Format;
use super::{Failure, Verdict, print};
use crate::report::{self, Look};

/// Lists the rules.
pub(crate) fn run(format: Format, look: Look) -> Result<Verdict, Failure> {
    print(&match format {
        Format::Human => report::rules_human(look),
        Format::Json => report::rules_json(),
    })?;
    Ok(Verdict::Clean)
}
