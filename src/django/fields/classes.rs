//! Django's field classes: what each is on PostgreSQL, and which of its arguments are defaults.
//!
//! Source: `data_types` in `django/db/backends/postgresql/base.py`, the `deconstruct` methods in `django/db/models/fields`.

use crate::django::facts::DjangoVersion;
use crate::django::value::Value;

/// What kind of field, by what it is on PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A column of a fixed type; the class's name, and the type.
    Plain(&'static str, &'static str),
    /// AutoField and its like: the class's name, and the integer type.
    Auto(&'static str, &'static str),
    /// A non-negative integer, kept so by a CHECK.
    Positive(&'static str, &'static str),
    /// `varchar(max_length)`: the class's name, and its length by default.
    Varchar(&'static str, Option<u32>),
    /// `numeric(max_digits, decimal_places)`.
    Decimal,
    Array,
    Generated,
    ForeignKey,
    OneToOne,
    ManyToMany,
    /// A field without a column.
    Virtual,
    Unknown,
}

use Kind::{Auto, Plain, Positive, Varchar};

const MODELS: &[Kind] = &[
    Auto("AutoField", "integer"),
    Auto("BigAutoField", "bigint"),
    Auto("SmallAutoField", "smallint"),
    Plain("BigIntegerField", "bigint"),
    Plain("BinaryField", "bytea"),
    Plain("BooleanField", "boolean"),
    Plain("NullBooleanField", "boolean"),
    Plain("DateField", "date"),
    Plain("DateTimeField", "timestamp with time zone"),
    Plain("DurationField", "interval"),
    Plain("FloatField", "double precision"),
    Plain("GenericIPAddressField", "inet"),
    Plain("IPAddressField", "inet"),
    Plain("IntegerField", "integer"),
    Plain("JSONField", "jsonb"),
    Plain("SmallIntegerField", "smallint"),
    Plain("TextField", "text"),
    Plain("TimeField", "time"),
    Plain("UUIDField", "uuid"),
    Positive("PositiveBigIntegerField", "bigint"),
    Positive("PositiveIntegerField", "integer"),
    Positive("PositiveSmallIntegerField", "smallint"),
    Varchar("CharField", None),
    Varchar("CommaSeparatedIntegerField", None),
    Varchar("EmailField", Some(254)),
    Varchar("FileField", Some(100)),
    Varchar("FilePathField", Some(100)),
    Varchar("ImageField", Some(100)),
    Varchar("SlugField", Some(50)),
    Varchar("URLField", Some(200)),
];

const POSTGRES: &[Kind] = &[
    Plain("HStoreField", "hstore"),
    Plain("IntegerRangeField", "int4range"),
    Plain("BigIntegerRangeField", "int8range"),
    Plain("DecimalRangeField", "numrange"),
    Plain("FloatRangeField", "numrange"),
    Plain("DateTimeRangeField", "tstzrange"),
    Plain("DateRangeField", "daterange"),
    Plain("CICharField", "citext"),
    Plain("CIEmailField", "citext"),
    Plain("CITextField", "citext"),
    Plain("JSONField", "jsonb"),
    Plain("SearchVectorField", "tsvector"),
    Plain("SearchQueryField", "tsquery"),
    // Internal to Django's full text search.
    Plain("_Float4Field", "float4"),
];

