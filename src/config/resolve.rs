//! From what was typed, in the config file and on the command line, to settings.

use super::error::ConfigError;
use super::exclude::{glob, seen_from_here, shown};
use super::file::{
    ConfigFile, DjangoTable, FieldTable, HistoryTable, OneOrMore, OverrideTable, RuleLevels,
    SizesTable, TableHint,
};
use super::levels::{Levels, PathLevels, Table};
use super::limits::{LimitsTable, limits};
use super::locate::{self, Located};
use super::settings::{Database, FailOn, Session, Settings};
use super::sizes;
use crate::baseline::Baseline;
use crate::django::project as django;
use crate::postgres::Version;
use crate::rule::{Category, Entry, RULES};
use crate::sizes::{Limits, Sizes};
use crate::source::{Direction, Disk, HistoryOverride, SourceFile, read_sql, tidy};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use toml::Spanned;

/// What a baseline is called where nobody says otherwise.
const BASELINE: &str = "mig-lint.baseline.json";

/// What is pending, as version control has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Pending {
    /// It is not asked.
    #[default]
    NotSaid,
    /// What is new or changed since the merge base with a revision.
    Since(String),
    /// What is staged.
    Staged,
}

/// From where paths in a config are meant.
const FROM_CONFIG: &str = "paths start from the folder of the config file";

/// What the command line says.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    pub paths: Vec<PathBuf>,
    /// Read instead of `paths`: the name of the file that it stands in for, and its text.
    pub stdin: Option<(PathBuf, String)>,
    pub version: Option<Version>,
    pub select: Vec<String>,
    pub ignore: Vec<String>,
    pub fail_on: Option<FailOn>,
    pub config: Option<PathBuf>,
    pub isolated: bool,
    pub force_exclude: bool,
    /// The findings that are known; else the config says where.
    pub baseline: Option<PathBuf>,
    /// Whether they are to be written, so that there need be none yet.
    pub writes_baseline: bool,
    /// What is pending, as version control has it.
    pub pending: Pending,
    /// Which way the migrations are judged.
    pub direction: Direction,
    /// How large the tables are, as `mig-lint sizes` has written it; else the config says where.
    pub sizes: Option<PathBuf>,
}

impl Settings {
    /// Finds and reads the config, and merges it with the command line, which has the last word.
    pub fn resolve(arguments: Arguments) -> Result<Self, Vec<ConfigError>> {
        let located = locate(&arguments).map_err(|error| vec![error])?;
        let mut errors = unknown_rules(&arguments);
        let settings = match located {
            None => merge(arguments, None, ConfigFile::default(), &mut errors),
            Some(located) => {
                let from = Some((&located.file, located.folder.as_path()));
                merge(arguments, from, located.config, &mut errors)
            }
        };
        if errors.is_empty() {
            Ok(settings)
        } else {
            Err(errors)
        }
    }
}

fn locate(arguments: &Arguments) -> Result<Option<Located>, ConfigError> {
    match (&arguments.config, arguments.isolated) {
        (Some(path), _) => locate::named(path).map(Some),
        (None, true) => Ok(None),
        (None, false) => {
            let first = arguments.stdin.as_ref().map(|(name, _)| name);
            let first = first.or(arguments.paths.first());
            locate::nearest_to(first.map_or(Path::new("."), |path| path))
        }
    }
}

/// `--select` and `--ignore` with names that are neither rules nor categories.
fn unknown_rules(arguments: &Arguments) -> Vec<ConfigError> {
    let known = rules_and_categories();
    let named = [
        ("--select", &arguments.select),
        ("--ignore", &arguments.ignore),
    ];
    named
        .into_iter()
        .flat_map(|(option, ids)| ids.iter().map(move |id| (option, id.as_str())))
        .filter(|(_, id)| !known.contains(id))
        .map(|(option, id)| {
            let help = meant(id, &known);
            ConfigError::new(format!("{option}: there is no rule or category {id}"), help)
        })
        .collect()
}

fn rules_and_categories() -> Vec<&'static str> {
    let rules = RULES.iter().flat_map(Entry::names);
    rules.chain(Category::ALL.map(Category::name)).collect()
}

/// What a name that is not known was probably meant to be.
fn meant(typed: &str, known: &[&str]) -> String {
    super::nearest(typed, known.iter().copied()).map_or_else(
        || "`mig-lint rules` lists them".to_owned(),
        |near| format!("did you mean {near}?"),
    )
}

