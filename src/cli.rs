//! The command line: what can be typed, and which command gets it.

#[cfg(feature = "prove")]
mod proving;
#[cfg(feature = "prove")]
mod sizing;
mod value;

use crate::commands::fix::Fixing;
use crate::commands::{
    self, Failure, check, checklist, config, explain, generated, init, locks, rules, sql,
};
use crate::config::{Arguments, FailOn, Pending, STDIN};
use crate::finding::Safety;
use crate::postgres::Version;
use crate::report::Look;
use crate::source::Direction;
use clap::builder::TypedValueParser;
use clap::{Args, CommandFactory, Parser, Subcommand};
use std::io::{IsTerminal, Read};
use std::path::PathBuf;
use std::process::ExitCode;
use value::{Color, version};

/// Tells which PostgreSQL migration will take a site down, before it is deployed.
#[derive(Debug, Parser)]
#[command(
    name = "mig-lint",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 something could not be checked"
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    default: CheckArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lint files and folders (the default command)
    Check(CheckArgs),
    /// Show what every statement locks, for how long, and whom it blocks
    Locks(LocksArgs),
    /// Answer six questions before a deploy: sizes, locks, seconds, the way back
    Checklist(ChecklistArgs),
    /// Show the SQL that each migration runs; Django migrations are compiled without Python
    Sql(SqlArgs),
    /// List every rule
    Rules(RulesArgs),
    /// Explain a rule: why it hurts, and what to do instead
    Explain(ExplainArgs),
    /// Show what holds for a path, and where each value came from
    Config {
        /// A file or a folder
        #[arg(default_value = ".")]
        path: PathBuf,
        /// How it is written
        #[arg(long, value_name = "FMT", default_value = "human")]
        output_format: locks::Format,
    },
    /// Set it up in this repository: the config, the hook and the CI job
    Init {
        /// Write what is shown without asking
        #[arg(long)]
        yes: bool,
        /// Only show what would be written
        #[arg(long, conflicts_with = "yes")]
        dry_run: bool,
    },
    /// Write completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual page
    Man,
    /// Write a JSON Schema: of the config, or of what a command writes as JSON
    Schema {
        /// Of what
        of: crate::report::Described,
    },
    /// Write down how large the tables of a database are; no row of them is read
    #[cfg(feature = "prove")]
    Sizes(sizing::SizesArgs),
    /// Run on a live PostgreSQL, and compare with the prediction
    #[cfg(feature = "prove")]
    Prove(proving::ProveArgs),
}

#[derive(Debug, Args)]
struct CheckArgs {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
    /// Which way the migrations are run
    #[arg(long, value_name = "WAY", default_value = "up")]
    direction: Direction,
    /// How findings are written
    #[arg(long, value_name = "FMT", default_value = "human")]
    output_format: check::Format,
    /// Only these rules or categories, separated by commas
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    select: Vec<String>,
    /// Not these rules or categories, separated by commas
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    ignore: Vec<String>,
    /// The mildest level that makes the exit code 1 [default: error]
    #[arg(long, value_name = "LEVEL")]
    fail_on: Option<FailOn>,
    /// Findings that are known and not reported, as --write-baseline has written them [default: from the config]
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write all that is found to the baseline, which need not be there yet
    #[arg(long, conflicts_with = "prune_baseline")]
    write_baseline: bool,
    /// Remove from the baseline what is not found any more
    #[arg(long)]
    prune_baseline: bool,
    /// Fix what can be fixed in migrations that are known to be pending; new ones are made where it takes them
    #[arg(long, conflicts_with_all = ["diff", "write_baseline", "prune_baseline"])]
    fix: bool,
    /// Show the same as a patch, and change nothing
    #[arg(long, conflicts_with_all = ["write_baseline", "prune_baseline"])]
    diff: bool,
    /// With --fix or --diff: also what a person should look at first
    #[arg(long)]
    unsafe_fixes: bool,
    /// Count the findings of each rule
    #[arg(long)]
    statistics: bool,
}

