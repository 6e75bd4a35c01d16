//! Dates, times and intervals, read as PostgreSQL reads them.
//!
//! Source: PostgreSQL documentation, "Date/Time Input Interpretation"; `src/backend/utils/adt/datetime.c`.

const MICROSECONDS: i128 = 1_000_000;
/// A day in microseconds.
pub(super) const DAY: i128 = 86_400 * MICROSECONDS;

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// Since 1970-01-01.
    pub(super) microseconds: i128,
    pub(super) zone: Zone,
}

/// What the clock that was read shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// A date or time without a zone.
    None,
    /// UTC, as the offset was written.
    Universal,
    /// The time zone of the session, which is not known.
    Session,
}

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) months: i64,
    pub(super) days: i64,
    pub(super) microseconds: i128,
}

impl Span {
    /// By what intervals are compared: a month is thirty days, a day 24 hours (`interval_cmp_value`).
    pub(super) fn length(self) -> i128 {
        i128::from(self.months * 30 + self.days) * DAY + self.microseconds
    }
}

/// What stands in a date or time, as far as it was written.
#[derive(Default)]
struct Fields {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    time: Option<i128>,
    /// In microseconds east of Greenwich.
    offset: Option<i128>,
    before_christ: bool,
}

/// A date with or without a time of day, in microseconds of the clock, and the offset from UTC that was written.
pub(super) fn read(text: &str) -> Option<(i128, Option<i128>)> {
    match text.trim().to_ascii_lowercase().as_str() {
        "infinity" => return Some((i128::MAX, Some(0))),
        "-infinity" => return Some((i128::MIN, Some(0))),
        "epoch" => return Some((0, Some(0))),
        _ => {}
    }
    let fields = fields(text)?;
    let year = fields.year?;
    let year = if fields.before_christ { 1 - year } else { year };
    let days = days(year, fields.month?, fields.day?)?;
    let clock = i128::from(days) * DAY + fields.time.unwrap_or(0);
    Some((clock, fields.offset))
}

/// A time of day alone, in microseconds.
pub(super) fn time_of_day(text: &str) -> Option<i128> {
    let fields = fields(text)?;
    let alone = fields.year.is_none() && fields.month.is_none() && fields.day.is_none();
    fields.time.filter(|_| alone && fields.offset.is_none())
}

fn fields(text: &str) -> Option<Fields> {
    let mut found = Fields::default();
    // `T` between a date and a time is white space; so is a comma.
    let text = match text.split_once(['T', 't']) {
        Some((date, time)) if date.ends_with(|c: char| c.is_ascii_digit()) && date.len() >= 8 => {
            format!("{date} {time}")
        }
        _ => text.to_owned(),
    };
    for word in text.split([' ', ',']).filter(|word| !word.is_empty()) {
        found.take(word)?;
    }
    Some(found)
}

impl Fields {
    fn take(&mut self, word: &str) -> Option<()> {
        if let Some(month) = month(word) {
            return set(&mut self.month, month);
        }
        match word.to_ascii_lowercase().as_str() {
            "bc" => {
                self.before_christ = true;
                return Some(());
            }
            "ad" => return Some(()),
            "am" | "pm" => return None,
            "z" | "utc" | "gmt" => return set(&mut self.offset, 0),
            _ => {}
        }
        if word.contains(':') {
            return self.clock(word);
        }
        if let Some(offset) = word.strip_prefix(['+', '-']).and_then(|_| offset(word)) {
            return set(&mut self.offset, offset);
        }
        let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
        match parts[..] {
            [year, middle, day] if year.len() >= 4 => {
                set(&mut self.year, number(year)?)?;
                set(&mut self.month, month(middle).or_else(|| number(middle))?)?;
                set(&mut self.day, number(day)?)
            }
            // The order of numbers is the session's DateStyle, which is not known; a month by name tells.
            [day, middle, year] if year.len() >= 4 => {
                set(&mut self.day, number(day)?)?;
                set(&mut self.month, month(middle)?)?;
                set(&mut self.year, number(year)?)
            }
            [digits] => self.digits(digits),
            _ => None,
        }
    }

