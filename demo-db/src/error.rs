//! What can go wrong, each with what is wrong, where, and what to do; a password is in none of them.

use std::error::Error as _;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::interrupt::asked;

/// Everything that this crate reports.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The user stopped the run (Ctrl-C, SIGTERM, SIGHUP).
    #[error("interrupted")]
    Interrupted,

    /// The server refused a statement.
    #[error("{0}")]
    Sql(SqlError),

    /// The connection string makes no sense; the text is not repeated, since a password may be anywhere in it.
    #[error(
        "the database URL cannot be read: {0}; write postgres://user:password@host:port/database, with special characters of the password percent-encoded"
    )]
    Url(&'static str),

    /// A server on another machine, and nobody said yes.
    #[error(
        "{host} is not this machine: a scratch database would be created there and dropped at the end; say --yes if that is meant"
    )]
    Remote {
        /// The host that is not local.
        host: String,
    },

    /// No connection came about.
    #[error("cannot connect to {place}: {why}")]
    Connect {
        /// Host, port and user.
        place: String,
        /// The server's or the system's reason.
        why: String,
    },

    /// The connection ended while it was in use.
    #[error("the connection to {place} was lost: {why}")]
    Lost {
        /// Host, port and user.
        place: String,
        /// The reason, with the end of the server's log where we have it.
        why: String,
    },

    /// The server or its programs are older than what is supported.
    #[error("{place} is PostgreSQL {version}: 14 is the oldest version that can be used")]
    TooOld {
        /// The server's address, or the folder of its programs.
        place: String,
        /// What it calls itself.
        version: String,
    },

    /// A server of another major version than the one asked for.
    #[error("{place} is PostgreSQL {found}, but {wanted} is wanted")]
    OtherMajor {
        /// The server's address, or the folder of its programs.
        place: String,
        /// The version it has.
        found: String,
        /// The major version asked for.
        wanted: u16,
    },

    /// The role may not make a scratch database.
    #[error(
        "role {role} may not create databases on {place}: everything happens in a scratch database of its own; run ALTER ROLE {role} CREATEDB, or name another role"
    )]
    NoCreateDb {
        /// The role of the connection.
        role: String,
        /// Host, port and user.
        place: String,
    },

    /// A standby: nothing can be created there.
    #[error(
        "{place} only reads (a standby, or default_transaction_read_only): no scratch database can be created there"
    )]
    ReadOnly {
        /// Host, port and user.
        place: String,
    },

    /// No PostgreSQL on this machine and no way to get one.
    #[error("no PostgreSQL {wanted} found on this machine; {hint}")]
    NoServer {
        /// The wanted major version, or "14 or newer".
        wanted: String,
        /// How to install one here.
        hint: String,
    },

    /// A program of PostgreSQL did not do its work.
    #[error("{program} failed: {why}")]
    Program {
        /// Its path or name.
        program: String,
        /// What it said.
        why: String,
    },

    /// The disk below the private server is full.
    #[error("no space left in {}: free some, ask for fewer rows, or set TMPDIR to a folder with more room", folder.display())]
    DiskFull {
        /// The private server's folder.
        folder: PathBuf,
    },

    /// The TCP port asked for is in use.
    #[error("port {port} of this machine is taken: name another, or none to have one chosen")]
    PortTaken {
        /// The port.
        port: u16,
    },

    /// We are root, and nobody else is there to run the server.
    #[error(
        "PostgreSQL refuses to run as root, and {tried} cannot run it either: {why}; run as another user, or use --database-url"
    )]
    NoUser {
        /// The users that were tried.
        tried: String,
        /// What is in the way.
        why: String,
    },

    /// A download that did not arrive, or not as it left.
    #[error("{package} cannot be used: {why}")]
    Download {
        /// Name and version of the package.
        package: String,
        /// What happened.
        why: String,
    },

    /// The values that a key may have do not suffice for so many rows.
    #[error(
        "{table}: {key} has room for {room} rows in all, not {rows}: ask for fewer, or fill the tables it points at with more"
    )]
    Room {
        /// As SQL writes it.
        table: String,
        /// The key and its columns.
        key: String,
        /// How many rows it has room for.
        room: u64,
        /// How many were wanted.
        rows: u64,
    },

    /// Rows for a table could not be planned, made or loaded.
    #[error("{table}: {message}")]
    Seed {
        /// The table.
        table: String,
        /// What is wrong, the column named first where it is one column's fault.
        message: String,
    },

    /// A file or folder could not be handled.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl Error {
    /// The SQLSTATE, where the server refused a statement.
    #[must_use]
    pub fn sqlstate(&self) -> Option<&str> {
        match self {
            Error::Sql(error) => Some(&error.sqlstate),
            _ => None,
        }
    }

    /// Something wrong with the rows of a table.
    pub(crate) fn seed(table: &str, message: impl Into<String>) -> Error {
        Error::Seed {
            table: table.to_owned(),
            message: message.into(),
        }
    }

    /// Something wrong with the values of a column.
    pub(crate) fn column(table: &str, column: &str, message: &str) -> Error {
        Error::seed(table, format!("column {column} {message}"))
    }

    /// For `map_err`: an [`Error::Io`] that says what was tried with which path.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        let path = path.to_owned();
        move |source| {
            if source.kind() == io::ErrorKind::StorageFull {
                return Error::DiskFull { folder: path };
            }
            Error::Io {
                action,
                path,
                source,
            }
        }
    }
}

/// A statement's error as the server worded it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlError {
    /// Five characters, PostgreSQL's appendix A.
    pub sqlstate: String,
    /// The primary message.
    pub message: String,
    /// DETAIL, where there is one.
    pub detail: Option<String>,
    /// HINT, where there is one.
    pub hint: Option<String>,
}

impl fmt::Display for SqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (SQLSTATE {})", self.message, self.sqlstate)?;
        if let Some(detail) = &self.detail {
            write!(f, ": {detail}")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "; {hint}")?;
        }
        Ok(())
    }
}

impl From<postgres::Error> for Error {
    fn from(error: postgres::Error) -> Error {
        let Some(db) = error.as_db_error() else {
            return Error::Lost {
                place: "the server".to_owned(),
                why: reason(&error),
            };
        };
        if asked() && *db.code() == postgres::error::SqlState::QUERY_CANCELED {
            return Error::Interrupted;
        }
        Error::Sql(SqlError {
            sqlstate: db.code().code().to_owned(),
            message: db.message().to_owned(),
            detail: db.detail().map(str::to_owned),
            hint: db.hint().map(str::to_owned),
        })
    }
}

/// The innermost reason of a client error, which is what a person can act on.
pub(crate) fn reason(error: &postgres::Error) -> String {
    if let Some(db) = error.as_db_error() {
        return format!("{} (SQLSTATE {})", db.message(), db.code().code());
    }
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    if error.source().is_none() {
        return error.to_string();
    }
    inner.to_string()
}