#[derive(Debug, Args)]
struct LocksArgs {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
    /// Which way the migrations are run
    #[arg(long, value_name = "WAY", default_value = "up")]
    direction: Direction,
    /// How locks are written
    #[arg(long, value_name = "FMT", default_value = "human")]
    output_format: locks::Format,
    /// Also relations that the transaction itself has created
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Args)]
struct ChecklistArgs {
    #[command(flatten)]
    input: Input,
    /// How the answers are written
    #[arg(long, value_name = "FMT", default_value = "human")]
    output_format: checklist::Format,
    /// Write to this file
    #[arg(long = "output-file", value_name = "FILE")]
    file: Option<PathBuf>,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

#[derive(Debug, Args)]
struct SqlArgs {
    #[command(flatten)]
    input: Input,
    /// Which way the migrations are run
    #[arg(long, value_name = "WAY", default_value = "up")]
    direction: Direction,
    /// How the SQL is written
    #[arg(long, value_name = "FMT", default_value = "human")]
    output_format: locks::Format,
    /// Write to this file
    #[arg(long = "output-file", value_name = "FILE")]
    file: Option<PathBuf>,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

#[derive(Debug, Args)]
struct RulesArgs {
    /// How rules are written
    #[arg(long, value_name = "FMT", default_value = "human")]
    output_format: locks::Format,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

#[derive(Debug, Args)]
struct ExplainArgs {
    /// The rule's id
    rule: String,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

/// What is read, and by which lights.
#[derive(Debug, Args)]
struct Input {
    /// Files and folders; `-` is standard input [default: `paths` of the config, else .]
    #[arg(value_parser = clap::builder::OsStringValueParser::new().map(PathBuf::from))]
    paths: Vec<PathBuf>,
    /// PostgreSQL's major version, 14 to 18 [default: from the config, else the oldest]
    #[arg(long, value_name = "N", value_parser = version)]
    pg_version: Option<Version>,
    /// Only what is new or changed since the merge base with this git revision; all else is context
    #[arg(long, value_name = "REV", conflicts_with = "staged")]
    since: Option<String>,
    /// Only what is staged in git, with the text that is staged
    #[arg(long, conflicts_with = "stdin_filename")]
    staged: bool,
    /// How large the tables are: what `mig-lint sizes` has written, or the CSV of its query [default: from the config]
    #[arg(long, value_name = "FILE")]
    sizes: Option<PathBuf>,
    /// This config file instead of the nearest mig-lint.toml
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    config: Option<PathBuf>,
    /// No config file at all
    #[arg(long)]
    isolated: bool,
    /// The file that standard input stands in for, in its history
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<PathBuf>,
    /// `exclude` of the config holds for files that are named, too
    #[arg(long)]
    force_exclude: bool,
    /// How many threads work [default: one for each processor]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

/// Where the result goes.
#[derive(Debug, Args)]
struct Output {
    /// Write to this file; the terminal gets the summary
    #[arg(long = "output-file", value_name = "FILE")]
    file: Option<PathBuf>,
    /// Findings only, no summary
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,
    /// Also say what was read, and how
    #[arg(long, short)]
    verbose: bool,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

/// Runs the command that was typed.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe behind --help is no error.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let command = cli.command.unwrap_or(Command::Check(cli.default));
    let (color, verbosity) = command.appearance();
    let (look, error_look) = looks(color);
    let result = match command {
        Command::Check(args) => check_args(args, look, verbosity),
        Command::Locks(args) => locks_args(args, look, verbosity),
        Command::Checklist(args) => arguments(args.input)
            .and_then(|arguments| checklist::run(arguments, args.output_format, args.file, look)),
        Command::Sql(args) => arguments(args.input).and_then(|arguments| {
            let arguments = Arguments {
                direction: args.direction,
                ..arguments
            };
            sql::run(arguments, args.output_format, args.file, (look, error_look))
        }),
        Command::Rules(args) => rules::run(args.output_format, look),
        Command::Explain(args) => explain::run(&args.rule, look),
        Command::Config {
            path,
            output_format,
        } => config::run(&path, output_format, look),
        Command::Init { yes, dry_run } => init::run(init::Options { yes, dry_run }, look),
        Command::Completions { shell } => generated::completions(&mut Cli::command(), shell),
        Command::Man => generated::man(Cli::command()),
        Command::Schema { of } => generated::schema(of),
        #[cfg(feature = "prove")]
        Command::Sizes(args) => commands::sizes::run(&args.options(), look),
        #[cfg(feature = "prove")]
        Command::Prove(args) => commands::prove::run(&args.options(), look),
    };
    commands::finish(result, error_look)
}

impl Command {
    fn appearance(&self) -> (Color, commands::Verbosity) {
        match self {
            Self::Check(args) => (args.output.color, args.output.verbosity()),
            Self::Locks(args) => (args.output.color, args.output.verbosity()),
            Self::Checklist(args) => (args.color, commands::Verbosity::Normal),
            Self::Sql(args) => (args.color, commands::Verbosity::Normal),
            Self::Rules(args) => (args.color, commands::Verbosity::Normal),
            Self::Explain(args) => (args.color, commands::Verbosity::Normal),
            Self::Init { .. } | Self::Config { .. } => (Color::Auto, commands::Verbosity::Normal),
            Self::Completions { .. } | Self::Man | Self::Schema { .. } => {
                (Color::Never, commands::Verbosity::Normal)
            }
            #[cfg(feature = "prove")]
            Self::Sizes(args) => (args.color, commands::Verbosity::Normal),
            #[cfg(feature = "prove")]
            Self::Prove(args) => (args.color, commands::Verbosity::Normal),
        }
    }
}

impl Output {
    fn verbosity(&self) -> commands::Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => commands::Verbosity::Quiet,
            (_, true) => commands::Verbosity::Verbose,
            _ => commands::Verbosity::Normal,
        }
    }
}

fn check_args(
    args: CheckArgs,
    look: Look,
    verbosity: commands::Verbosity,
) -> Result<commands::Verdict, Failure> {
    let safety = if args.unsafe_fixes {
        Safety::Unsafe
    } else {
        Safety::Safe
    };
    let fixing = match (args.fix, args.diff) {
        (true, _) => Some(Fixing::Apply(safety)),
        (_, true) => Some(Fixing::Diff(safety)),
        _ => None,
    };
    let options = check::Options {
        fixing,
        format: args.output_format,
        file: args.output.file,
        statistics: args.statistics,
        verbosity,
        baseline: match (args.write_baseline, args.prune_baseline) {
            (true, _) => check::Renew::Write,
            (_, true) => check::Renew::Prune,
            _ => check::Renew::No,
        },
    };
    let mut arguments = arguments(args.input)?;
    arguments.direction = args.direction;
    arguments.baseline = args.baseline;
    arguments.writes_baseline = args.write_baseline;
    arguments.select = args.select;
    arguments.ignore = args.ignore;
    arguments.fail_on = args.fail_on;
    check::run(arguments, &options, look)
}

fn locks_args(
    args: LocksArgs,
    look: Look,
    verbosity: commands::Verbosity,
) -> Result<commands::Verdict, Failure> {
    let options = locks::Options {
        format: args.output_format,
        file: args.output.file,
        all: args.all,
        verbosity,
    };
    let arguments = Arguments {
        direction: args.direction,
        ..arguments(args.input)?
    };
    locks::run(arguments, &options, look)
}

fn arguments(input: Input) -> Result<Arguments, Failure> {
    if let Some(threads) = input.threads {
        // Only a second call could fail, and there is none.
        let _ = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global();
    }
    if input.paths.iter().any(|path| path.as_os_str().is_empty()) {
        return Err(Failure::new(
            "an empty path names nothing",
            "write . for this folder; a variable in a script may be empty",
        ));
    }
    mistyped(&input.paths)?;
    let mut arguments = Arguments {
        version: input.pg_version,
        config: input.config,
        isolated: input.isolated,
        force_exclude: input.force_exclude,
        sizes: input.sizes,
        pending: match (input.since, input.staged) {
            (Some(revision), _) => Pending::Since(revision),
            (None, true) => Pending::Staged,
            (None, false) => Pending::NotSaid,
        },
        ..Arguments::default()
    };
    if input.paths.iter().any(|path| path.as_os_str() == "-") {
        if input.paths.len() > 1 {
            return Err(Failure::new(
                "standard input (-) cannot be mixed with other paths",
                "give it alone, or the paths alone",
            ));
        }
        let name = input.stdin_filename.unwrap_or_else(|| STDIN.into());
        arguments.stdin = Some((name, read_stdin()?));
    } else {
        arguments.paths = input.paths;
    }
    Ok(arguments)
}

/// A command that was typed wrong is taken for a path.
fn mistyped(paths: &[PathBuf]) -> Result<(), Failure> {
    let Some(first) = paths.first().filter(|path| !path.exists()) else {
        return Ok(());
    };
    let Some(word) = first
        .to_str()
        .filter(|word| word.chars().all(|c| c.is_ascii_lowercase()))
    else {
        return Ok(());
    };
    let command = Cli::command();
    if command.get_subcommands().any(|it| it.get_name() == word) {
        return Err(Failure::new(
            format!("{word} is a command, and stands behind an option"),
            format!("options come after the command: mig-lint {word} ..."),
        ));
    }
    let names = command.get_subcommands().map(clap::Command::get_name);
    match crate::config::nearest(word, names) {
        Some(near) => Err(Failure::new(
            format!("there is no command {word}, and no file or folder of that name"),
            format!("did you mean mig-lint {near}?"),
        )),
        None => Ok(()),
    }
}

fn read_stdin() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::new(format!("standard input cannot be read: {error}"), ""))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::new(
            format!("standard input is not UTF-8: byte {at} is no part of a character"),
            "PostgreSQL files are read as UTF-8",
        )
    })
}

