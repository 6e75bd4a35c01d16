//! Orders and faults of small graphs.

use super::*;
use std::sync::Arc;

fn key(text: &str) -> MigrationKey {
    let (app, name) = text.split_once('.').unwrap_or((text, ""));
    MigrationKey {
        app: app.to_owned(),
        name: name.to_owned(),
    }
}

fn migration(name: &str, dependencies: &[&str], replaces: &[&str]) -> DjangoMigration {
    DjangoMigration {
        key: key(name),
        file: Arc::default(),
        dependencies: dependencies.iter().map(|name| key(name)).collect(),
        run_before: Vec::new(),
        replaces: replaces.iter().map(|name| key(name)).collect(),
        atomic: true,
        initial: None,
        operations: Vec::new(),
        opaque: Vec::new(),
        places: Vec::new(),
    }
}

fn order(graph: &Graph) -> Vec<String> {
    graph.order().iter().map(ToString::to_string).collect()
}

#[test]
fn ancestors_run_first() {
    let all = [
        migration("shop.0001", &["users.__first__", "auth.0001"], &[]),
        migration("shop.0002", &["shop.0001", "users.__latest__"], &[]),
        migration("users.0001", &[], &[]),
        migration("users.0002", &["users.0001"], &[]),
    ];
    let graph = Graph::new(all.iter(), Squashed::Used);
    assert_eq!(graph.faults, []);
    assert_eq!(
        order(&graph),
        ["users.0001", "users.0002", "shop.0001", "shop.0002"]
    );
    let plan = graph.plan([&key("shop.0001")].into_iter());
    assert_eq!(plan, [key("users.0001"), key("shop.0001")]);
}

#[test]
fn a_squashed_migration_stands_for_those_that_it_replaces() {
    let all = [
        migration("a.0001", &[], &[]),
        migration("a.0001_squashed", &[], &["a.0001", "a.0002"]),
        migration("a.0002", &["a.0001"], &[]),
        migration("a.0003", &["a.0002"], &[]),
        migration("b.0001", &["a.0002"], &[]),
    ];
    let used = Graph::new(all.iter(), Squashed::Used);
    assert_eq!(order(&used), ["a.0001_squashed", "a.0003", "b.0001"]);
    let replaced = Graph::new(all.iter(), Squashed::Replaced);
    assert_eq!(order(&replaced), ["a.0001", "a.0002", "a.0003", "b.0001"]);
    assert_eq!((used.faults, replaced.faults), (vec![], vec![]));
}

#[test]
fn what_django_stops_at_is_reported_and_the_rest_is_ordered() {
    let all = [
        migration("a.0001", &["b.0002"], &[]),
        migration("b.0001", &["a.0001"], &[]),
        migration("b.0002", &["b.0001"], &[]),
        migration("c.0001", &["b.0009"], &[]),
        migration("c.0002_x", &["c.0001"], &[]),
        migration("c.0002_y", &["c.0001"], &[]),
        migration("d.0001", &[], &[]),
        migration("d.0002", &["old.0001"], &[]),
    ];
    let graph = Graph::new(all.iter(), Squashed::Used);
    let messages: Vec<&str> = graph
        .faults
        .iter()
        .map(|fault| fault.message.as_str())
        .collect();
    for part in [
        "b.0009, which does not exist",
        "a circle",
        "the last of c",
        "old.0001, but 0001",
    ] {
        let count = messages
            .iter()
            .filter(|message| message.contains(part))
            .count();
        assert_eq!(count, 1, "{part}: {messages:?}");
    }
    assert_eq!(graph.order().len(), all.len());
}
