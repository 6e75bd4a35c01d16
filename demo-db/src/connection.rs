//! Connecting to a server: in a time that has an end, for the user or to clean up.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use postgres::{Client, Config};

use crate::error::Error;
use crate::interrupt;
use crate::session::Session;
use crate::target::{PATIENCE, Target};

/// The client's own limit comes first: it knows more of the reason.
const GRACE: Duration = Duration::from_millis(500);

impl Target {
    /// A connection that works for the user: Ctrl-C cancels what it does.
    pub(crate) fn connect(&self, database: &str, name: &str) -> Result<Session, Error> {
        interrupt::check()?;
        self.open(Some(database), name, true)
    }

    /// A connection to the database that the URL names, for the user.
    pub(crate) fn connect_to_look(&self) -> Result<Session, Error> {
        interrupt::check()?;
        self.open(None, "mig-lint", true)
    }

    /// A connection that may still clean up after Ctrl-C.
    pub(crate) fn connect_to_tidy(&self) -> Result<Session, Error> {
        self.open(None, "mig-lint", false)
    }

    /// The same, to a scratch database.
    pub(crate) fn connect_to_tidy_in(&self, database: &str) -> Result<Session, Error> {
        self.open(Some(database), "mig-lint", false)
    }

    fn open(&self, database: Option<&str>, name: &str, watched: bool) -> Result<Session, Error> {
        let mut config = self.config.clone();
        config.application_name(name);
        if let Some(database) = database {
            config.dbname(database);
        }
        match self.patiently(config)? {
            Ok(client) => Session::new(client, self.clone(), watched),
            Err(error) => Err(self.refused(&error)),
        }
    }

    /// Connects in a thread, since the client waits for ever where a server accepts a connection and says nothing.
    fn patiently(&self, config: Config) -> Result<Result<Client, postgres::Error>, Error> {
        let patience = config.get_connect_timeout().copied().unwrap_or(PATIENCE);
        let (sender, receiver) = mpsc::channel();
        let tls = self.tls.clone();
        thread::spawn(move || {
            // Nobody listens any more when the time is over.
            let _ = sender.send(tls.connect(&config));
        });
        receiver
            .recv_timeout(patience + GRACE)
            .map_err(|_| Error::Connect {
                place: self.place(),
                why: format!("no answer in {} s", patience.as_secs()),
            })
    }
}
