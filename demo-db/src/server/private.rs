//! A private server: started for this run in a folder of its own, and gone with it.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::leftovers::{self, Place, Record};
use super::log::{is_full, log_tail};
use super::privileges::Runner;
use super::processes::{self, TICK};
use super::settings;
use super::wanted::Wanted;
use super::{download, find, hint};
use crate::error::Error;
use crate::interrupt;
use crate::notices::Notices;
use crate::session::first;
use crate::target::Target;
use find::Programs;

/// The superuser of a private server: the name that dumps and migrations take for granted.
const SUPERUSER: &str = "postgres";

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often another port is tried where the system's choice was taken in the meantime.
const PORTS: u32 = 3;

/// A server that is ours.
#[derive(Debug)]
pub(super) struct Private {
    at: Place,
    child: Option<Child>,
    /// Gone once the server is stopped.
    record: Option<Record>,
    keep: bool,
}

impl Private {
    /// One that an earlier run left running, or a new one.
    pub(super) fn start(wanted: &Wanted, notices: &dyn Notices) -> Result<Private, Error> {
        while let Some(private) = Private::adopt(wanted) {
            if private.target().connect_to_tidy().is_ok() {
                return Ok(private);
            }
            // It is just ending, or broken.
            private.clear();
        }
        let mut record = Record::new()?;
        match Private::launch(wanted, &mut record, notices) {
            Ok((at, child)) => Ok(Private {
                at,
                child: Some(child),
                record: Some(record),
                keep: wanted.keep,
            }),
            Err(error) => {
                // The first error is the one to tell; what stays, the next run finds.
                let _ = record.clear();
                Err(error)
            }
        }
    }

    fn adopt(wanted: &Wanted) -> Option<Private> {
        if wanted.pg_bin.is_some() {
            return None;
        }
        let (record, at) = leftovers::adopt(|kept| {
            wanted.major.is_none_or(|major| major == kept.major)
                && wanted.port.is_none_or(|port| Some(port) == kept.port)
        })?;
        Some(Private {
            at,
            child: None,
            record: Some(record),
            keep: true,
        })
    }