fn merge(
    arguments: Arguments,
    from: Option<(&Arc<SourceFile>, &Path)>,
    config: ConfigFile,
    errors: &mut Vec<ConfigError>,
) -> Settings {
    let (file, folder) = match from {
        Some((file, folder)) => (file.clone(), folder.to_owned()),
        None => (Arc::default(), PathBuf::new()),
    };
    let mut checker = Checker {
        file: &file,
        folder: &folder,
        errors,
        notices: Vec::new(),
    };
    let name = from.map(|(file, _)| file.path().display().to_string());
    let configured = checker.version(config.pg_version);
    let base_schemas = checker.base_schemas(config.base_schema.as_ref(), &config.history);
    let baseline = checker.baseline(&arguments, config.baseline.as_ref());
    let mut sizes = checker.sizes(
        config.tables,
        &config.sizes,
        None,
        arguments.sizes.as_deref(),
    );
    sizes.lock_seconds = checker.limits(&config.limits);
    sizes.profile = config.profile.profile();
    let measured = sizes
        .snapshot()
        .filter(|_| arguments.version.or(configured).is_none());
    let of_server = measured.and_then(|snapshot| Version::of_server(&snapshot.server));
    let version_from = match (arguments.version, configured, of_server) {
        (Some(_), ..) => Some("--pg-version".to_owned()),
        (None, Some(_), _) => name.clone(),
        (None, None, Some(_)) => measured.map(|snapshot| snapshot.from.clone()),
        (None, None, None) => None,
    };
    let version = arguments.version.or(configured).or(of_server);
    let version = version.unwrap_or(Version::OLDEST);
    let general = Database {
        path: PathBuf::new(),
        version,
        has_version: false,
        session: Session {
            parameters: session(config.session),
        },
        sizes,
    };
    let (overrides, mut databases) =
        checker.histories(config.history, &general, arguments.sizes.as_deref());
    for database in &mut databases {
        // The command line has the last word.
        database.version = arguments.version.unwrap_or(database.version);
        database.has_version &= arguments.version.is_none();
    }
    Settings {
        exclude: checker.exclude(&config.exclude, &base_schemas),
        base_schemas,
        force_exclude: arguments.force_exclude,
        transaction: config.transaction.mode(),
        session: general.session,
        levels: Levels {
            explicit: checker.levels(&config.rules),
            overrides: checker.overrides(&config.overrides),
            select: arguments.select,
            ignore: arguments.ignore,
        },
        sizes: general.sizes,
        overrides,
        databases,
        start_after: config.start_after,
        direction: arguments.direction,
        baseline,
        files: Arc::new(Disk),
        changes: None,
        fail_on: arguments.fail_on.or(config.fail_on).unwrap_or_default(),
        version,
        version_from,
        django: checker.django(config.django),
        paths: paths(arguments.paths, config.paths, &folder),
        stdin: arguments.stdin,
        notices: checker.notices,
        config: name,
    }
}

fn paths(named: Vec<PathBuf>, configured: Option<Vec<PathBuf>>, folder: &Path) -> Vec<PathBuf> {
    match configured.filter(|paths| !paths.is_empty()) {
        _ if !named.is_empty() => named,
        None => vec![PathBuf::from(".")],
        Some(paths) => paths.iter().map(|path| shown(&folder.join(path))).collect(),
    }
}

fn session(typed: BTreeMap<String, super::file::Scalar>) -> BTreeMap<String, String> {
    typed
        .into_iter()
        .map(|(name, value)| (name.to_lowercase(), value.to_string()))
        .collect()
}

/// `5.2`; a third part is passed over.
fn django_version(text: &str) -> Option<(u8, u8)> {
    let mut parts = text.split('.').map(str::parse::<u8>);
    let version = (parts.next()?.ok()?, parts.next().unwrap_or(Ok(0)).ok()?);
    ((4, 2)..(7, 0)).contains(&version).then_some(version)
}

/// Turns typed values into settings, and collects what is wrong with them.
struct Checker<'a> {
    file: &'a Arc<SourceFile>,
    folder: &'a Path,
    errors: &'a mut Vec<ConfigError>,
    notices: Vec<String>,
}

