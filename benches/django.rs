//! A generated Django project of 500 migrations in ten apps, compiled and linted whole, in processor time of all threads. Beside it in
//! the same run: merely reading the files, and what Django's own loader takes on them.

mod cpu;
mod loader;
mod project;

use cpu::Cpu;
use criterion::{Criterion, criterion_group, criterion_main};
use mig_lint::config::Settings;
use mig_lint::engine;
use std::hint::black_box;
use std::path::Path;
use std::{fs, io};

fn read_all(folder: &Path) -> io::Result<usize> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        bytes += if path.is_dir() {
            read_all(&path)?
        } else {
            fs::read_to_string(path)?.len()
        };
    }
    Ok(bytes)
}

fn django(criterion: &mut Criterion<Cpu>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    project::write(folder.path(), 500).expect("the project can be written");
    let settings = Settings {
        paths: vec![folder.path().to_owned()],
        ..Settings::default()
    };
    let report = engine::run(&settings, false);
    assert_eq!(report.summary.migrations, 500);
    assert_eq!(report.summary.unchecked_files, 0);
    assert_eq!(report.summary.unknown_statements, 0);
    let mut group = criterion.benchmark_group("500 Django migrations, processor time");
    group.sample_size(20);
    group.bench_function("read", |bench| {
        bench.iter(|| black_box(read_all(folder.path())).expect("the project can be read"));
    });
    group.bench_function("lint", |bench| {
        bench.iter(|| black_box(engine::run(&settings, false)));
    });
    group.sample_size(10);
    match loader::python() {
        Some(python) => {
            group.bench_function("Django's loader", |bench| {
                bench.iter_custom(|times| {
                    (0..times)
                        .map(|_| loader::load(&python, folder.path()))
                        .sum()
                });
            });
        }
        #[allow(clippy::print_stderr)]
        None => eprintln!(
            "SKIPPED: Django's loader was not timed: no Python with Django; MIG_LINT_DJANGO_PYTHON names one"
        ),
    }
    group.finish();
}

criterion_group!(
    name = benches;
    config = Criterion::default().with_measurement(Cpu);
    targets = django
);
criterion_main!(benches);