    fn launch(
        wanted: &Wanted,
        record: &mut Record,
        notices: &dyn Notices,
    ) -> Result<(Place, Child), Error> {
        let programs = programs(wanted, record, notices)?;
        let runner = Runner::choose()?;
        let folder = record.folder(&runner.base()?)?;
        runner.give(&folder)?;
        let programs = runner.reachable(programs, &folder)?;
        let mut at = Place {
            folder,
            major: programs.version.major,
            port: None,
            password: password(),
        };
        initdb(&at, &programs, &runner)?;
        let mut tries = PORTS;
        loop {
            at.port = port(wanted)?;
            tries -= 1;
            match run(&at, &programs, &runner) {
                Ok(child) => return Ok((at, child)),
                Err(Error::PortTaken { .. }) if wanted.port.is_none() && tries > 0 => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Stops the server and removes its folder; what cannot be removed now, the next run finds by the record.
    fn clear(mut self) {
        if let Some(record) = self.record.take() {
            let _ = record.clear();
        }
    }

    /// How to connect to it.
    pub(super) fn target(&self) -> Target {
        target(&self.at)
    }

    /// For the user of a server that stays: how to look into it and how to end it.
    pub(super) fn goodbye(&self) -> Option<String> {
        let pid = match &self.child {
            Some(child) => child.id(),
            None => u32::try_from(*processes::running_in(&self.at.folder).first()?).ok()?,
        };
        Some(format!(
            "the server stays: psql \"{}\"; kill {pid} ends it, and the next run removes {}",
            self.at.connection_string(),
            self.at.folder.display()
        ))
        .filter(|_| self.keep)
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        let Some(record) = self.record.take() else {
            return;
        };
        if self.keep {
            // Where the record cannot be written, the next run takes the server for a leftover.
            let _ = record.keep(self.at.clone());
            return;
        }
        // What cannot be removed now, the next run finds by the record.
        let _ = record.clear();
        if let Some(child) = &mut self.child {
            let _ = child.wait();
        }
    }
}

impl Place {
    /// As `psql` takes it; over TCP the password is in the folder's `password` file.
    fn connection_string(&self) -> String {
        match self.port {
            None => format!("host={} user={SUPERUSER}", self.folder.display()),
            Some(port) => format!("host=127.0.0.1 port={port} user={SUPERUSER}"),
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }
}

/// Installed ones, downloaded ones, or a new download.
fn programs(
    wanted: &Wanted,
    record: &mut Record,
    notices: &dyn Notices,
) -> Result<Programs, Error> {
    if let Some(found) = find::find(wanted)?.or_else(|| download::cached(wanted.major)) {
        return Ok(found);
    }
    match download::package() {
        Some(package) if !wanted.offline => {
            download::fetch(&package, wanted.major, record, notices)
        }
        _ => Err(Error::NoServer {
            wanted: wanted
                .major
                .map_or("14 or newer".to_owned(), |major| major.to_string()),
            hint: hint::install(wanted.offline),
        }),
    }
}

fn password() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// The TCP port asked for, or none where there are sockets, or a free one.
fn port(wanted: &Wanted) -> Result<Option<u16>, Error> {
    let asked = wanted.port.unwrap_or_default();
    if wanted.port.is_none() && cfg!(unix) {
        return Ok(None);
    }
    match TcpListener::bind(("127.0.0.1", asked)).and_then(|listener| listener.local_addr()) {
        Ok(address) => Ok(Some(address.port())),
        Err(_) => Err(Error::PortTaken { port: asked }),
    }
}

fn initdb(at: &Place, programs: &Programs, runner: &Runner) -> Result<(), Error> {
    let secret = at.folder.join("password");
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options
        .open(&secret)
        .map_err(Error::io("create", &secret))?;
    writeln!(file, "{}", at.password).map_err(Error::io("write", &secret))?;
    runner.give(&secret)?;
    let mut initdb = runner.command(&programs.path("initdb"));
    initdb
        .arg("--pgdata")
        .arg(at.data())
        .args(["--username", SUPERUSER])
        // The folder of the socket is closed to others; a port of this machine is not.
        .args(["--auth-local", "trust", "--auth-host", "scram-sha-256"])
        .arg("--pwfile")
        .arg(&secret)
        .args(["--encoding", "UTF8", "--locale", "C"])
        .args(["--no-sync", "--no-instructions"]);
    processes::run(initdb).map_err(|error| at.explain(error))?;
    Ok(())
}

/// Starts the server and waits until it answers; where that fails nothing is left running.
fn run(at: &Place, programs: &Programs, runner: &Runner) -> Result<Child, Error> {
    let conf = at.data().join("postgresql.conf");
    fs::write(&conf, settings::text(&listen(at))).map_err(Error::io("write", &conf))?;
    let mut command = runner.command(&programs.path("postgres"));
    command.arg("-D").arg(at.data());
    let log = at.log();
    let out = File::create(&log).map_err(Error::io("create", &log))?;
    let err = out.try_clone().map_err(Error::io("create", &log))?;
    command.stdin(Stdio::null()).stdout(out).stderr(err);
    let mut child = processes::own_group(&mut command)
        .spawn()
        .map_err(|error| Error::Program {
            program: command.get_program().to_string_lossy().into_owned(),
            why: error.to_string(),
        })?;
    match wait_until_ready(at, &mut child) {
        Ok(()) => Ok(child),
        Err(error) => {
            processes::stop_all_in(&at.folder);
            let _ = child.wait();
            Err(error)
        }
    }
}

fn listen(at: &Place) -> Vec<(&'static str, String)> {
    let folder = settings::quoted(&at.folder.to_string_lossy());
    match at.port {
        None => vec![
            ("listen_addresses", "''".to_owned()),
            ("unix_socket_directories", folder),
        ],
        Some(port) => vec![
            ("listen_addresses", "'127.0.0.1'".to_owned()),
            ("unix_socket_directories", "''".to_owned()),
            ("port", port.to_string()),
        ],
    }
}

fn wait_until_ready(at: &Place, child: &mut Child) -> Result<(), Error> {
    let target = target(at);
    let start = Instant::now();
    loop {
        interrupt::check()?;
        if let Some(status) = child.try_wait().ok().flatten() {
            return Err(at.explain(Error::Program {
                program: "postgres".to_owned(),
                why: log_tail(&at.log()).unwrap_or_else(|| status.to_string()),
            }));
        }
        let answer = target
            .connect_to_tidy()
            .and_then(|mut session| session.rows("SHOW data_directory"));
        match answer {
            // Another server may listen on the port.
            Ok(rows) if first(&rows).map(Path::new) == Some(&at.data()) => return Ok(()),
            Err(error) if start.elapsed() > PATIENCE => return Err(error),
            Ok(_) | Err(_) => thread::sleep(TICK),
        }
    }
}

impl Place {
    /// What a program's failure means where its own words are too far from the cause.
    fn explain(&self, error: Error) -> Error {
        let Error::Program { why, .. } = &error else {
            return error;
        };
        if is_full(why) {
            return Error::DiskFull {
                folder: self.folder.clone(),
            };
        }
        match self.port {
            Some(port) if why.contains("could not bind") || why.contains("TCP/IP sockets") => {
                Error::PortTaken { port }
            }
            _ => error,
        }
    }
}

fn target(at: &Place) -> Target {
    let mut config = postgres::Config::new();
    config.user(SUPERUSER).dbname("postgres");
    match at.port {
        #[cfg(unix)]
        None => config.host_path(&at.folder),
        #[cfg(not(unix))]
        None => config.host("127.0.0.1"),
        Some(port) => config.host("127.0.0.1").port(port).password(&at.password),
    };
    Target::private(config, at.log())
}
