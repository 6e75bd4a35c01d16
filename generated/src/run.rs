//! Schema after schema, each on all servers at once.

use crate::arguments::Arguments;
use crate::compare::Compared;
use crate::dice::Dice;
use crate::figures;
use crate::observed::{Bench, Observation};
use crate::predicted::{before, predicted};
use crate::report::Report;
use crate::schema::schema;
use crate::shrink::shrink;
use crate::statements::{Case, case};
use crate::world::World;
use mig_lint::postgres::Version;
use mig_lint_demo_db::notices::Terminal;
use mig_lint_demo_db::{Error, Server, Wanted, interrupt};
use std::thread;
use std::time::Instant;

/// Runs for as long as is asked for; whether enough was right.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Error> {
    let servers = servers(&arguments.versions)?;
    let begun = Instant::now();
    let mut report = Report::default();
    for nth in 0..arguments.schemas {
        if begun.elapsed() > arguments.time || interrupt::asked() {
            break;
        }
        let seed = arguments
            .seed
            .wrapping_mul(100_000)
            .wrapping_add(nth as u64);
        one_schema(arguments, &servers, seed, begun, &mut report)?;
    }
    report.print(begun.elapsed());
    if let Some(path) = &arguments.figures {
        figures::write(path, arguments, &report)?;
    }
    Ok(report.percent() >= arguments.at_least)
}

pub(crate) fn servers(versions: &[Version]) -> Result<Vec<(Version, Server)>, Error> {
    let mut servers = Vec::new();
    for version in versions {
        let wanted = Wanted {
            major: Some(u16::from(version.major())),
            ..Wanted::default()
        };
        servers.push((*version, Server::open(&wanted, &Terminal::default())?));
    }
    Ok(servers)
}

fn one_schema(
    arguments: &Arguments,
    servers: &[(Version, Server)],
    seed: u64,
    begun: Instant,
    report: &mut Report,
) -> Result<(), Error> {
    let mut dice = Dice::new(seed);
    let setup = schema(&mut dice, arguments.profile);
    let mut benches = Vec::new();
    for (version, server) in servers {
        benches.push((*version, server, Bench::new(server, &setup)?));
    }
    let world = match benches.first_mut() {
        Some((_, _, bench)) => World::read(bench.observer())?,
        None => return Ok(()),
    };
    let cases: Vec<Case> = (0..arguments.statements)
        .map(|_| case(&mut dice, &world, arguments.profile))
        .collect();
    let seen: Vec<Result<Vec<(Compared, bool)>, Error>> = thread::scope(|scope| {
        let running: Vec<_> = benches
            .iter_mut()
            .map(|(version, _, bench)| {
                let cases = &cases;
                scope.spawn(move || all_cases(bench, *version, cases, arguments, begun))
            })
            .collect();
        let joined = running.into_iter().map(thread::ScopedJoinHandle::join);
        joined
            .map(|one| one.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    for ((version, server, bench), compared) in benches.iter().zip(seen) {
        for (case, (compared, refused)) in cases.iter().zip(compared?) {
            report.count(*version, case.family, &compared, refused);
            for signature in report.new_signatures(case.family, &compared) {
                report.tell(&signature, seed, *version, &case.sql);
                if compared.differences.len() > 1 {
                    report.tell_all(&compared);
                }
                if arguments.shrink {
                    let small = shrink(
                        server,
                        *version,
                        &bench.setup,
                        case,
                        &signature,
                        arguments.waits,
                    )?;
                    report.tell_small(&small);
                }
            }
        }
    }
    Ok(())
}

fn all_cases(
    bench: &mut Bench,
    version: Version,
    cases: &[Case],
    arguments: &Arguments,
    begun: Instant,
) -> Result<Vec<(Compared, bool)>, Error> {
    let before = before(&bench.setup);
    let mut all = Vec::new();
    for case in cases {
        if begun.elapsed() > arguments.time + arguments.time / 4 {
            break;
        }
        let seen: Observation = bench.observe(&case.sql, arguments.waits)?;
        if seen.error.is_some() {
            all.push((Compared::default(), true));
            continue;
        }
        let ours = predicted(&before, &case.sql, version);
        all.push((Compared::new(&ours, &seen, &bench.rows), false));
    }
    Ok(all)
}
