//! The settings of a project, read and never run.

use super::Options;
use super::find_settings::{USER, module, only_user};
use super::requirements;
use crate::django::evaluate::{Namespace, World};
use crate::django::value::Value;
use crate::source::SourceFile;
use ruff_python_ast::Stmt;
use std::path::Path;
use std::sync::Arc;

/// What the settings say that matters for SQL, with Django's defaults filled in.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Django's version, major and minor.
    pub version: (u8, u8),
    /// Where the version came from: the config, a file of requirements, what wrote the migrations, or nowhere, so that the newest is taken.
    pub version_from: Option<String>,
    pub auth_user_model: String,
    /// `DEFAULT_AUTO_FIELD`.
    pub default_auto_field: String,
    /// Whether that is only Django's own default, because no settings were found.
    pub auto_field_is_guessed: bool,
    /// What Django sets the session's time zone to.
    pub time_zone: String,
    /// `INSTALLED_APPS`, as far as it could be read.
    pub installed: Vec<String>,
    /// `MIGRATION_MODULES`: labels and the modules of their migrations.
    pub migration_modules: Vec<(String, String)>,
    /// What `OPTIONS` of the default database sets in each session, by folded parameter name.
    pub parameters: Vec<(String, String)>,
    /// The settings module that was read.
    pub module: Option<String>,
    /// What was guessed, for a person to know.
    pub guesses: Vec<String>,
}

/// The newest version of Django that is known here.
const NEWEST: (u8, u8) = (6, 0);

impl Settings {
    /// Reads the settings of the project at `root`, whose migrations are these files.
    pub(super) fn read(
        world: &mut World,
        root: &Path,
        migrations: &[Arc<SourceFile>],
        options: &Options,
    ) -> Self {
        let required = requirements::django_version(root);
        let required = required.or_else(|| requirements::made_by(migrations));
        let version = options
            .version
            .or(required.as_ref().map(|(version, _)| *version));
        let from_config = options.version.map(|_| "the config".to_owned());
        world.django = version.unwrap_or(NEWEST);
        if let Some(user) = &options.auth_user_model {
            world.auth_user.clone_from(user);
        }
        if let Some(database) = &options.database {
            world.database.clone_from(database);
        }
        let found = module(world, root, options);
        let (module, guess) = found.map_or((None, None), |it| (Some(it.module), it.guess));
        let namespace = module.as_ref().and_then(|module| world.module(module));
        if let Some(namespace) = &namespace {
            let is_setting = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase());
            let known = namespace
                .names()
                .filter(|(name, value)| is_setting(name) && !value.is_unknown());
            world.settings = known
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            if !world.settings.contains_key("INSTALLED_APPS") {
                world.settings.extend(in_class(world, namespace));
            }
        }
        let mut settings = Self {
            version: world.django,
            version_from: from_config.or(required.map(|(_, file)| file)),
            module: namespace.is_some().then_some(module).flatten(),
            guesses: guess.into_iter().collect(),
            ..Self::default()
        };
        settings.guess_user(world, root, options);
        settings.fill(world, options);
        let user = &settings.auth_user_model;
        for guess in &mut settings.guesses {
            *guess = guess.replace("{user}", user);
        }
        settings
    }

    /// Where no settings could be read, the project may still name its user model in one place.
    fn guess_user(&mut self, world: &mut World, root: &Path, options: &Options) {
        let is_read = world.settings.contains_key("INSTALLED_APPS");
        if is_read || options.auth_user_model.is_some() || world.settings.contains_key(USER) {
            return;
        }
        if let Some((user, said)) = only_user(root) {
            world.auth_user = user;
            self.guesses.push(said);
        }
    }

    fn fill(&mut self, world: &mut World, options: &Options) {
        let text = |world: &World, name: &str| {
            let value = world.settings.get(name)?;
            value.as_str().map(str::to_owned)
        };
        let user = text(world, USER).filter(|user| user.contains('.'));
        if let (None, Some(user)) = (&options.auth_user_model, user) {
            world.auth_user = user;
        }
        self.auth_user_model.clone_from(&world.auth_user);
        // `django/conf/global_settings.py`: BigAutoField since 6.0, USE_TZ since 5.0.
        let standard = if self.version >= (6, 0) {
            "BigAutoField"
        } else {
            "AutoField"
        };
        let said = options
            .default_auto_field
            .clone()
            .or_else(|| text(world, "DEFAULT_AUTO_FIELD"));
        self.auto_field_is_guessed = said.is_none() && self.module.is_none();
        self.default_auto_field = said.unwrap_or_else(|| format!("django.db.models.{standard}"));
        let field = Value::Str(self.default_auto_field.clone().into());
        world
            .settings
            .insert("DEFAULT_AUTO_FIELD".to_owned(), field);
        self.read_parameters(world);
        let aware = world.settings.get("USE_TZ").and_then(Value::truth);
        let aware = aware.unwrap_or(self.version >= (5, 0));
        let zone = text(world, "TIME_ZONE").unwrap_or_else(|| "America/Chicago".to_owned());
        // `DatabaseWrapper.timezone_name`, `django/db/backends/base/base.py`.
        self.time_zone = options
            .time_zone
            .clone()
            .unwrap_or_else(|| if aware { "UTC".to_owned() } else { zone });
        let installed = world
            .settings
            .get("INSTALLED_APPS")
            .and_then(Value::iterated);
        self.installed = installed
            .unwrap_or_default()
            .iter()
            .filter_map(|app| app.as_str().map(str::to_owned))
            .collect();
        if let Some(Value::Dict(modules)) = world.settings.get("MIGRATION_MODULES") {
            self.migration_modules = modules
                .iter()
                .filter_map(|(label, module)| {
                    Some((label.as_str()?.to_owned(), module.as_str()?.to_owned()))
                })
                .collect();
        }
    }

    /// Reads `OPTIONS` of the database: `"-c lock_timeout=2000"`.
    fn read_parameters(&mut self, world: &World) {
        let databases = world.settings.get("DATABASES");
        let default = databases.and_then(|value| entry(value, &world.database));
        let options = default.and_then(|value| entry(value, "OPTIONS"));
        let options = options.and_then(|value| entry(value, "options"));
        let options = options.and_then(Value::as_str).unwrap_or_default();
        self.parameters = session_parameters(options);
    }

    /// Where an app stands in `INSTALLED_APPS`.
    #[must_use]
    pub fn installed_at(&self, module: &str) -> Option<usize> {
        self.installed.iter().position(|path| {
            let inner = path.strip_prefix(module);
            inner
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(".apps.") || is_class(rest))
        })
    }

    /// The label of the app whose migrations `MIGRATION_MODULES` puts into this package.
    pub(super) fn relocated(&self, package: &str) -> Option<String> {
        let found = self
            .migration_modules
            .iter()
            .find(|(_, module)| module == package);
        found.map(|(label, _)| label.clone())
    }
}

