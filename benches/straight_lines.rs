//! Does cost grow as a straight line? Processor time of inputs at growing sizes, and the exponent by which it grew last: 1 is a straight line.

mod inputs;

use cpu_time::ProcessTime;
use inputs::INPUTS;
use mig_lint::config::Settings;
use mig_lint::engine;
use std::path::Path;

/// Each four times the one before.
const SIZES: [usize; 3] = [1_000, 4_000, 16_000];
const GROWN: f64 = 4.0;

fn seconds(text: String) -> f64 {
    let settings = Settings {
        stdin: Some((Path::new("0001_input.sql").to_owned(), text)),
        ..Settings::default()
    };
    let start = ProcessTime::now();
    std::hint::black_box(engine::run(&settings, false));
    start.elapsed().as_secs_f64()
}

fn main() {
    let only = std::env::args()
        .skip(1)
        .find(|word| !word.starts_with("--"));
    for (name, input) in INPUTS {
        if only.as_ref().is_some_and(|only| !name.contains(only)) {
            continue;
        }
        let [first, middle, last] = SIZES.map(|size| seconds(input(size)));
        let exponent = (last / middle).ln() / GROWN.ln();
        #[expect(clippy::print_stdout, reason = "this is what it is for")]
        {
            println!("{exponent:5.2}  {first:7.3} s {middle:7.3} s {last:7.3} s  {name}");
        }
    }
}
