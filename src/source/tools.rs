//! Tools whose migrations are code, so that only the tool itself can say what they run: how each is known, and how it says so.

use std::path::Path;

/// One tool.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tool {
    /// Empty where only the language is known.
    pub name: &'static str,
    /// What the files are written in.
    pub language: &'static str,
    extensions: &'static [&'static str],
    /// Words one of which stands in every migration.
    marks: &'static [&'static str],
    /// How its migrations can be read nevertheless.
    pub way: &'static str,
}

const SCRIPT: &[&str] = &["js", "ts", "cjs", "mjs", "cts", "mts"];

/// Where the tool prints nothing by itself.
const LOGGED: &str = "run it on a scratch database with log_statement = 'all', and give mig-lint the SQL from the server's log: mig-lint pending.sql";

macro_rules! tool {
    ($name:literal, $language:literal, $extensions:expr, $marks:expr, $way:expr) => {
        Tool {
            name: $name,
            language: $language,
            extensions: $extensions,
            marks: $marks,
            way: $way,
        }
    };
}

/// All tools; of those that a text could be of, the first is taken.
static TOOLS: &[Tool] = &[
    tool!(
        "Rails",
        "Ruby",
        &["rb"],
        &["ActiveRecord::Migration"],
        "have the SQL logged by `bin/rails db:migrate` on a scratch database, in log/development.log, and give it to mig-lint: mig-lint pending.sql"
    ),
    tool!(
        "Sequel",
        "Ruby",
        &["rb"],
        &["Sequel.migration"],
        "`sequel -E -m <folder> <URL of a scratch database>` prints the SQL; give it to mig-lint: mig-lint pending.sql"
    ),
    tool!(
        "ROM",
        "Ruby",
        &["rb"],
        &["ROM::SQL.migration", "ROM::SQL::Migration"],
        LOGGED
    ),
    tool!(
        "Alembic",
        "Python",
        &["py"],
        &["down_revision", "from alembic import op"],
        "alembic upgrade head --sql | mig-lint -"
    ),
    tool!(
        "Aerich",
        "Python",
        &["py"],
        &["BaseDBAsyncClient", "from tortoise"],
        LOGGED
    ),
    tool!(
        "yoyo",
        "Python",
        &["py"],
        &["from yoyo import", "import yoyo"],
        LOGGED
    ),
    tool!("Piccolo", "Python", &["py"], &["from piccolo."], LOGGED),
    tool!(
        "Peewee",
        "Python",
        &["py"],
        &["from peewee_migrate", "import peewee", "playhouse.migrate"],
        LOGGED
    ),
    tool!(
        "SQLAlchemy Migrate",
        "Python",
        &["py"],
        &["migrate_engine"],
        LOGGED
    ),
    tool!(
        "TypeORM",
        "TypeScript",
        SCRIPT,
        &["MigrationInterface", "queryRunner"],
        "`npx typeorm migration:run -d <data source of a scratch database>` prints the SQL; give it to mig-lint: mig-lint pending.sql"
    ),
    tool!(
        "Sequelize",
        "JavaScript",
        SCRIPT,
        &["queryInterface", "QueryInterface"],
        LOGGED
    ),
    tool!(
        "node-pg-migrate",
        "JavaScript",
        SCRIPT,
        &["pgm", "node-pg-migrate"],
        "`npx node-pg-migrate up --dry-run` prints the SQL; give it to mig-lint: mig-lint pending.sql"
    ),
    tool!(
        "MikroORM",
        "TypeScript",
        SCRIPT,
        &["@mikro-orm/migrations"],
        LOGGED
    ),
    tool!(
        "Lucid",
        "TypeScript",
        SCRIPT,
        &["@adonisjs/lucid", "@ioc:Adonis/Lucid", "BaseSchema"],
        "`node ace migration:run --dry-run` prints the SQL; give it to mig-lint: mig-lint pending.sql"
    ),
    tool!(
        "Kysely",
        "TypeScript",
        SCRIPT,
        &["kysely", "Kysely"],
        LOGGED
    ),
    tool!(
        "Knex",
        "JavaScript",
        SCRIPT,
        &["knex", "Knex"],
        "`DEBUG=knex:query npx knex migrate:latest` on a scratch database prints the SQL; give it to mig-lint: mig-lint pending.sql"
    ),
    tool!(
        "db-migrate",
        "JavaScript",
        SCRIPT,
        &["dbm", "db-migrate"],
        LOGGED
    ),
    tool!(
        "EF Core",
        "C#",
        &["cs"],
        &["MigrationBuilder "],
        "dotnet ef migrations script --output pending.sql, then mig-lint pending.sql"
    ),
    tool!("FluentMigrator", "C#", &["cs"], &["FluentMigrator"], LOGGED),
    tool!(
        "Ecto",
        "Elixir",
        &["exs", "ex"],
        &["Ecto.Migration"],
        "`mix ecto.migrate --log-migrations-sql` on a scratch database prints the SQL; give it to mig-lint: mig-lint pending.sql"
    ),
    tool!(
        "Laravel",
        "PHP",
        &["php"],
        &[
            "Illuminate\\Database\\Migrations",
            "Schema::create(",
            "Schema::table("
        ],
        "`php artisan migrate --pretend` prints the SQL; give it to mig-lint: mig-lint pending.sql"
    ),
    tool!(
        "Doctrine",
        "PHP",
        &["php"],
        &["Doctrine\\Migrations", "Doctrine\\DBAL\\Migrations"],
        "php bin/console doctrine:migrations:migrate --write-sql=pending.sql, then mig-lint pending.sql"
    ),
    tool!(
        "Phinx",
        "PHP",
        &["php"],
        &[
            "Phinx\\Migration",
            "Migrations\\AbstractMigration",
            "Migrations\\BaseMigration"
        ],
        "`vendor/bin/phinx migrate --dry-run` prints the SQL; give it to mig-lint: mig-lint pending.sql"
    ),
    tool!(
        "Yii",
        "PHP",
        &["php"],
        &["yii\\db\\Migration", "extends CDbMigration"],
        LOGGED
    ),
    tool!(
        "CodeIgniter",
        "PHP",
        &["php"],
        &["CodeIgniter\\Database\\Migration"],
        LOGGED
    ),
    tool!(
        "goose",
        "Go",
        &["go"],
        &[
            "pressly/goose",
            "goose.AddMigration",
            "goose.AddNamedMigration"
        ],
        LOGGED
    ),
    tool!(
        "Bun",
        "Go",
        &["go"],
        &["uptrace/bun", "Migrations.MustRegister"],
        LOGGED
    ),
    tool!("Gormigrate", "Go", &["go"], &["gormigrate"], LOGGED),
    tool!(
        "Flyway",
        "Java",
        &["java"],
        &["JavaMigration", "org.flywaydb"],
        LOGGED
    ),
    tool!(
        "Flyway",
        "Kotlin",
        &["kt"],
        &["JavaMigration", "org.flywaydb"],
        LOGGED
    ),
    tool!(
        "Flyway",
        "Groovy",
        &["groovy"],
        &["JavaMigration", "org.flywaydb"],
        LOGGED
    ),
    tool!(
        "Flyway",
        "Scala",
        &["scala"],
        &["JavaMigration", "org.flywaydb"],
        LOGGED
    ),
    tool!(
        "Liquibase",
        "XML",
        &["xml"],
        &["<changeSet"],
        "liquibase update-sql --output-file=pending.sql, then mig-lint pending.sql"
    ),
    tool!(
        "Liquibase",
        "YAML",
        &["yaml", "yml"],
        &["changeSet:"],
        "liquibase update-sql --output-file=pending.sql, then mig-lint pending.sql"
    ),
    tool!(
        "Liquibase",
        "JSON",
        &["json"],
        &["\"changeSet\""],
        "liquibase update-sql --output-file=pending.sql, then mig-lint pending.sql"
    ),
    tool!(
        "Liquibase",
        "Groovy",
        &["groovy"],
        &["changeSet("],
        "liquibase update-sql --output-file=pending.sql, then mig-lint pending.sql"
    ),
    tool!(
        "Hasura",
        "YAML",
        &["yaml", "yml"],
        &["type: run_sql"],
        LOGGED
    ),
    tool!("SeaORM", "Rust", &["rs"], &["MigrationTrait"], LOGGED),
    tool!("refinery", "Rust", &["rs"], &["fn migration()"], LOGGED),
    tool!(
        "Fluent",
        "Swift",
        &["swift"],
        &["AsyncMigration", ": Migration"],
        LOGGED
    ),
    tool!("pop", "fizz", &["fizz"], &[""], LOGGED),
];

