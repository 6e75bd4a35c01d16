//! What is another value each time: identifiers and tokens. Any of the same form is as good, so one is made up.

use crate::django::value::{Call, Value};

/// Stands for a random UUID.
pub(in crate::django) const UUID: &str = "00000000-0000-4000-8000-000000000000";
/// What made-up tokens are cut from.
const TOKEN: &str = "q7Zk2Xw9Rb4Lm1Vt8Hc5Yn3Gd6Js0Fp";
/// How many characters of a token tell it from other text.
const TELLING: usize = 6;

/// Whether a text holds something that was made up here.
pub(in crate::django) fn is_made_up(text: &str) -> bool {
    text.contains(UUID) || text.contains(&UUID.replace('-', "")) || text.contains(&TOKEN[..TELLING])
}

/// A random text of this many characters.
pub(in crate::django) fn token(length: usize) -> String {
    TOKEN.chars().cycle().take(length.min(1024)).collect()
}

/// What a function returns that makes random texts, or chooses.
pub(super) fn made(callee: &str, args: &[Value], kwargs: &[(String, Value)]) -> Option<Value> {
    match callee {
        "random.choice" | "secrets.choice" | "random.SystemRandom.choice" => {
            return args.first()?.iterated()?.into_iter().next();
        }
        "random.choices" => {
            let of = args.first()?.iterated()?;
            let count = kwargs.iter().find(|(name, _)| name == "k");
            let count = count.map_or(Some(1), |(_, count)| count.as_int())?;
            let count = usize::try_from(count).ok().filter(|count| *count <= 1024)?;
            return Some(Value::List(of.into_iter().cycle().take(count).collect()));
        }
        "random.randint" | "random.randrange" | "secrets.randbelow" => {
            return args
                .first()
                .filter(|first| first.as_int().is_some())
                .cloned();
        }
        _ => {}
    }
    let given = args.first().or(kwargs.first().map(|(_, value)| value));
    let length = |by_default: usize| match given {
        None => Some(by_default),
        Some(value) => value
            .as_int()
            .and_then(|length| usize::try_from(length).ok()),
    };
    let made = match callee {
        "django.utils.crypto.get_random_string" => token(length(12)?),
        "secrets.token_urlsafe" => token((4 * length(32)?).div_ceil(3)),
        "secrets.token_hex" => {
            let digits = token(2 * length(32)?).to_lowercase();
            digits.replace(|c: char| !c.is_ascii_hexdigit(), "e")
        }
        _ => return None,
    };
    Some(Value::Str(made.into()))
}

fn is_uuid(call: &Call) -> bool {
    call.receiver.is_none()
        && matches!(
            call.callee.as_str(),
            "uuid.uuid4" | "uuid.uuid1" | "uuid.uuid7"
        )
}

/// `str(uuid.uuid4())`
pub(super) fn shown(value: &Value) -> Option<Value> {
    let Value::Call(call) = value else {
        return None;
    };
    is_uuid(call).then(|| Value::Str(UUID.to_owned().into()))
}

/// `uuid.uuid4().hex`
pub(super) fn attribute(call: &Call, name: &str) -> Option<Value> {
    (is_uuid(call) && name == "hex").then(|| Value::Str(UUID.replace('-', "").into()))
}
