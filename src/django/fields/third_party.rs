//! Field classes of well-known packages: which class of Django's they derive from.

use crate::django::evaluate::CustomField;
use crate::django::value::Value;

/// Class, the class that it is on PostgreSQL, and the length that it has by default.
const FIELDS: &str = include_str!("third_party.tsv");

/// What a class of a well-known package is.
pub(super) fn field(path: &str) -> Option<CustomField> {
    let lines = FIELDS.lines().filter(|line| !line.starts_with('#'));
    for line in lines {
        let mut cells = line.split('\t');
        let pattern = cells.next()?;
        let matches = match pattern.split_once('*') {
            Some((head, tail)) => path.starts_with(head) && path.ends_with(tail),
            None => path == pattern,
        };
        if !matches {
            continue;
        }
        let base = cells.next()?;
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
        for argument in cells {
            let (name, value) = argument.split_once('=')?;
            let value = match value {
                "True" => Value::Bool(true),
                "False" => Value::Bool(false),
                "None" => Value::None,
                _ => match value.parse() {
                    Ok(number) => Value::Int(number),
                    Err(_) => Value::Str(value.to_owned().into()),
                },
            };
            custom.defaults.push((name.to_owned(), value));
        }
        return Some(custom);
    }
    None
}