/// What a numbered file beside SQL migrations is written in, where no tool is known by its text.
static LANGUAGES: &[Tool] = &[
    tool!("", "C#", &["cs"], &[], LOGGED),
    tool!("", "Clojure", &["clj", "edn"], &[], LOGGED),
    tool!("", "Elixir", &["ex", "exs"], &[], LOGGED),
    tool!("", "Go", &["go"], &[], LOGGED),
    tool!("", "JavaScript", SCRIPT, &[], LOGGED),
    tool!("", "Java", &["java"], &[], LOGGED),
    tool!("", "Groovy", &["groovy"], &[], LOGGED),
    tool!("", "Kotlin", &["kt", "kts"], &[], LOGGED),
    tool!("", "Perl", &["pl"], &[], LOGGED),
    tool!("", "PHP", &["php"], &[], LOGGED),
    tool!("", "Python", &["py"], &[], LOGGED),
    tool!("", "Ruby", &["rb"], &[], LOGGED),
    tool!("", "Rust", &["rs"], &[], LOGGED),
    tool!("", "Scala", &["scala"], &[], LOGGED),
    tool!("", "shell", &["bash", "sh"], &[], LOGGED),
    tool!("", "Swift", &["swift"], &[], LOGGED),
];

/// The tool whose migration a text is; `name` is that of its file.
pub(super) fn of_text(name: &str, text: &str) -> Option<&'static Tool> {
    let has = |tool: &&Tool| tool.marks.iter().any(|mark| text.contains(mark));
    TOOLS.iter().filter(|tool| tool.is_of(name)).find(has)
}

