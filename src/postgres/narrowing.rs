//! Types that cannot hold all values of another.

/// What becomes of values that do not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Narrowing {
    /// They are rounded or cut, without a word.
    Rounds,
    /// Only those of a size that is rare are rounded.
    RoundsLarge,
    /// They are refused, with this SQLSTATE.
    Refuses(&'static str),
}

/// A type, without schema: its name in `pg_type`, and its modifiers.
pub type Typed<'a> = (&'a str, &'a [String]);

const OUT_OF_RANGE: &str = "22003";
const TOO_LONG: &str = "22001";

/// What the assignment of a value of one type to a column of another does, where that cannot hold all of them.
///
/// Source: the casts in `pg_cast`, and what the length coercions of `numeric.c`, `varchar.c`, `varbit.c` and `timestamp.c` do.
#[must_use]
pub fn narrowing((from, before): Typed<'_>, (to, after): Typed<'_>) -> Option<Narrowing> {
    let (before, after) = (numbers(before)?, numbers(after)?);
    if let (Some(old), Some(new)) = (integer_digits(from), integer_digits(to)) {
        return (new < old).then_some(Narrowing::Refuses(OUT_OF_RANGE));
    }
    match (from, to) {
        ("numeric", _) if integer_digits(to).is_some() => numeric_to_integer(&before, to),
        ("float4" | "float8", _) if integer_digits(to).is_some() => Some(Narrowing::Rounds),
        ("float8", "float4") => Some(Narrowing::Rounds),
        ("float4" | "float8", "numeric") => (!after.is_empty()).then_some(Narrowing::Rounds),
        ("numeric", "float4" | "float8") => {
            // The digits that each holds for sure (`FLT_DIG` and `DBL_DIG`).
            let holds = if to == "float4" { 6 } else { 15 };
            let fits = before.first().is_some_and(|digits| *digits <= holds);
            (!fits).then_some(Narrowing::RoundsLarge)
        }
        ("int4" | "int8", "float4") | ("int8", "float8") => Some(Narrowing::RoundsLarge),
        ("numeric", "numeric") => numeric(&before, &after),
        (_, "numeric") => integer_digits(from).and_then(|digits| {
            let scale = after.get(1).copied().unwrap_or(0);
            let room = after.first()? - scale;
            (room < digits).then_some(Narrowing::Refuses(OUT_OF_RANGE))
        }),
        ("timestamp" | "timestamptz", "date" | "time" | "timetz") | ("timetz", "time") => {
            Some(Narrowing::Rounds)
        }
        _ if is_timed(from) && is_timed(to) => {
            // No precision is the largest, 6.
            let precision = |of: &[i64]| of.first().copied().unwrap_or(6).min(6);
            (precision(&after) < precision(&before)).then_some(Narrowing::Rounds)
        }
        _ if is_text(from) && is_text(to) => {
            let (old, new) = (before.first(), after.first());
            let shorter = new.is_some_and(|new| old.is_none_or(|old| new < old));
            shorter.then_some(Narrowing::Refuses(TOO_LONG))
        }
        ("varbit", "varbit") => {
            let (old, new) = (before.first(), after.first());
            let shorter = new.is_some_and(|new| old.is_none_or(|old| new < old));
            shorter.then_some(Narrowing::Refuses(TOO_LONG))
        }
        _ => None,
    }
}

/// Modifiers as numbers; those of `interval day to second` are none.
fn numbers(modifiers: &[String]) -> Option<Vec<i64>> {
    let all = modifiers.iter();
    all.map(|text| text.trim().parse().ok()).collect()
}

/// The decimal digits that the largest value of an integer type has.
fn integer_digits(name: &str) -> Option<i64> {
    match name {
        "int2" => Some(5),
        "int4" => Some(10),
        "int8" => Some(19),
        _ => None,
    }
}

fn is_timed(name: &str) -> bool {
    matches!(
        name,
        "timestamp" | "timestamptz" | "time" | "timetz" | "interval"
    )
}

fn is_text(name: &str) -> bool {
    matches!(name, "text" | "varchar" | "bpchar")
}

fn numeric(before: &[i64], after: &[i64]) -> Option<Narrowing> {
    let [precision, rest @ ..] = after else {
        return None;
    };
    let scale = rest.first().copied().unwrap_or(0);
    let [old_precision, old_rest @ ..] = before else {
        return Some(Narrowing::Rounds);
    };
    let old_scale = old_rest.first().copied().unwrap_or(0);
    if scale < old_scale {
        return Some(Narrowing::Rounds);
    }
    let shorter = precision - scale < old_precision - old_scale;
    shorter.then_some(Narrowing::Refuses(OUT_OF_RANGE))
}

fn numeric_to_integer(before: &[i64], to: &str) -> Option<Narrowing> {
    match before {
        [] => Some(Narrowing::Rounds),
        [_, scale] if *scale > 0 => Some(Narrowing::Rounds),
        [precision, ..] => {
            // Each number with one digit fewer than the largest fits.
            let fits = *precision < integer_digits(to)?;
            (!fits).then_some(Narrowing::Refuses(OUT_OF_RANGE))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Narrowing, narrowing};

    fn typed(text: &str) -> (&str, Vec<String>) {
        let Some((name, modifiers)) = text.split_once('(') else {
            return (text, Vec::new());
        };
        let modifiers = modifiers.trim_end_matches(')').split(',');
        (name, modifiers.map(str::to_owned).collect())
    }

    /// Each as PostgreSQL 15.18 did it by ALTER COLUMN TYPE with a value that does not fit.
    #[test]
    fn what_does_not_fit_is_rounded_or_refused() {
        let (rounds, large) = (Some(Narrowing::Rounds), Some(Narrowing::RoundsLarge));
        let refuses = |state| Some(Narrowing::Refuses(state));
        let cases = [
            ("numeric(10,4)", "numeric(10,2)", rounds),
            ("numeric(10,2)", "numeric(6,2)", refuses("22003")),
            ("numeric(10,2)", "numeric(12,2)", None),
            ("numeric(10,2)", "numeric(12,4)", None),
            ("numeric", "numeric(10,2)", rounds),
            ("numeric(10,2)", "numeric", None),
            ("numeric", "int4", rounds),
            ("numeric(9,0)", "int4", None),
            ("numeric(12,0)", "int4", refuses("22003")),
            ("int8", "int4", refuses("22003")),
            ("int4", "int8", None),
            ("int4", "numeric(8,2)", refuses("22003")),
            ("int4", "numeric(12,2)", None),
            ("float8", "int4", rounds),
            ("float8", "float4", rounds),
            ("int8", "float8", large),
            ("varchar(50)", "varchar(10)", refuses("22001")),
            ("text", "varchar(10)", refuses("22001")),
            ("varchar(10)", "text", None),
            ("varchar(10)", "varchar(50)", None),
            ("bpchar(5)", "bpchar(1)", refuses("22001")),
            ("timestamp", "date", rounds),
            ("timestamptz", "date", rounds),
            ("date", "timestamp", None),
            ("timestamptz(6)", "timestamptz(0)", rounds),
            ("interval", "interval(0)", rounds),
            ("time(0)", "time", None),
            ("timetz", "time", rounds),
            ("varbit(9)", "varbit(3)", refuses("22001")),
            ("json", "jsonb", None),
        ];
        for (from, to, expected) in cases {
            let ((from, before), (to, after)) = (typed(from), typed(to));
            let found = narrowing((from, &before), (to, &after));
            assert_eq!(found, expected, "{from}{before:?} to {to}{after:?}");
        }
    }
}
