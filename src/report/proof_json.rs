//! JSON of proofs.

use crate::prove::Proof;

/// A proof as JSON.
#[must_use]
pub fn proof_json(proof: &Proof) -> String {
    serde_json::to_string(proof).unwrap_or_default() + "\n"
}
