//! A generated history of 2,000 files, linted whole; beside it, merely reading the files: the claim is the ratio of the two.

mod corpus;

use criterion::{Criterion, criterion_group, criterion_main};
use mig_lint::config::Settings;
use mig_lint::engine;
use std::hint::black_box;
use std::path::Path;
use std::{fs, io};

fn read_all(folder: &Path) -> io::Result<usize> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        bytes += fs::read_to_string(entry?.path())?.len();
    }
    Ok(bytes)
}

fn history(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    corpus::write(folder.path(), 2_000).expect("the corpus can be written");
    let settings = Settings {
        paths: vec![folder.path().to_owned()],
        ..Settings::default()
    };
    let report = engine::run(&settings);
    assert_eq!(report.summary.files, 2_000);
    assert_eq!(report.summary.unknown_statements, 0);
    let mut group = criterion.benchmark_group("2000 files");
    group.sample_size(20);
    group.bench_function("read", |bench| {
        bench.iter(|| black_box(read_all(folder.path())).expect("the corpus can be read"));
    });
    group.bench_function("lint", |bench| {
        bench.iter(|| black_box(engine::run(&settings)));
    });
    group.finish();
}

criterion_group!(benches, history);
criterion_main!(benches);