/// What a dictionary holds under a name.
fn entry<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let Value::Dict(items) = value else {
        return None;
    };
    let mut items = items.iter().rev();
    let found = items.find(|(key, _)| key.as_str() == Some(name));
    found.map(|(_, value)| value)
}

/// What command-line options of the server set: `-c name=value`, `-cname=value`, `--name=value`.
///
/// Source: PostgreSQL documentation, "Database Connection Control Functions", `options`.
fn session_parameters(options: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut words = options.split_whitespace();
    while let Some(word) = words.next() {
        let setting = match word.strip_prefix("--").or_else(|| word.strip_prefix("-c")) {
            Some("") => words.next(),
            other => other,
        };
        if let Some((name, value)) = setting.and_then(|setting| setting.split_once('=')) {
            let name = name.to_ascii_lowercase().replace('-', "_");
            found.push((name, value.trim_matches(['"', '\'']).to_owned()));
        }
    }
    found
}

/// Settings that are the attributes of a class, as django-configurations and its like have them: of the last that the module defines.
fn in_class(world: &World, module: &Namespace) -> Vec<(String, Value)> {
    let mut classes = module.syntax.body.iter().rev();
    let Some(class) = classes.find_map(Stmt::as_class_def_stmt) else {
        return Vec::new();
    };
    let path = format!("{}.{}", module.module.name, class.name);
    let mut found = world.constants_of(&path);
    found.retain(|(name, _)| name.starts_with(|c: char| c.is_ascii_uppercase()));
    found
}

/// `.ShopConfig`
fn is_class(rest: &str) -> bool {
    rest.strip_prefix('.').is_some_and(|name| {
        name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.contains('.')
    })
}

#[cfg(test)]
mod tests {
    use super::session_parameters;
    use crate::failures::Failures;

    #[test]
    fn options_of_a_connection_are_understood() {
        Failures::collect(|failures| {
            for (options, expected) in [
                ("-c lock_timeout=2000", &[("lock_timeout", "2000")][..]),
                (
                    "-c statement_timeout=30s -clock_timeout=2s",
                    &[("statement_timeout", "30s"), ("lock_timeout", "2s")],
                ),
                ("--lock-timeout=1s", &[("lock_timeout", "1s")]),
                (
                    "-c search_path=shop,public",
                    &[("search_path", "shop,public")],
                ),
                ("-c", &[]),
                ("", &[]),
            ] {
                let found = session_parameters(options);
                let found: Vec<(&str, &str)> = found
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str()))
                    .collect();
                failures.equal(options, expected, found.as_slice());
            }
        });
    }
}
