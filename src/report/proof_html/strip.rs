//! Stretches of time as SVG paths, in a picture 1,000 wide that is drawn as wide as there is room.

use crate::prove::Lane;
use std::fmt::Write as _;

/// Width of a strip, in units of the picture; `page.html` has the same in its view boxes.
const WIDTH: f64 = 1_000.0;
/// A stretch is drawn at least that wide, so that an instant is seen.
const NARROWEST: f64 = 2.0;

/// Where a stretch is, in units of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stretch {
    from: f64,
    to: f64,
}

/// When a lane's requests were served without waiting for the migration.
pub(super) fn served(lane: &Lane, total: f64) -> String {
    path(lane, total, false)
}

/// When a lane's requests waited for the migration.
pub(super) fn waited(lane: &Lane, total: f64) -> String {
    path(lane, total, true)
}

/// One stretch alone.
pub(super) fn bar(start: f64, end: f64, total: f64) -> String {
    draw(&[placed(start, end, total)])
}

fn path(lane: &Lane, total: f64, waited: bool) -> String {
    let samples = lane.samples.iter().filter(|sample| sample.waited == waited);
    let mut stretches: Vec<Stretch> = samples
        .map(|sample| placed(sample.start, sample.end, total))
        .collect();
    stretches.sort_by(|one, other| one.from.total_cmp(&other.from));
    draw(&joined(&stretches))
}

fn placed(start: f64, end: f64, total: f64) -> Stretch {
    let scale = if total > 0.0 { WIDTH / total } else { 0.0 };
    let from = (start * scale).clamp(0.0, WIDTH - NARROWEST);
    let to = (end * scale).clamp(from + NARROWEST, WIDTH);
    Stretch { from, to }
}

/// Stretches that cannot be told apart become one: a ride of minutes has thousands of requests.
fn joined(stretches: &[Stretch]) -> Vec<Stretch> {
    let mut joined: Vec<Stretch> = Vec::new();
    for next in stretches {
        match joined.last_mut() {
            Some(last) if next.from <= last.to + NARROWEST / 2.0 => last.to = last.to.max(next.to),
            _ => joined.push(*next),
        }
    }
    joined
}

/// Rectangles one unit high; the page stretches them.
fn draw(stretches: &[Stretch]) -> String {
    let mut path = String::new();
    for Stretch { from, to } in stretches {
        // Writing to a string cannot fail.
        let _ = write!(path, "M{from:.1} 0h{:.1}v1h-{:.1}z", to - from, to - from);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::Access;
    use crate::prove::Sample;

    #[test]
    fn requests_that_cannot_be_told_apart_are_one() {
        let sample = |start, waited| Sample {
            start,
            end: start + 0.001,
            waited,
        };
        let lane = Lane {
            relation: "t".to_owned(),
            label: "t".to_owned(),
            access: Access::Select,
            samples: vec![
                sample(0.1, false),
                sample(0.101, false),
                sample(5.0, false),
                sample(7.0, true),
            ],
        };
        assert_eq!(
            served(&lane, 10.0),
            "M10.0 0h2.1v1h-2.1zM500.0 0h2.0v1h-2.0z"
        );
        assert_eq!(waited(&lane, 10.0), "M700.0 0h2.0v1h-2.0z");
    }

    #[test]
    fn nothing_leaves_the_picture() {
        assert_eq!(bar(9.9999, 12.0, 10.0), "M998.0 0h2.0v1h-2.0z");
        assert_eq!(bar(0.0, 0.0, 0.0), "M0.0 0h2.0v1h-2.0z");
    }
}
