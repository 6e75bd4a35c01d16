//! What judging needs to know beside the migrations.

use crate::postgres::Version;
use crate::sizes::Sizes;
use crate::source::Direction;
use std::collections::BTreeMap;

/// By which lights a history is judged.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    pub version: Version,
    pub sizes: &'a Sizes,
    /// What a session starts with, by folded parameter name.
    pub parameters: &'a BTreeMap<String, String>,
    /// The first migration that is not deployed yet, counted from 0, where that is known: those from there on are pending together.
    /// Else each is judged as if it alone were pending.
    pub pending_from: Option<usize>,
    /// Which way they run.
    pub direction: Direction,
    /// It is known that what is reported is pending: keep it, so that it can be fixed.
    pub fixes: bool,
    /// Keep what every statement does; else only findings are kept.
    pub predictions: bool,
}
