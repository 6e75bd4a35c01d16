//! The flag that a signal sets: apart from all that acts on it, since an error asks for it too.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

static ASKED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// For the signals, which set it.
pub(super) fn flag() -> Arc<AtomicBool> {
    ASKED.clone()
}

/// Whether the user wants the run to end.
#[must_use]
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
