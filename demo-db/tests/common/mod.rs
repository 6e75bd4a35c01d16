//! What the targets with a server share.

use mig_lint_demo_db::notices::Terminal;
use mig_lint_demo_db::{Error, Server, Wanted};

/// Why no server can be had on this machine, after the download where one is needed; any other trouble is for the tests to tell.
pub(crate) fn why_no_server() -> Option<String> {
    match Server::open(&Wanted::default(), &Terminal::default()) {
        Err(error @ (Error::NoServer { .. } | Error::Download { .. })) => Some(error.to_string()),
        Ok(_) | Err(_) => None,
    }
}
