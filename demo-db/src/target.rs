//! Where a server is, told without ever showing the password.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use postgres::Config;
use postgres::config::Host;
use postgres::error::SqlState;

use crate::error::{Error, reason};
use crate::server::{is_full, log_tail};
use crate::tls::{self, Tls};

/// How long a server may take to answer a connection, where the URL does not say.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// A server to connect to.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) config: Config,
    pub(crate) tls: Tls,
    /// The server's log, where it is ours.
    pub(crate) log: Option<PathBuf>,
}

impl Target {
    /// The server of a URL or of a `key=value` connection string.
    pub(crate) fn of_url(url: &str) -> Result<Target, Error> {
        let (url, trust) = tls::take_options(url)?;
        // The parser's own words may repeat what it could not read.
        let mut config: Config = url
            .parse()
            .map_err(|_| Error::Url("it is no connection string"))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(Error::Url("it names no host"));
        }
        if config.get_user().is_none() {
            // As libpq does, but for the system's list of users.
            let user = ["PGUSER", "USER", "LOGNAME"]
                .iter()
                .find_map(|name| std::env::var(name).ok());
            config.user(&user.ok_or(Error::Url("it names no user"))?);
        }
        if config.get_password().is_none()
            && let Some(password) = std::env::var_os("PGPASSWORD")
        {
            config.password(password.as_encoded_bytes());
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(PATIENCE);
        }
        config.ssl_mode(trust.mode());
        // A socket has no name that a certificate could be for.
        let named = config
            .get_hosts()
            .iter()
            .any(|host| matches!(host, Host::Tcp(_)));
        let tls = if named {
            trust.connector()?
        } else {
            Tls::Never
        };
        Ok(Target {
            config,
            tls,
            log: None,
        })
    }

    /// A private server, which needs no TLS: nobody else can reach it.
    pub(crate) fn private(config: Config, log: PathBuf) -> Target {
        Target {
            config,
            tls: Tls::Never,
            log: Some(log),
        }
    }

    /// The first host that is not this machine.
    pub(crate) fn remote(&self) -> Option<String> {
        let addresses = self.config.get_hostaddrs();
        if !addresses.is_empty() {
            // libpq connects to the address; the name then only counts for the certificate.
            return addresses
                .iter()
                .find(|address| !is_loopback(**address))
                .map(ToString::to_string);
        }
        self.config.get_hosts().iter().find_map(|host| match host {
            Host::Tcp(name) => (!is_local_name(name)).then(|| name.clone()),
            #[cfg(unix)]
            Host::Unix(_) => None,
        })
    }

    /// User, host and port for messages.
    pub(crate) fn place(&self) -> String {
        let user = self.config.get_user().unwrap_or_default();
        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(name)) => name.clone(),
            #[cfg(unix)]
            Some(Host::Unix(path)) => path.display().to_string(),
            None => match self.config.get_hostaddrs().first() {
                Some(address) => address.to_string(),
                None => String::new(),
            },
        };
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        format!("{user}@{host}:{port}")
    }

    /// The error of a connection that did not come about.
    pub(crate) fn refused(&self, error: &postgres::Error) -> Error {
        let mut why = reason(error);
        if error.code() == Some(&SqlState::INVALID_PASSWORD) {
            why.push_str("; the password comes from the URL or from PGPASSWORD");
        }
        if let Some(tail) = self.log_tail() {
            why = format!("{why}; the server's log ends with: {tail}");
        }
        Error::Connect {
            place: self.place(),
            why,
        }
    }

    /// The error of a connection that ended while it was in use.
    pub(crate) fn lost(&self, why: &str) -> Error {
        let mut why = why.to_owned();
        if let Some(tail) = self.log_tail() {
            if is_full(&tail) {
                return self.disk_full();
            }
            why = format!("{why}; the server's log ends with: {tail}");
        }
        Error::Lost {
            place: self.place(),
            why,
        }
    }

    /// The private server's disk is full.
    pub(crate) fn disk_full(&self) -> Error {
        let folder = self.log.as_deref().and_then(Path::parent);
        Error::DiskFull {
            folder: folder.unwrap_or(Path::new("")).to_owned(),
        }
    }

    fn log_tail(&self) -> Option<String> {
        log_tail(self.log.as_deref()?)
    }
}

fn is_local_name(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost")
        || name
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse()
            .is_ok_and(is_loopback)
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use postgres::config::SslMode;

    use super::*;

    fn target(url: &str) -> Target {
        Target::of_url(url).expect("a URL")
    }

    #[test]
    fn this_machine_is_told_from_others() {
        for local in [
            "postgres://u@localhost/db",
            "postgres://u@127.0.0.2:5433",
            "postgres://u@[::1]/db",
            "host=/var/run/postgresql user=u",
            "host=db.example.org hostaddr=127.0.0.1 user=u",
        ] {
            assert_eq!(target(local).remote(), None, "{local}");
        }
        assert_eq!(
            target("postgres://u@localhost,db.example.org/x")
                .remote()
                .as_deref(),
            Some("db.example.org")
        );
        assert_eq!(
            target("host=localhost hostaddr=10.0.0.1 user=u")
                .remote()
                .as_deref(),
            Some("10.0.0.1")
        );
        assert!(
            target("postgres://u@localhost.example.org/x")
                .remote()
                .is_some()
        );
    }

    #[test]
    fn options_of_tls_are_ours_and_the_rest_is_the_clients() {
        let target =
            target("postgres://u:a?b%40c@localhost/db?sslmode=verify-full&application_name=x");
        assert_eq!(target.config.get_password(), Some(b"a?b@c".as_slice()));
        assert_eq!(target.config.get_ssl_mode(), SslMode::Require);
        assert_eq!(target.config.get_application_name(), Some("x"));
        assert!(Target::of_url("postgres://u@localhost/db?schema=public&pgbouncer=true").is_ok());
        let error = Target::of_url("postgres://u@localhost/db?sslkey=x")
            .err()
            .expect("refused");
        assert!(
            error
                .to_string()
                .contains("client certificates cannot be used"),
            "{error}"
        );
    }

    #[test]
    fn a_url_that_cannot_be_read_is_not_repeated() {
        for url in [
            "postgres://u:s3cr@et@h:s3cr/db",
            "s3cr",
            "host=h user=u port=s3cr",
            "postgres://u:p@h/db?sslmode=s3cr",
        ] {
            let Err(error) = Target::of_url(url) else {
                panic!("{url} is no URL")
            };
            assert!(!format!("{error} {error:?}").contains("s3cr"), "{error}");
        }
    }
}
