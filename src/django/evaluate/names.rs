//! The dotted path under which Django knows what is imported from one of its inner modules.

/// Modules whose public names Django exports from a shorter path.
const SHORTENED: &[(&str, &str)] = &[
    ("django.db.models.fields.related", "django.db.models"),
    ("django.db.models.fields.json", "django.db.models"),
    ("django.db.models.fields.files", "django.db.models"),
    ("django.db.models.fields.generated", "django.db.models"),
    ("django.db.models.fields.composite", "django.db.models"),
    ("django.db.models.fields", "django.db.models"),
    ("django.db.models.deletion", "django.db.models"),
    ("django.db.models.indexes", "django.db.models"),
    ("django.db.models.constraints", "django.db.models"),
    ("django.db.models.aggregates", "django.db.models"),
    ("django.db.models.expressions", "django.db.models"),
    ("django.db.models.query_utils", "django.db.models"),
    ("django.db.models.query", "django.db.models"),
    ("django.db.models.manager", "django.db.models"),
    ("django.db.models.enums", "django.db.models"),
    ("django.db.models.base", "django.db.models"),
    (
        "django.db.models.functions.comparison",
        "django.db.models.functions",
    ),
    (
        "django.db.models.functions.datetime",
        "django.db.models.functions",
    ),
    (
        "django.db.models.functions.json",
        "django.db.models.functions",
    ),
    (
        "django.db.models.functions.math",
        "django.db.models.functions",
    ),
    (
        "django.db.models.functions.text",
        "django.db.models.functions",
    ),
    (
        "django.db.models.functions.uuid",
        "django.db.models.functions",
    ),
    (
        "django.db.models.functions.window",
        "django.db.models.functions",
    ),
    (
        "django.db.migrations.operations.base",
        "django.db.migrations",
    ),
    (
        "django.db.migrations.operations.fields",
        "django.db.migrations",
    ),
    (
        "django.db.migrations.operations.models",
        "django.db.migrations",
    ),
    (
        "django.db.migrations.operations.special",
        "django.db.migrations",
    ),
    ("django.db.migrations.operations", "django.db.migrations"),
    ("django.db.migrations.migration", "django.db.migrations"),
    (
        "django.contrib.postgres.fields.array",
        "django.contrib.postgres.fields",
    ),
    (
        "django.contrib.postgres.fields.citext",
        "django.contrib.postgres.fields",
    ),
    (
        "django.contrib.postgres.fields.hstore",
        "django.contrib.postgres.fields",
    ),
    (
        "django.contrib.postgres.fields.jsonb",
        "django.contrib.postgres.fields",
    ),
    (
        "django.contrib.postgres.fields.ranges",
        "django.contrib.postgres.fields",
    ),
    (
        "django.contrib.gis.db.models.fields",
        "django.contrib.gis.db.models",
    ),
];

/// What `django.contrib.gis.db.models` adds to the names of `django.db.models`, which it exports again.
const GIS: &[&str] = &[
    "Collect",
    "Extent",
    "Extent3D",
    "GeometryCollectionField",
    "GeometryField",
    "LineStringField",
    "MakeLine",
    "MultiLineStringField",
    "MultiPointField",
    "MultiPolygonField",
    "PointField",
    "PolygonField",
    "RasterField",
    "Union",
];

/// The path under which Django's own migrations would name it; other paths stay as they are.
pub(super) fn canonical(path: String) -> String {
    if !path.starts_with("django.") {
        return path;
    }
    let Some((module, name)) = path.rsplit_once('.') else {
        return path;
    };
    // Modules are lower case; what they export is not, save for functions, which Django names by their own module.
    if !name.starts_with(|c: char| c.is_ascii_uppercase()) {
        return path;
    }
    if module == "django.contrib.gis.db.models" && !GIS.contains(&name) {
        return format!("django.db.models.{name}");
    }
    // Not exported: an internal field of `order_with_respect_to`.
    let short = SHORTENED.iter().find(|(long, _)| *long == module);
    short.map_or_else(|| path.clone(), |(_, short)| format!("{short}.{name}"))
}

/// Whether a module of Django exports this name to `from module import *`.
pub(super) fn exports(module: &str, name: &str) -> bool {
    let ends = |parts: &[&str]| parts.iter().any(|part| name.ends_with(part));
    match module {
        "django.contrib.postgres.operations" => ends(&[
            "Extension",
            "Concurrently",
            "NotValid",
            "Collation",
            "ValidateConstraint",
        ]),
        "django.contrib.postgres.fields" => {
            name.starts_with("CI")
                || ends(&[
                    "ArrayField",
                    "HStoreField",
                    "RangeField",
                    "JSONField",
                    "RangeOperators",
                    "RangeBoundary",
                ])
        }
        "django.contrib.postgres.indexes" => ends(&["Index", "OpClass"]),
        "django.contrib.postgres.constraints" => name == "ExclusionConstraint",
        "django.db.models.functions" => {
            let others = [
                "Field",
                "Extension",
                "Collation",
                "Concurrently",
                "NotValid",
                "Constraint",
            ];
            name.starts_with(|c: char| c.is_ascii_uppercase()) && !ends(&others)
        }
        "django.db.migrations.operations" | "django.db.models" | "django.db.models.fields" => {
            name.starts_with(|c: char| c.is_ascii_uppercase())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;
    use crate::failures::Failures;

    #[test]
    fn inner_modules_are_shortened() {
        Failures::collect(|failures| {
            for (long, short) in [
                (
                    "django.db.models.fields.related.ForeignKey",
                    "django.db.models.ForeignKey",
                ),
                (
                    "django.db.models.fields.CharField",
                    "django.db.models.CharField",
                ),
                (
                    "django.db.models.fields.related",
                    "django.db.models.fields.related",
                ),
                (
                    "django.db.models.deletion.CASCADE",
                    "django.db.models.CASCADE",
                ),
                (
                    "django.db.models.fields.proxy.OrderWrt",
                    "django.db.models.fields.proxy.OrderWrt",
                ),
                (
                    "django.db.migrations.operations.special.RunSQL",
                    "django.db.migrations.RunSQL",
                ),
                (
                    "django.contrib.gis.db.models.CharField",
                    "django.db.models.CharField",
                ),
                (
                    "django.contrib.gis.db.models.fields.PointField",
                    "django.contrib.gis.db.models.PointField",
                ),
                ("shop.fields.CharField", "shop.fields.CharField"),
            ] {
                failures.equal(long, short, &*canonical(long.to_owned()));
            }
        });
    }
}
