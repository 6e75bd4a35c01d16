//! A private server: started for this run in a folder of its own, and gone with it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::find::{self, Programs};
use super::leftovers::{self, Kept, Record};
use super::privileges::Runner;
use super::processes::{self, TICK};
use super::settings;
use super::wanted::Wanted;
use crate::connection::Target;
use crate::error::Error;
use crate::interrupt;
use crate::notices::Notices;

/// The superuser of a private server: the name that dumps and migrations take for granted.
const SUPERUSER: &str = "postgres";

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// Linux allows 107 bytes for the path of a socket, macOS 103; PostgreSQL appends `/.s.PGSQL.5432.lock` at most.
const LONGEST_FOLDER: usize = 80;

/// A server that is ours.
#[derive(Debug)]
pub(super) struct Private {
    folder: PathBuf,
    major: u16,
    port: Option<u16>,
    child: Option<Child>,
    record: Option<Record>,
    keep: bool,
}

impl Private {
    /// One that an earlier run left running, or a new one.
    pub(super) fn start(wanted: &Wanted, notices: &dyn Notices) -> Result<Private, Error> {
        if let Some(private) = Private::adopt(wanted) {
            return Ok(private);
        }
        let programs = find::find(wanted)?.ok_or_else(|| Error::NoServer {
            wanted: wanted
                .major
                .map_or("14 or newer".to_owned(), |major| major.to_string()),
            hint: "install one".to_owned(),
        })?;
        let _ = notices;
        let runner = Runner::choose()?;
        let mut record = Record::new()?;
        let folder = record.folder(&base(&runner)?)?;
        let mut private = Private {
            folder,
            major: programs.version.major,
            port: wanted.port,
            child: None,
            record: Some(record),
            keep: wanted.keep,
        };
        private.launch(&programs, &runner)?;
        Ok(private)
    }

    fn adopt(wanted: &Wanted) -> Option<Private> {
        if wanted.pg_bin.is_some() {
            return None;
        }
        let (record, kept) = leftovers::adopt(|kept| {
            wanted.major.is_none_or(|major| major == kept.major)
                && wanted.port.is_none_or(|port| Some(port) == kept.port)
        })?;
        Some(Private {
            folder: kept.folder,
            major: kept.major,
            port: kept.port,
            child: None,
            record: Some(record),
            keep: true,
        })
    }

    fn launch(&mut self, programs: &Programs, runner: &Runner) -> Result<(), Error> {
        runner.give(&self.folder)?;
        let data = self.folder.join("data");
        let mut initdb = runner.command(&programs.path("initdb"));
        initdb
            .arg("--pgdata")
            .arg(&data)
            .args(["--username", SUPERUSER, "--auth", "trust"])
            .args(["--encoding", "UTF8", "--locale", "C"])
            .args(["--no-sync", "--no-instructions"]);
        processes::run(initdb)?;
        let conf = data.join("postgresql.conf");
        fs::write(&conf, settings::text(&self.listen())).map_err(Error::io("write", &conf))?;
        let mut postgres = runner.command(&programs.path("postgres"));
        postgres.arg("-D").arg(&data);
        self.spawn(postgres)?;
        self.wait_until_ready()
    }

    fn listen(&self) -> Vec<(&'static str, String)> {
        match self.port {
            None => vec![
                ("listen_addresses", "''".to_owned()),
                (
                    "unix_socket_directories",
                    settings::quoted(&self.folder.to_string_lossy()),
                ),
            ],
            Some(port) => vec![
                ("listen_addresses", "'127.0.0.1'".to_owned()),
                ("unix_socket_directories", "''".to_owned()),
                ("port", port.to_string()),
            ],
        }
    }

    fn spawn(&mut self, mut command: Command) -> Result<(), Error> {
        let log = self.log();
        let out = File::create(&log).map_err(Error::io("create", &log))?;
        let err = out.try_clone().map_err(Error::io("create", &log))?;
        command.stdin(Stdio::null()).stdout(out).stderr(err);
        let child = processes::own_group(&mut command)
            .spawn()
            .map_err(|error| Error::Program {
                program: command.get_program().to_string_lossy().into_owned(),
                why: error.to_string(),
            })?;
        self.child = Some(child);
        Ok(())
    }

    fn wait_until_ready(&mut self) -> Result<(), Error> {
        let target = self.target();
        let start = Instant::now();
        loop {
            interrupt::check()?;
            let ended = self
                .child
                .as_mut()
                .and_then(|child| child.try_wait().ok().flatten());
            let why = match ended {
                Some(status) => log_tail(&self.log()).unwrap_or_else(|| status.to_string()),
                None => match target.connect_to_tidy() {
                    Ok(_) => return Ok(()),
                    Err(error) if start.elapsed() > PATIENCE => error.to_string(),
                    Err(_) => {
                        thread::sleep(TICK);
                        continue;
                    }
                },
            };
            return Err(Error::Program {
                program: "postgres".to_owned(),
                why,
            });
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// How to connect to it.
    pub(super) fn target(&self) -> Target {
        let mut config = postgres::Config::new();
        config.user(SUPERUSER).dbname("postgres");
        match self.port {
            #[cfg(unix)]
            None => config.host_path(&self.folder),
            #[cfg(not(unix))]
            None => config.host("127.0.0.1"),
            Some(port) => config.host("127.0.0.1").port(port),
        };
        Target::private(config, self.log())
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        let Some(record) = self.record.take() else {
            return;
        };
        if self.keep {
            // Where the record cannot be written, the next run takes the server for a leftover.
            let _ = record.keep(Kept {
                folder: self.folder.clone(),
                major: self.major,
                port: self.port,
            });
            return;
        }
        // What cannot be removed now, the next run finds by the record.
        let _ = record.clear();
        if let Some(child) = &mut self.child {
            let _ = child.wait();
        }
    }
}

/// The folder to put ours into: short enough for a socket, and in reach of whoever runs the server.
fn base(runner: &Runner) -> Result<PathBuf, Error> {
    let temp = std::env::temp_dir();
    let mut candidates = vec![temp.clone()];
    if cfg!(unix) {
        candidates.extend(["/tmp".into(), "/var/tmp".into()]);
    }
    candidates
        .into_iter()
        .find(|folder| folder.as_os_str().len() <= LONGEST_FOLDER - 20 && runner.reaches(folder))
        .ok_or_else(|| Error::io("use", &temp)(std::io::ErrorKind::PermissionDenied.into()))
}

/// The end of a server's log.
pub(crate) fn log_tail(log: &Path) -> Option<String> {
    processes::last_lines(&fs::read_to_string(log).ok()?)
}
