//! The way to cancel, from another thread, what a session does.

use postgres::CancelToken;

use crate::error::Error;
use crate::tls::Tls;

/// Cancels what a session is doing; for other threads.
#[derive(Clone)]
pub struct Canceller {
    token: CancelToken,
    tls: Tls,
}

impl Canceller {
    pub(crate) fn new(token: CancelToken, tls: Tls) -> Canceller {
        Canceller { token, tls }
    }

    /// Asks the server to cancel the session's statement, which then fails with SQLSTATE 57014; nothing happens where none runs.
    pub fn cancel(&self) -> Result<(), Error> {
        Ok(self.tls.cancel(&self.token)?)
    }
}

impl std::fmt::Debug for Canceller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Canceller")
    }
}
