//! Field classes of well-known packages: which class of Django's they derive from.

use crate::django::evaluate::CustomField;
use crate::django::value::Value;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// Class, the class that it is on PostgreSQL, and the length that it has by default.
const FIELDS: &str = include_str!("third_party.tsv");

static KNOWN: LazyLock<Known> = LazyLock::new(Known::read);

#[derive(Default)]
struct Known {
    by_path: HashMap<&'static str, Arc<CustomField>>,
    /// What a path begins and ends with.
    patterns: Vec<(&'static str, &'static str, Arc<CustomField>)>,
}

/// What a class of a well-known package is.
pub(super) fn field(path: &str) -> Option<Arc<CustomField>> {
    if path.starts_with("django.") {
        return None;
    }
    let found = KNOWN.by_path.get(path).or_else(|| {
        let mut patterns = KNOWN.patterns.iter();
        let fits = patterns.find(|(head, tail, _)| path.starts_with(head) && path.ends_with(tail));
        fits.map(|(_, _, field)| field)
    });
    found.cloned()
}

impl Known {
    fn read() -> Self {
        let mut known = Self::default();
        for line in FIELDS.lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.split('\t');
            let (Some(path), Some(base)) = (cells.next(), cells.next()) else {
                continue;
            };
            let field = Arc::new(described(base, cells));
            match path.split_once('*') {
                Some((head, tail)) => known.patterns.push((head, tail, field)),
                None => {
                    known.by_path.insert(path, field);
                }
            }
        }
        known
    }
}

/// What the cells of a line say.
fn described<'c>(base: &str, arguments: impl Iterator<Item = &'c str>) -> CustomField {
    let mut custom = CustomField::default();
    if let Some(column_type) = base.strip_prefix("type:") {
        "django.db.models.TextField".clone_into(&mut custom.base);
        custom.db_type = Some(column_type.to_owned());
    } else {
        custom.base = match base.split_once('.') {
            Some(_) => base.to_owned(),
            None => format!("django.db.models.{base}"),
        };
    }
    for argument in arguments {
        match argument.split_once('=') {
            Some((name, value)) => custom.defaults.push((name.to_owned(), constant(value))),
            None => custom.of_field = argument == "of its field",
        }
    }
    custom
}

fn constant(text: &str) -> Value {
    match text {
        "True" => Value::Bool(true),
        "False" => Value::Bool(false),
        "None" => Value::None,
        _ => match text.parse() {
            Ok(number) => Value::Int(number),
            Err(_) => Value::Str(text.to_owned().into()),
        },
    }
}
