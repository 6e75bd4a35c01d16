//! Reads the tables of facts that `data/generate.sh` takes from a server's system catalogs.

/// The rows of a table: lines that are no comment, cut at tabs. Lines of another width are passed over; a test says that there are none.
pub(super) fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            cells.try_into().ok()
        })
}
