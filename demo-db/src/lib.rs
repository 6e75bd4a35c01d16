//! A throwaway PostgreSQL for proofs: find or start a server, seed it, probe it, observe it. Speaks the server's words and knows no linting.

mod canceller;
mod connection;
mod error;
pub mod interrupt;
pub mod notices;
pub mod observe;
pub mod probe;
pub mod reading;
mod scratch;
pub mod seed;
mod server;
mod session;
mod target;
mod tls;

pub use canceller::Canceller;
pub use error::{Error, SqlError};
pub use notices::{Notices, Unit};
pub use scratch::Scratch;
pub use server::{Server, ServerVersion, Wanted};
pub use session::Session;