impl Checker<'_> {
    fn fault<T>(
        &mut self,
        value: &Spanned<T>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.errors
            .push(ConfigError::new(message, help).at(self.file, value.span()));
    }

    fn version(&mut self, typed: Option<Spanned<i64>>) -> Option<Version> {
        let typed = typed?;
        let version = u8::try_from(*typed.get_ref()).ok().and_then(Version::new);
        if version.is_none() {
            self.fault(
                &typed,
                format!("PostgreSQL {} is not supported", typed.get_ref()),
                format!("versions are {} to {}", Version::OLDEST, Version::NEWEST),
            );
        }
        version
    }

    /// The dumps that are named, for all histories first.
    fn base_schemas(
        &mut self,
        of_all: Option<&Spanned<String>>,
        histories: &[HistoryTable],
    ) -> Vec<(PathBuf, Arc<SourceFile>)> {
        let own = histories.iter().filter_map(|history| {
            let folder = tidy(&self.folder.join(history.path.get_ref()));
            Some((folder, history.base_schema.as_ref()?))
        });
        let named = of_all.map(|value| (PathBuf::new(), value)).into_iter();
        let named: Vec<(PathBuf, &Spanned<String>)> = named.chain(own).collect();
        let read = named.into_iter().filter_map(|(folder, value)| {
            let path = shown(&self.folder.join(value.get_ref()));
            match read_sql(&Disk, &path) {
                Ok(file) => Some((folder, Arc::new(file))),
                Err(fault) => {
                    let message = format!("{} {}", path.display(), fault.message);
                    self.fault(value, message, "name a dump as `pg_dump -s` writes it; paths start from the folder of the config file");
                    None
                }
            }
        });
        read.collect()
    }

    /// The findings that are known; the command line has the last word on where they are.
    fn baseline(
        &mut self,
        arguments: &Arguments,
        configured: Option<&Spanned<PathBuf>>,
    ) -> Option<Baseline> {
        let in_config = configured.map(|path| shown(&self.folder.join(path.get_ref())));
        let usual = arguments
            .writes_baseline
            .then(|| shown(&self.folder.join(BASELINE)));
        let path = arguments.baseline.clone().or(in_config).or(usual)?;
        if arguments.writes_baseline && !path.exists() {
            return Some(Baseline::empty(&path));
        }
        match Baseline::read(&path) {
            Ok(baseline) => Some(baseline),
            Err(error) => {
                let fault = ConfigError::new(error.message, error.help);
                let typed = configured.filter(|_| arguments.baseline.is_none());
                self.errors.push(match (error.place, typed) {
                    (Some((file, at)), _) => fault.at(&file, at..at),
                    (None, Some(key)) => fault.at(self.file, key.span()),
                    (None, None) => fault,
                });
                None
            }
        }
    }

    /// What is passed over; a dump is no migration.
    fn exclude(
        &mut self,
        typed: &[Spanned<String>],
        dumps: &[(PathBuf, Arc<SourceFile>)],
    ) -> globset::GlobSet {
        for pattern in typed {
            if let Err(error) = glob(pattern.get_ref()) {
                self.fault(pattern, format!("not a glob: {}", error.kind()), "");
            }
        }
        let here = self.folder;
        let dumps = dumps.iter().filter_map(|(_, dump)| {
            let below = std::path::absolute(dump.path()).ok()?;
            let below = below
                .strip_prefix(std::path::absolute(here).ok()?)
                .ok()?
                .to_owned();
            Some(globset::escape(below.to_str()?))
        });
        let patterns = typed.iter().map(|pattern| pattern.get_ref().clone());
        let patterns: Vec<String> = patterns.chain(dumps).collect();
        seen_from_here(&patterns, self.folder)
    }

    fn levels(&mut self, typed: &RuleLevels) -> Table {
        let known = rules_and_categories();
        let ids = typed.keys();
        for id in ids.filter(|id| !known.contains(&id.get_ref().as_str())) {
            let name = id.get_ref();
            let message = format!("there is no rule or category {name}");
            self.fault(id, message, meant(name, &known));
        }
        typed
            .iter()
            .map(|(id, level)| (id.get_ref().clone(), level.level()))
            .collect()
    }

    fn overrides(&mut self, typed: &[OverrideTable]) -> Vec<PathLevels> {
        let mut overrides = Vec::new();
        for table in typed {
            let globs = match table.path.get_ref() {
                OneOrMore::One(glob) => std::slice::from_ref(glob),
                OneOrMore::More(globs) => globs,
            };
            for pattern in globs {
                if let Err(error) = glob(pattern) {
                    self.fault(&table.path, format!("not a glob: {}", error.kind()), "");
                }
            }
            overrides.push(PathLevels {
                paths: seen_from_here(globs, self.folder),
                levels: self.levels(&table.rules),
            });
        }
        overrides
    }

    fn histories(
        &mut self,
        typed: Vec<super::file::HistoryTable>,
        general: &Database,
        sizes: Option<&Path>,
    ) -> (Vec<HistoryOverride>, Vec<Database>) {
        let (mut overrides, mut databases) = (Vec::new(), Vec::new());
        for history in typed {
            let path = self.folder.join(history.path.get_ref());
            if !path.exists() {
                self.fault(
                    &history.path,
                    format!("there is no {}", shown(&path).display()),
                    FROM_CONFIG,
                );
            }
            let version = self.version(history.pg_version);
            let mut parameters = general.session.parameters.clone();
            parameters.extend(session(history.session));
            let own = self.sizes(history.tables, &history.sizes, Some(&general.sizes), sizes);
            databases.push(Database {
                path: shown(&path),
                version: version.unwrap_or(general.version),
                has_version: version.is_some(),
                session: Session { parameters },
                sizes: own,
            });
            overrides.push(HistoryOverride {
                path: shown(&path),
                framework: history.framework,
                order: history.order,
                transaction: history.transaction.mode(),
            });
        }
        (overrides, databases)
    }

    fn django(&mut self, typed: DjangoTable) -> django::Options {
        let version = typed.version.and_then(|version| {
            let parsed = django_version(version.get_ref());
            if parsed.is_none() {
                let message = format!("Django {} is not supported", version.get_ref());
                self.fault(&version, message, "versions are 4.2 to 6.0");
            }
            parsed
        });
        let settings = typed.settings.map(|path| {
            let full = self.folder.join(path.get_ref());
            if !full.is_file() {
                let message = format!("there is no {}", shown(&full).display());
                self.fault(&path, message, FROM_CONFIG);
            }
            full
        });
        let user = typed.auth_user_model.map(|user| {
            if !user.get_ref().contains('.') {
                let message = format!("{} is no model: it has no app", user.get_ref());
                self.fault(
                    &user,
                    message,
                    "write it as settings.py does: \"accounts.User\"",
                );
            }
            user.into_inner()
        });
        let mut labels = BTreeMap::new();
        for (folder, label) in typed.labels {
            labels.insert(self.directory(&folder, FROM_CONFIG), label);
        }
        let mut site_packages = Vec::new();
        for folder in typed.site_packages {
            site_packages.push(self.directory(
                &folder,
                "name the folder of a virtual environment, or its site-packages; paths start from the folder of the config file",
            ));
        }
        let field = |field: FieldTable| django::FieldOption {
            base: field.base,
            arguments: field
                .arguments
                .into_iter()
                .map(|(name, value)| (name, value.python()))
                .collect(),
        };
        django::Options {
            version,
            settings,
            auth_user_model: user,
            database: typed.database,
            default_auto_field: typed.default_auto_field,
            time_zone: typed.time_zone,
            labels,
            site_packages,
            finds_environments: false,
            fields: typed
                .fields
                .into_iter()
                .map(|(path, table)| (path, field(table)))
                .collect(),
        }
    }

    /// A folder, which has to be there.
    fn directory<P: AsRef<Path>>(&mut self, typed: &Spanned<P>, help: &str) -> PathBuf {
        let full = self.folder.join(typed.get_ref());
        if !full.is_dir() {
            let message = format!("there is no folder {}", shown(&full).display());
            self.fault(typed, message, help);
        }
        full
    }

    fn limits(&mut self, typed: &LimitsTable) -> Limits {
        let mut faults = Vec::new();
        let limits = limits(typed, &mut faults);
        let faults = faults.into_iter();
        self.errors
            .extend(faults.map(|(error, span)| error.at(self.file, span)));
        limits
    }

    /// The sizes of a database; `named` is the file that the command line names.
    fn sizes(
        &mut self,
        tables: BTreeMap<Spanned<String>, TableHint>,
        typed: &SizesTable,
        general: Option<&Sizes>,
        named: Option<&Path>,
    ) -> Sizes {
        let from = self.file.path().file_name().unwrap_or_default();
        let from = from.to_string_lossy().into_owned();
        let mut faults = Vec::new();
        let mut sizes = sizes::read(tables, typed, general, &from, &mut faults);
        let faults = faults.into_iter();
        self.errors
            .extend(faults.map(|(error, span)| error.at(self.file, span)));
        let configured = typed.file.as_ref().filter(|_| named.is_none());
        let path = configured.map(|file| shown(&self.folder.join(file.get_ref())));
        if let Some(path) = named.map(Path::to_owned).or(path) {
            match sizes::snapshot(&path) {
                Ok(snapshot) => {
                    self.notices.extend(sizes::old(&snapshot, &path));
                    sizes = sizes.measured(snapshot);
                }
                Err(error) => self.errors.push(match configured {
                    Some(key) if error.place.is_none() => error.at(self.file, key.span()),
                    _ => error,
                }),
            }
        }
        sizes
    }
}
