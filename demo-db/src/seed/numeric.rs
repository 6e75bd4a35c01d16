//! `numeric` in binary: groups of four decimal digits, aligned at the point (src/backend/utils/adt/numeric.c, numeric_recv).

/// The base of a group.
const GROUP: u64 = 10_000;
/// 19 digits of an i64, up to 255 behind the point.
const GROUPS: usize = 70;
const NEGATIVE: u16 = 0x4000;

/// Appends the field for `number` / 10^`scale`.
pub(super) fn put(out: &mut Vec<u8>, number: i64, scale: u8) {
    let mut groups = [0_u16; GROUPS];
    let fraction = usize::from(scale).div_ceil(4);
    // The last group is filled up with zeros on the right, so that groups never straddle the point.
    let missing = fraction * 4 - usize::from(scale);
    let mut rest = number.unsigned_abs();
    let mut length = 0;
    if missing > 0 {
        let cut = 10_u64.pow(4 - u32::try_from(missing).unwrap_or(0));
        groups[0] = group((rest % cut) * (GROUP / cut));
        rest /= cut;
        length = 1;
    }
    while rest > 0 {
        groups[length] = group(rest % GROUP);
        rest /= GROUP;
        length += 1;
    }
    // Zeros at the end are not stored; the scale keeps them on display.
    let first = groups[..length]
        .iter()
        .position(|group| *group != 0)
        .unwrap_or(length);
    let groups = &groups[first..length];
    let weight = if groups.is_empty() {
        0
    } else {
        small(length) - small(fraction) - 1
    };
    let count = small(groups.len());
    out.extend_from_slice(&(8 + 2 * i32::from(count)).to_be_bytes());
    out.extend_from_slice(&count.to_be_bytes());
    out.extend_from_slice(&weight.to_be_bytes());
    let sign = if number < 0 { NEGATIVE } else { 0 };
    out.extend_from_slice(&sign.to_be_bytes());
    out.extend_from_slice(&u16::from(scale).to_be_bytes());
    for group in groups.iter().rev() {
        out.extend_from_slice(&group.to_be_bytes());
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a group is below 10,000")]
fn group(number: u64) -> u16 {
    number as u16
}

/// Counts of groups are below `GROUPS`.
fn small(count: usize) -> i16 {
    i16::try_from(count).unwrap_or(i16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The field read back: the groups with their weights, as text.
    fn read(bytes: &[u8]) -> String {
        let word = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
        let length = usize::try_from(i32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
            .expect("a length");
        assert_eq!(length, bytes.len() - 4);
        let (count, weight) = (usize::from(word(4)), i32::from(word(6).cast_signed()));
        let scale = usize::from(word(10));
        let digit_group = |power: i32| {
            let at = usize::try_from(weight - power)
                .ok()
                .filter(|at| *at < count);
            at.map_or(0, |at| word(12 + 2 * at))
        };
        let groups = |powers: std::ops::RangeInclusive<i32>| {
            let digits = powers
                .rev()
                .map(|power| format!("{:04}", digit_group(power)));
            digits.collect::<Vec<_>>().concat()
        };
        let whole = groups(0..=weight.max(0));
        let behind = i32::try_from(scale.div_ceil(4)).expect("small");
        let fraction = groups(-behind..=-1);
        let whole = whole.trim_start_matches('0');
        let sign = if word(8) == NEGATIVE { "-" } else { "" };
        format!(
            "{sign}{}.{}",
            if whole.is_empty() { "0" } else { whole },
            &fraction[..scale]
        )
    }

    #[test]
    fn groups_are_aligned_at_the_point() {
        let cases: [(i64, u8, &str); 13] = [
            (0, 0, "0."),
            (0, 2, "0.00"),
            (1, 2, "0.01"),
            (-1, 2, "-0.01"),
            (99_999, 2, "999.99"),
            (10_000, 2, "100.00"),
            (1_000_000, 2, "10000.00"),
            (123_456_789, 4, "12345.6789"),
            (12, 5, "0.00012"),
            (10_000, 4, "1.0000"),
            (7, 9, "0.000000007"),
            (i64::MAX, 0, "9223372036854775807."),
            (i64::MIN, 3, "-9223372036854775.808"),
        ];
        for (number, scale, text) in cases {
            let mut out = Vec::new();
            put(&mut out, number, scale);
            assert_eq!(read(&out), text, "{number} with scale {scale}");
        }
    }

    #[test]
    fn zero_groups_are_left_out() {
        let mut out = Vec::new();
        put(&mut out, 1_000_000, 2);
        // One group, 1, with the weight 1.
        assert_eq!(out, [0, 0, 0, 10, 0, 1, 0, 1, 0, 0, 0, 2, 0, 1]);
    }
}
