//! `[limits]` and `[profile]`: how long is too long, and how fast the server works.

use super::error::ConfigError;
use crate::estimate::{Profile, Rate, real};
use crate::sizes::Limits;
use crate::sizes::quantity::{Bytes, Rows};
use serde::Deserialize;
use std::fmt::Write as _;
use std::ops::Range;
use toml::Spanned;

/// `[limits]`.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct LimitsTable {
    /// From how many seconds on, by estimate, that others wait for is a warning, and from how many an error.
    #[cfg_attr(feature = "cli", schemars(with = "Option<LockSeconds>"))]
    pub(super) lock_seconds: Option<Spanned<LockSeconds>>,
}

/// Seconds under a lock.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(
    deny_unknown_fields,
    expecting = "limits like { warning = 0.5, error = 5 }"
)]
pub(super) struct LockSeconds {
    pub(super) warning: Option<f64>,
    pub(super) error: Option<f64>,
}

/// What is worked off in a second, where the rows count and the bytes.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(
    deny_unknown_fields,
    expecting = "a speed like { rows = \"20M\", bytes = \"1GB\" }"
)]
pub(super) struct RateTable {
    rows: Rows,
    bytes: Bytes,
}

/// `[profile]`: what the server works off in a second, as `mig-lint prove --calibrate` writes it.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct ProfileTable {
    scan: Option<RateTable>,
    rewrite: Option<RateTable>,
    update: Option<RateTable>,
    entry: Option<Rows>,
    delete: Option<Rows>,
    look_up: Option<Rows>,
    look_up_far: Option<Rows>,
    draw: Option<Rows>,
    btree: Option<Rows>,
    btree_text: Option<Rows>,
    hash: Option<Rows>,
    gist: Option<Rows>,
    gin: Option<Rows>,
}

/// The limits, those that are not typed being the usual ones.
pub(super) fn limits(typed: &LimitsTable, faults: &mut Vec<(ConfigError, Range<usize>)>) -> Limits {
    let usual = Limits::default();
    let Some(seconds) = &typed.lock_seconds else {
        return usual;
    };
    let limits = Limits {
        warning: seconds.get_ref().warning.unwrap_or(usual.warning),
        error: seconds.get_ref().error.unwrap_or(usual.error),
    };
    let in_order = 0.0 <= limits.warning && limits.warning <= limits.error;
    if !in_order {
        let (warning, error) = (limits.warning, limits.error);
        let message =
            format!("lock-seconds goes from {warning} for a warning to {error} for an error");
        let help = "both are seconds, and the first is not the larger one";
        faults.push((ConfigError::new(message, help), seconds.span()));
    }
    limits
}

impl ProfileTable {
    /// The speed that is typed, and for the rest the usual one.
    pub(super) fn profile(self) -> Profile {
        let usual = Profile::default();
        // Whatever does nothing in a second never ends.
        let at_least_one = |number: u64| real(number.max(1));
        let rate = |typed: Option<RateTable>, usual: Rate| {
            typed.map_or(usual, |typed| Rate {
                rows: at_least_one(typed.rows.0),
                bytes: at_least_one(typed.bytes.0),
            })
        };
        let rows =
            |typed: Option<Rows>, usual: f64| typed.map_or(usual, |typed| at_least_one(typed.0));
        Profile {
            scan: rate(self.scan, usual.scan),
            rewrite: rate(self.rewrite, usual.rewrite),
            update: rate(self.update, usual.update),
            entry: rows(self.entry, usual.entry),
            delete: rows(self.delete, usual.delete),
            look_up: rows(self.look_up, usual.look_up),
            look_up_far: rows(self.look_up_far, usual.look_up_far),
            draw: rows(self.draw, usual.draw),
            btree: rows(self.btree, usual.btree),
            btree_text: rows(self.btree_text, usual.btree_text),
            hash: rows(self.hash, usual.hash),
            gist: rows(self.gist, usual.gist),
            gin: rows(self.gin, usual.gin),
        }
    }
}

/// The table `[profile]`, to be pasted into a config.
#[must_use]
pub fn profile_text(profile: &Profile) -> String {
    let rows = |rate: f64| Rows(whole(rate)).text();
    let rate = |rate: Rate| {
        let bytes = Bytes(whole(rate.bytes)).text();
        format!("{{ rows = \"{}\", bytes = \"{bytes}\" }}", rows(rate.rows))
    };
    let mut text = String::from("[profile]  # rows and bytes that are worked off in a second\n");
    for (key, value) in [
        ("scan", rate(profile.scan)),
        ("rewrite", rate(profile.rewrite)),
        ("update", rate(profile.update)),
        ("entry", format!("\"{}\"", rows(profile.entry))),
        ("delete", format!("\"{}\"", rows(profile.delete))),
        ("look-up", format!("\"{}\"", rows(profile.look_up))),
        ("look-up-far", format!("\"{}\"", rows(profile.look_up_far))),
        ("draw", format!("\"{}\"", rows(profile.draw))),
        ("btree", format!("\"{}\"", rows(profile.btree))),
        ("btree-text", format!("\"{}\"", rows(profile.btree_text))),
        ("hash", format!("\"{}\"", rows(profile.hash))),
        ("gist", format!("\"{}\"", rows(profile.gist))),
        ("gin", format!("\"{}\"", rows(profile.gin))),
    ] {
        let _ = writeln!(text, "{key} = {value}");
    }
    text
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate is not negative, and none is as large as that"
)]
fn whole(rate: f64) -> u64 {
    rate.round() as u64
}

#[cfg(test)]
mod tests {
    use super::{ProfileTable, profile_text};
    use crate::estimate::Profile;

    #[derive(serde::Deserialize)]
    struct Config {
        profile: ProfileTable,
    }

    #[test]
    fn what_is_printed_is_read_again() {
        let usual = Profile::default();
        let read: Config = toml::from_str(&profile_text(&usual)).expect("a table");
        assert_eq!(profile_text(&read.profile.profile()), profile_text(&usual));
        let nothing: Config = toml::from_str("[profile]").expect("a table");
        assert_eq!(nothing.profile.profile(), usual);
    }
}