    /// `20240401`, a year or a day.
    fn digits(&mut self, digits: &str) -> Option<()> {
        let value = number(digits)?;
        match digits.len() {
            8 => {
                set(&mut self.year, value / 10_000)?;
                set(&mut self.month, value / 100 % 100)?;
                set(&mut self.day, value % 100)
            }
            4 => set(&mut self.year, value),
            1 | 2 if self.month.is_some() || self.year.is_none() => set(&mut self.day, value),
            _ => None,
        }
    }

    /// `10:00:00.5`, with an offset or `Z` behind it.
    fn clock(&mut self, word: &str) -> Option<()> {
        let end = word.find(['+', '-', 'Z', 'z']).unwrap_or(word.len());
        set(&mut self.time, clock(&word[..end])?)?;
        match &word[end..] {
            "" => Some(()),
            "Z" | "z" => set(&mut self.offset, 0),
            written => set(&mut self.offset, offset(written)?),
        }
    }
}

fn set<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

fn number(text: &str) -> Option<i64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

/// Hours, minutes and seconds.
fn clock(text: &str) -> Option<i128> {
    let mut parts = text.split(':');
    let hours = number(parts.next()?)?;
    let minutes = number(parts.next()?)?;
    let seconds = parts.next().unwrap_or("0");
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let whole = number(whole)?;
    let valid = parts.next().is_none() && minutes < 60 && whole <= 60 && hours <= 24;
    let fraction = number(fraction.get(..6).unwrap_or(&format!("{fraction:0<6}")))?;
    let seconds = i128::from(hours * 3600 + minutes * 60 + whole);
    valid.then_some(seconds * MICROSECONDS + i128::from(fraction))
}

/// `+02`, `-05:30`, `+0530`.
fn offset(text: &str) -> Option<i128> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at(2),
        None => (digits, "0"),
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let valid = hours < 16 && minutes < 60;
    valid.then(|| sign * i128::from(hours * 60 + minutes) * 60 * MICROSECONDS)
}

fn month(word: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.to_ascii_lowercase();
    let named = |name: &str| word.len() >= 3 && (*name == *word || name[..3] == *word);
    let at = MONTHS.iter().position(|name| named(name))?;
    i64::try_from(at + 1).ok()
}

/// Days since 1970-01-01 in the Gregorian calendar; year 0 is 1 BC.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let long = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=long).contains(&day) || year.abs() > 1_000_000 {
        return None;
    }
    // Years begin in March, so that the day that is sometimes there comes last.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let of_year = (153 * month + 2) / 5 + day - 1;
    let before = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(before + of_year - 719_468)
}

/// Year, month and day of so many days since 1970-01-01.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let year = year + era * 400;
    if month < 10 {
        (year, month + 3, day)
    } else {
        (year + 1, month - 9, day)
    }
}

/// A moment of the clock, later or (`sign` -1) earlier by a span: months first, by the calendar (`timestamp_pl_interval`).
pub(super) fn shifted(clock: i128, span: Span, sign: i64) -> Option<i128> {
    let (day, rest) = (clock.div_euclid(DAY), clock.rem_euclid(DAY));
    let (year, month, day) = date(i64::try_from(day).ok()?);
    let months = year * 12 + month - 1 + sign * span.months;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    // The last day of a shorter month.
    let day = (0..4).find_map(|less| days(year, month, day - less))?;
    let days = i128::from(day + sign * span.days);
    Some(days * DAY + rest + i128::from(sign) * span.microseconds)
}

/// Reads `1 day`, `2 months 3 days 04:05:06`.
pub(super) fn span(text: &str) -> Option<Span> {
    let mut span = Span {
        months: 0,
        days: 0,
        microseconds: 0,
    };
    let mut words = text.split_ascii_whitespace();
    while let Some(word) = words.next() {
        if word.contains(':') {
            span.microseconds += clock(word)?;
            continue;
        }
        let count: i64 = word.parse().ok()?;
        let unit = words.next()?.to_ascii_lowercase();
        let seconds = |each: i128| i128::from(count) * each * MICROSECONDS;
        match unit.strip_suffix('s').unwrap_or(&unit) {
            "year" => span.months += count * 12,
            "mon" | "month" => span.months += count,
            "week" => span.days += count * 7,
            "day" => span.days += count,
            "hour" => span.microseconds += seconds(3600),
            "min" | "minute" => span.microseconds += seconds(60),
            "sec" | "second" => span.microseconds += seconds(1),
            _ => return None,
        }
    }
    Some(span)
}
