//! A look at a database that is somebody's own: one query in one short transaction that can only read.

use crate::error::Error;
use crate::interrupt;
use crate::target::Target;

/// How long the look may take. Locks that do not come are not waited for: who waits may keep others waiting.
const LIMITS: &str = "SET LOCAL lock_timeout = '1s'; SET LOCAL statement_timeout = '2min'; SET LOCAL idle_in_transaction_session_timeout = '10s'";

/// The rows of a query on the database that a URL names, as text, NULL as `None`. Nothing is written there, whatever the query says.
///
/// # Errors
/// Where the server cannot be reached, or refuses the query.
pub fn rows(url: &str, query: &str) -> Result<Vec<Vec<Option<String>>>, Error> {
    interrupt::check()?;
    let mut session = Target::of_url(url)?.connect_to_look()?;
    session.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
    session.run(LIMITS)?;
    let rows = session.rows(query)?;
    session.run("COMMIT")?;
    Ok(rows)
}