/// How standard output and standard error want to be written to.
fn looks(color: Color) -> (Look, Look) {
    use supports_unicode::Stream;
    let colored = |terminal: bool| match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => wants_color(terminal),
    };
    let told = || std::env::var("COLUMNS").ok()?.parse().ok();
    let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let width = terminal.or_else(told);
    let look = |color, unicode, is_terminal: bool, links| Look {
        color,
        unicode,
        width: width.unwrap_or(80).clamp(40, 120),
        cuts: is_terminal || told().is_some(),
        links: links && color && is_terminal,
    };
    let (out, err) = (
        std::io::stdout().is_terminal(),
        std::io::stderr().is_terminal(),
    );
    let links = supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout);
    (
        look(
            colored(out),
            supports_unicode::on(Stream::Stdout),
            out,
            links,
        ),
        look(
            colored(err),
            supports_unicode::on(Stream::Stderr),
            err,
            false,
        ),
    )
}

/// Whether colours are wanted where nobody typed it. An empty variable is one that is not set.
///
/// Source: the conventions of NO_COLOR, CLICOLOR_FORCE and FORCE_COLOR.
fn wants_color(terminal: bool) -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let forced = |name: &str| set(name).is_some_and(|value| value != "0" && value != "false");
    if set("NO_COLOR").is_some() {
        false
    } else if forced("FORCE_COLOR") || forced("CLICOLOR_FORCE") {
        true
    } else {
        terminal && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
    }
}
