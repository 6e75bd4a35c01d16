//! That something became so at some time.

use super::relation::Creation;

/// Something that a statement has made, or taken away.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noted {
    pub(super) at: Creation,
    /// How often sight was lost by then.
    pub(super) sight: u32,
}
