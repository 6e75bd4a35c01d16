//! A server to work on: the one that was named, one that runs, or a private one that is started and goes away with us.

mod copy;
mod download;
mod find;
mod hint;
mod leftovers;
mod log;
mod private;
mod privileges;
mod processes;
mod settings;
mod version;
mod wanted;

pub use version::ServerVersion;
pub use wanted::Wanted;

pub(crate) use log::{is_full, log_tail};

use std::sync::Arc;

use crate::error::Error;
use crate::notices::Notices;
use crate::scratch::{Keeper, Scratch};
use crate::session::{Session, first};
use crate::target::Target;
use private::Private;

/// A server that is open for work; a private one stops when this is dropped.
pub struct Server {
    version: ServerVersion,
    keeper: Arc<Keeper>,
    private: Option<Private>,
}

impl Server {
    /// Connects to the server that `wanted` names, or finds or starts a private one; sweeps away what killed runs left behind.
    pub fn open(wanted: &Wanted, notices: &dyn Notices) -> Result<Server, Error> {
        leftovers::sweep(notices);
        if let Some(url) = &wanted.url {
            return Server::foreign(url, wanted, notices);
        }
        let private = Private::start(wanted, notices)?;
        if let Some(line) = private.goodbye() {
            notices.say(&line);
        }
        let target = private.target();
        let mut session = target.connect_to_tidy()?;
        let version = ServerVersion::of(&mut session, &target)?;
        let keeper = Keeper::new(target, session);
        keeper.sweep()?;
        Ok(Server {
            version,
            keeper,
            private: Some(private),
        })
    }

    /// A server that is not ours: only where it is meant, and only where we may have a database of our own.
    fn foreign(url: &str, wanted: &Wanted, notices: &dyn Notices) -> Result<Server, Error> {
        let target = Target::of_url(url)?;
        if let Some(host) = target.remote()
            && !wanted.yes
        {
            return Err(Error::Remote { host });
        }
        let mut session = target.connect_to_tidy()?;
        let version = ServerVersion::of(&mut session, &target)?;
        version.is_wanted(wanted.major, || target.place())?;
        may_create(&mut session, &target)?;
        let keeper = Keeper::new(target, session);
        for name in keeper.sweep()? {
            notices.say(&format!(
                "dropped {name}, left behind by a run that was killed"
            ));
        }
        Ok(Server {
            version,
            keeper,
            private: None,
        })
    }

    /// What the server calls itself.
    #[must_use]
    pub fn version(&self) -> &ServerVersion {
        &self.version
    }

    /// Whether the server is ours alone, so that nothing else disturbs a measurement.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.private.is_some()
    }

    /// A new database of this run alone; dropped on drop, by the server's drop, and by the next run after kill -9.
    pub fn scratch(&self) -> Result<Scratch, Error> {
        crate::interrupt::check()?;
        if self.private.is_some() {
            self.keeper.forget_shared(&[])?;
        }
        self.keeper.scratch()
    }

    /// A new database that begins as `model` is now, to which nobody may be connected; `roles` of the server are needed by it, and stay while it lives.
    pub fn scratch_like(&self, model: &Scratch, roles: &[String]) -> Result<Scratch, Error> {
        crate::interrupt::check()?;
        if self.private.is_some() {
            self.keeper.forget_shared(roles)?;
        }
        self.keeper.scratch_like(model)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A thread may still hold a scratch database that would not be dropped when the process ends.
        self.keeper.drop_all();
    }
}

fn may_create(session: &mut Session, target: &Target) -> Result<(), Error> {
    let rows = session.rows("SHOW transaction_read_only")?;
    if first(&rows) == Some("on") {
        return Err(Error::ReadOnly {
            place: target.place(),
        });
    }
    let rows = session.rows(
        "SELECT rolname FROM pg_roles WHERE rolname = current_user AND NOT (rolcreatedb OR rolsuper)",
    )?;
    match first(&rows) {
        None => Ok(()),
        Some(role) => Err(Error::NoCreateDb {
            role: role.to_owned(),
            place: target.place(),
        }),
    }
}
