#![allow(clippy::all, clippy::pedantic, clippy::print_stdout)]
use mig_lint::config::*;
use mig_lint::postgres::Version;
use mig_lint::sizes::Sizes;
use std::collections::BTreeMap;
fn main() {
    let mode = std::env::args().nth(1).unwrap();
    let s = Settings {
        paths: std::env::args().skip(2).map(Into::into).collect(),
        exclude: globset::GlobSet::empty(),
        stdin: None,
        version: Version::OLDEST,
        version_from: None,
        transaction: None,
        overrides: vec![],
        session: Session::default(),
        levels: Levels::default(),
        sizes: Sizes::default(),
        start_after: None,
    };
    let t = std::time::Instant::now();
    let r = mig_lint::engine::run(&s);
    let el = t.elapsed();
    println!("{:?} {:?}", r.summary, el);
    let mut tx: BTreeMap<String, usize> = BTreeMap::new();
    let mut refuse = 0;
    for m in &r.migrations {
        *tx.entry(format!(
            "{:?}/{:?}",
            m.migration.framework, m.migration.transaction
        ))
        .or_default() += 1;
        for (o, st) in m.outcomes.iter().zip(&m.migration.statements) {
            let wrapped = matches!(
                m.migration.transaction,
                mig_lint::source::TransactionMode::PerFile
                    | mig_lint::source::TransactionMode::AllPending
            ) || (m.migration.transaction
                == mig_lint::source::TransactionMode::Implicit
                && m.outcomes.len() > 1);
            if !o.can_run_in_transaction && wrapped {
                refuse += 1;
                println!(
                    "REFUSES {} {}",
                    m.migration.file.path().display(),
                    m.migration.file.slice(st.span)
                );
            }
            if !o.known && mode == "unknown" {
                let t = m.migration.file.slice(st.span);
                println!(
                    "UNKNOWN {}:{} {}",
                    m.migration.file.path().display(),
                    m.migration.file.place(st.span.start).line,
                    &t.chars().take(150).collect::<String>().replace('\n', " ")
                );
            }
        }
    }
    println!("{tx:?} refuse={refuse}");
    let mut by: BTreeMap<&str, usize> = BTreeMap::new();
    for f in &r.findings {
        *by.entry(f.rule).or_default() += 1;
        if mode == "all" || mode == f.rule {
            println!(
                "{}:{} {:?} [{}] {} | {} | {:?} | {:?}",
                f.file.path().display(),
                f.file.place(f.span.start).line,
                f.level,
                f.rule,
                f.message,
                f.label,
                f.wait,
                f.suggestion
            );
        }
    }
    println!("{by:?}");
}