impl Kind {
    /// The kind of a class, by its dotted path.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let Some((module, class)) = path.rsplit_once('.') else {
            return Self::Unknown;
        };
        let table = match module {
            "django.db.models" => MODELS,
            module if module.starts_with("django.contrib.postgres") => POSTGRES,
            "django.db.models.fields.proxy" if class == "OrderWrt" => {
                return Plain("IntegerField", "integer");
            }
            "django.contrib.contenttypes.fields" => return Self::Virtual,
            _ => return Self::Unknown,
        };
        match class {
            "ForeignKey" => Self::ForeignKey,
            "OneToOneField" => Self::OneToOne,
            "ManyToManyField" => Self::ManyToMany,
            "DecimalField" => Self::Decimal,
            "GeneratedField" => Self::Generated,
            "ArrayField" => Self::Array,
            "CompositePrimaryKey" => Self::Virtual,
            _ => table
                .iter()
                .copied()
                .find(|kind| kind.class() == class)
                .unwrap_or(Self::Unknown),
        }
    }

    /// What a class that Django has given up is now, for the sake of old migrations.
    ///
    /// Source: `django/contrib/postgres/fields/citext.py` of Django 5.1.
    #[must_use]
    pub(super) fn in_version(self, django: DjangoVersion) -> Self {
        if django < DjangoVersion(5, 1) {
            return self;
        }
        match self {
            Plain("CICharField", _) => Varchar("CharField", None),
            Plain("CIEmailField", _) => Varchar("EmailField", Some(254)),
            Plain("CITextField", _) => Plain("TextField", "text"),
            other => other,
        }
    }

    /// The kind of Django's own class whose name this name ends with: `ResizedImageField` is likely an `ImageField`.
    #[must_use]
    pub fn named_after(name: &str) -> Self {
        // What is encrypted is text or bytes, whatever it was.
        if name.contains("Encrypted") {
            return Self::Unknown;
        }
        let relations = [Self::ForeignKey, Self::OneToOne, Self::ManyToMany];
        let known = MODELS.iter().chain(POSTGRES).copied();
        let known = known.chain(relations).chain([Self::Decimal, Self::Array]);
        known
            .filter(|kind| name.ends_with(kind.class()))
            .max_by_key(|kind| kind.class().len())
            .unwrap_or(Self::Unknown)
    }

    /// The name of the class, as `get_internal_type` gives it for most.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Plain(class, _) | Auto(class, _) | Positive(class, _) | Varchar(class, _) => class,
            Self::Decimal => "DecimalField",
            Self::Array => "ArrayField",
            Self::Generated => "GeneratedField",
            Self::ForeignKey => "ForeignKey",
            Self::OneToOne => "OneToOneField",
            Self::ManyToMany => "ManyToManyField",
            Self::Virtual | Self::Unknown => "",
        }
    }

    /// Whether it has a column whose type is its own.
    #[must_use]
    pub const fn is_column(self) -> bool {
        !matches!(self, Self::ManyToMany | Self::Virtual) && !self.is_foreign_key()
    }

    #[must_use]
    pub const fn is_relation(self) -> bool {
        matches!(self, Self::ForeignKey | Self::OneToOne | Self::ManyToMany)
    }

    #[must_use]
    pub const fn is_foreign_key(self) -> bool {
        matches!(self, Self::ForeignKey | Self::OneToOne)
    }

    #[must_use]
    pub const fn is_auto(self) -> bool {
        matches!(self, Auto(..))
    }

    #[must_use]
    pub const fn is_positive(self) -> bool {
        matches!(self, Positive(..))
    }

    /// Whether a driver wraps its values into objects, of which no two are equal.
    ///
    /// Source: `_alter_field` in `django/db/backends/base/schema.py` compares what `get_db_prep_save` returns: `Jsonb`, `Binary`.
    #[must_use]
    pub fn is_wrapped(self) -> bool {
        matches!(self.class(), "JSONField" | "BinaryField")
    }

    /// Whether it has an index unless it says otherwise.
    #[must_use]
    pub fn is_indexed(self) -> bool {
        self.is_foreign_key() || self.class() == "SlugField"
    }

    /// Whether a field that may be blank is empty text rather than NULL.
    ///
    /// Source: `empty_strings_allowed` of the field classes.
    #[must_use]
    pub fn allows_empty_strings(self) -> bool {
        !matches!(
            self.class(),
            "AutoField"
                | "BigAutoField"
                | "SmallAutoField"
                | "BooleanField"
                | "NullBooleanField"
                | "DateField"
                | "DateTimeField"
                | "DecimalField"
                | "DurationField"
                | "FloatField"
                | "IntegerField"
                | "BigIntegerField"
                | "SmallIntegerField"
                | "PositiveIntegerField"
                | "PositiveBigIntegerField"
                | "PositiveSmallIntegerField"
                | "GenericIPAddressField"
                | "IPAddressField"
                | "JSONField"
                | "TimeField"
                | "UUIDField"
                | "HStoreField"
                | "ForeignKey"
                | "OneToOneField"
                | "ArrayField"
                | "IntegerRangeField"
                | "BigIntegerRangeField"
                | "DecimalRangeField"
                | "DateTimeRangeField"
                | "DateRangeField"
        )
    }

    /// Arguments by position.
    #[must_use]
    pub(super) fn positional(self) -> &'static [&'static str] {
        match self.class() {
            "ForeignKey" | "OneToOneField" => &["to", "on_delete", "related_name"],
            "ManyToManyField" => &["to", "related_name"],
            "ArrayField" => &["base_field", "size"],
            "DecimalField" => &["verbose_name", "name", "max_digits", "decimal_places"],
            "DateField" | "DateTimeField" | "TimeField" => {
                &["verbose_name", "name", "auto_now", "auto_now_add"]
            }
            "FileField" | "ImageField" => &["verbose_name", "name", "upload_to", "storage"],
            "GenericIPAddressField" => &["verbose_name", "name", "protocol", "unpack_ipv4"],
            _ => &[
                "verbose_name",
                "name",
                "primary_key",
                "max_length",
                "unique",
                "blank",
                "null",
                "db_index",
            ],
        }
    }

    /// Whether an argument says what goes without saying, so that Django leaves it out when it deconstructs the field.
    pub(super) fn is_default(self, name: &str, value: &Value) -> bool {
        match (name, value) {
            ("db_index", Value::Bool(given)) => *given == self.is_indexed(),
            ("null" | "unique" | "primary_key" | "blank" | "auto_now" | "auto_now_add", value) => {
                *value == Value::Bool(false)
            }
            ("unique_for_date" | "unique_for_month" | "unique_for_year" | "db_tablespace", _) => {
                *value == Value::None || value.as_str() == Some("")
            }
            ("db_constraint" | "editable" | "serialize" | "swappable", value) => {
                *value == Value::Bool(true) || name == "swappable"
            }
            ("max_length", Value::Int(given)) => match self {
                // These say theirs always.
                Varchar("EmailField", _) => false,
                Varchar(_, Some(length)) => *given == i128::from(length),
                _ => false,
            },
            ("auto_created", value) => *value == Value::Bool(false),
            (
                "db_column" | "db_collation" | "db_comment" | "to_field" | "size" | "max_length",
                Value::None,
            ) => true,
            ("default", Value::Name(path)) => path.ends_with("NOT_PROVIDED"),
            _ => false,
        }
    }
}
