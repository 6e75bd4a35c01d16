//! Values that the server encoded: read once by `COPY ... TO STDOUT (FORMAT binary)`, and sent back as they came.

use std::io::{self, Read as _};
use std::ops::Range;

use postgres::Client;

use crate::{Error, Session};

/// The signature of the format, flags and the length of an extension (documentation of COPY, "Binary Format").
const HEADER: usize = 11 + 4 + 4;

/// Fields without their lengths, in the order of the query.
#[derive(Clone, Debug, Default)]
pub(super) struct Pool {
    bytes: Vec<u8>,
    /// NULL is `None`.
    fields: Vec<Option<Range<usize>>>,
}

impl Pool {
    /// The values of a query's only column.
    pub(super) fn read(session: &mut Session, query: &str) -> Result<Self, Error> {
        let statement = format!("COPY ({query}) TO STDOUT (FORMAT binary)");
        let read = receive(session.client(), &statement);
        let bytes = read.map_err(|error| session.broken(error))?;
        let fields = fields(&bytes).unwrap_or_default();
        Ok(Self { bytes, fields })
    }

    pub(super) fn len(&self) -> u64 {
        self.fields.len() as u64
    }

    /// The field with that number, or NULL.
    pub(super) fn get(&self, number: u64) -> Option<&[u8]> {
        let range = self.fields.get(usize::try_from(number).ok()?)?.clone()?;
        self.bytes.get(range)
    }
}

fn receive(client: &mut Client, statement: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    client
        .copy_out(statement)
        .map_err(io::Error::other)?
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Where the fields are; `None` where the text is cut off.
fn fields(bytes: &[u8]) -> Option<Vec<Option<Range<usize>>>> {
    let mut at = HEADER;
    let mut fields = Vec::new();
    loop {
        let count = i16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?);
        if count < 0 {
            return Some(fields);
        }
        let length = i32::from_be_bytes(bytes.get(at + 2..at + 6)?.try_into().ok()?);
        at += 6;
        // NULL has the length -1.
        let length = usize::try_from(length).ok();
        fields.push(length.map(|length| at..at + length));
        at += length.unwrap_or(0);
    }
}
