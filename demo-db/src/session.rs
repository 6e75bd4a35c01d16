//! A connection to a scratch database.

use postgres::error::SqlState;
use postgres::{Client, SimpleQueryMessage};

use crate::canceller::Canceller;
use crate::error::{Error, reason};
use crate::interrupt::{self, Watched};
use crate::target::Target;

/// A connection; ends when dropped.
pub struct Session {
    client: Client,
    pid: i32,
    target: Target,
    canceller: Canceller,
    // Only sessions that work for the user stop at Ctrl-C; those that clean up do not.
    watched: Option<Watched>,
}

impl Session {
    pub(crate) fn new(client: Client, target: Target, watched: bool) -> Result<Session, Error> {
        let canceller = Canceller::new(client.cancel_token(), target.tls.clone());
        let mut session = Session {
            client,
            pid: 0,
            target,
            watched: watched.then(|| interrupt::watch(canceller.clone())),
            canceller,
        };
        // A statement of a killed run is not worked at any longer; systems without POLLRDHUP cannot do this (guc_tables.c).
        let _ = session.query("SET client_connection_check_interval = 100");
        let rows = session.query("SELECT pg_backend_pid()")?;
        session.pid = first(&rows)
            .and_then(|pid| pid.parse().ok())
            .unwrap_or_default();
        Ok(session)
    }

    /// The backend's process id, as `pg_locks` and `pg_blocking_pids` name it.
    #[must_use]
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// The client itself, for COPY and typed queries; `?` turns its errors into ours.
    pub fn client(&mut self) -> &mut Client {
        &mut self.client
    }

    /// Runs statements in the simple protocol: an extended-protocol query can leave a snapshot behind, which would keep others waiting.
    pub fn run(&mut self, sql: &str) -> Result<(), Error> {
        self.ready()?;
        let result = self.client.batch_execute(sql);
        result.map_err(|error| self.explain(error))
    }

    /// The rows of a query as text, NULL as `None`, in the simple protocol.
    pub fn rows(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>, Error> {
        self.ready()?;
        self.query(sql)
    }

    /// For another thread, to stop what this session is doing.
    #[must_use]
    pub fn canceller(&self) -> Canceller {
        self.canceller.clone()
    }

    fn ready(&self) -> Result<(), Error> {
        if self.watched.is_some() {
            interrupt::check()?;
        }
        Ok(())
    }

    fn query(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>, Error> {
        let messages = match self.client.simple_query(sql) {
            Ok(messages) => messages,
            Err(error) => return Err(self.explain(error)),
        };
        Ok(messages.iter().filter_map(texts).collect())
    }

    /// The error of a query by [`Session::client`]; one that broke the connection is told with what the server's log says of it.
    #[must_use]
    pub fn explain(&self, error: postgres::Error) -> Error {
        match error.code() {
            Some(&SqlState::DISK_FULL) if self.target.log.is_some() => self.target.disk_full(),
            // The server's last words: it stops, by itself or as a whole.
            Some(&(SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN)) => {
                self.target.lost(&reason(&error))
            }
            Some(_) => error.into(),
            None => self.target.lost(&reason(&error)),
        }
    }

    /// The same for a COPY, whose reader and writer wrap errors.
    pub(crate) fn broken(&self, error: std::io::Error) -> Error {
        if error.kind() == std::io::ErrorKind::ConnectionAborted {
            return self.target.lost(&error.to_string());
        }
        match error.downcast::<postgres::Error>() {
            Ok(error) => self.explain(error),
            Err(error) => self.target.lost(&error.to_string()),
        }
    }
}

fn texts(message: &SimpleQueryMessage) -> Option<Vec<Option<String>>> {
    let SimpleQueryMessage::Row(row) = message else {
        return None;
    };
    Some(
        (0..row.len())
            .map(|i| row.get(i).map(str::to_owned))
            .collect(),
    )
}

/// The first field of the first row.
pub(crate) fn first(rows: &[Vec<Option<String>>]) -> Option<&str> {
    rows.first()?.first()?.as_deref()
}
