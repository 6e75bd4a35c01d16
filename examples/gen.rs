#[path = "../benches/corpus/mod.rs"]
mod corpus;
fn main() {
    let d = std::env::args().nth(1).unwrap();
    std::fs::create_dir_all(&d).unwrap();
    corpus::write(std::path::Path::new(&d), 2000).unwrap();
}