/// The tool that keeps its migrations in such a folder under such names, whatever stands in the file.
pub(super) fn of_place(path: &Path) -> Option<&'static Tool> {
    let name = super::path::name(path);
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent()?;
    let tool = PLACES
        .iter()
        .find(|(place, ..)| folder.ends_with(place))
        .map(|(_, tool)| *tool)?;
    TOOLS
        .iter()
        .filter(|row| row.is_of(name))
        .find(|row| row.name == tool)
}

/// Where tools keep their migrations by default.
const PLACES: &[(&str, &str)] = &[
    ("db/migrate", "Rails"),
    ("alembic/versions", "Alembic"),
    ("migrations/versions", "Alembic"),
    ("priv/repo/migrations", "Ecto"),
    ("database/migrations", "Laravel"),
    ("Migrations", "EF Core"),
    ("db/migration", "Flyway"),
];

/// What a file is written in.
pub(super) fn language(name: &str) -> Option<&'static Tool> {
    LANGUAGES.iter().find(|tool| tool.is_of(name))
}

/// How files end that lie beside migrations and are none: what undoes them, tests, and what a tool writes for itself.
const BESIDE: &[&str] = &[
    ".down.fizz",
    "down.yaml",
    ".Designer.cs",
    ".d.ts",
    ".spec.js",
    ".spec.ts",
    ".test.js",
    ".test.ts",
    "_test.exs",
    "_test.go",
    "_test.rb",
];

/// Whether a file called so may hold a migration in code.
pub(super) fn may_be_code(name: &str) -> bool {
    if BESIDE.iter().any(|ending| name.ends_with(ending)) {
        return false;
    }
    TOOLS.iter().chain(LANGUAGES).any(|tool| tool.is_of(name))
}

/// Whether some tool that writes such files gives their names no number.
pub(super) fn is_called_freely(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    matches!(
        extension,
        "fizz" | "groovy" | "json" | "py" | "swift" | "xml" | "yaml" | "yml"
    )
}

impl Tool {
    fn is_of(&self, name: &str) -> bool {
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        extension.is_some_and(|extension| self.extensions.contains(&extension))
    }
}
