//! Which migrations run, and in which order.

use super::common::Failures;
use super::{CREATE, DROP, checked, migration, order, project, sql, write};

#[test]
fn the_graph_gives_the_order_and_named_files_their_ancestors() {
    let none = sql("SELECT 1");
    let folder = project(&[
        (
            "shop/migrations/0001_a.py",
            &migration("('stock', '__first__')", &sql(CREATE)),
        ),
        (
            "shop/migrations/0002_b.py",
            &migration("('shop', '0001_a'), ('auth', '0001_initial')", &sql(DROP)),
        ),
        (
            "stock/apps.py",
            "class StockConfig(AppConfig):\n    name = 'stock'\n    label = 'stock'\n",
        ),
        ("stock/migrations/0001_x.py", &migration("", &none)),
        (
            "stock/migrations/0002_y.py",
            &migration("('stock', '0001_x'), ('shop', '0002_b')", &none),
        ),
    ]);
    assert_eq!(
        order(folder.path(), &["."]),
        ["stock.0001_x", "shop.0001_a", "shop.0002_b", "stock.0002_y"]
    );
    // A folder names all in it, a file itself; what it needs is context.
    assert_eq!(
        order(folder.path(), &["shop"]),
        ["shop.0001_a", "shop.0002_b"]
    );
    assert_eq!(
        order(folder.path(), &["shop/migrations/0002_b.py"]),
        ["shop.0002_b"]
    );
    let (code, found) = checked(folder.path(), &["shop/migrations/0002_b.py"]);
    assert_eq!(
        (code, found),
        (1, vec!["drop-column:0002_b.py:6".to_owned()])
    );
}

#[test]
fn start_after_makes_context_of_ancestors() {
    let none = sql("SELECT 1");
    let folder = project(&[
        ("shop/migrations/0001_a.py", &migration("", &none)),
        (
            "shop/migrations/0002_b.py",
            &migration("('shop', '0001_a')", &none),
        ),
        (
            "shop/migrations/0003_c.py",
            &migration("('shop', '0002_b')", &none),
        ),
    ]);
    Failures::collect(|failures| {
        for name in ["shop.0002_b", "0002_b", "0002", "shop.0002"] {
            write(
                folder.path(),
                "mig-lint.toml",
                format!("start-after = \"{name}\"").as_bytes(),
            );
            failures.equal(name, &["shop.0003_c"], &order(folder.path(), &["."]));
        }
    });
    write(
        folder.path(),
        "mig-lint.toml",
        b"start-after = \"shop.0009\"",
    );
    let (code, found) = checked(folder.path(), &["."]);
    assert_eq!((code, found.len()), (2, 1));
}

#[test]
fn squashed_migrations_take_the_place_of_others() {
    let none = sql("SELECT 1");
    let squashed =
        migration("", &none) + "    replaces = [('shop', '0001_a'), ('shop', '0002_b')]\n";
    let folder = project(&[
        ("shop/migrations/0001_a.py", &migration("", &none)),
        ("shop/migrations/0001_squashed.py", &squashed),
        (
            "shop/migrations/0002_b.py",
            &migration("('shop', '0001_a')", &none),
        ),
        (
            "shop/migrations/0003_c.py",
            &migration("('shop', '0002_b')", &none),
        ),
    ]);
    assert_eq!(
        order(folder.path(), &["."]),
        ["shop.0001_squashed", "shop.0003_c"]
    );
    // Whoever names one that was replaced means it.
    let named = order(folder.path(), &["shop/migrations/0002_b.py"]);
    assert_eq!(named, ["shop.0002_b"]);
    let (code, found) = checked(folder.path(), &["."]);
    assert_eq!((code, found), (0, vec![]));
}

#[test]
fn two_last_migrations_are_told_whichever_file_is_named() {
    let none = sql("SELECT 1");
    let after = migration("('shop', '0001_a')", &none);
    let folder = project(&[
        ("shop/migrations/0001_a.py", &migration("", &none)),
        ("shop/migrations/0002_b.py", &after),
        ("shop/migrations/0002_c.py", &after),
    ]);
    let told = |name: &str| vec![format!("broken-migration-graph:{name}.py:4")];
    assert_eq!(checked(folder.path(), &["."]), (1, told("0002_c")));
    Failures::collect(|failures| {
        for name in ["0001_a", "0002_b", "0002_c"] {
            let path = format!("shop/migrations/{name}.py");
            failures.equal(&path, &(1, told(name)), &checked(folder.path(), &[&path]));
        }
    });
    write(folder.path(), "mig-lint.toml", b"start-after = \"0002_c\"");
    assert_eq!(checked(folder.path(), &["."]), (1, told("0002_b")));
}

#[test]
fn a_folder_is_whole_without_what_is_excluded() {
    let folder = project(&[
        (
            "shop/migrations/0001_a.py",
            &migration("", &sql("SELECT 1")),
        ),
        (
            "shop/migrations/0002_b.py",
            &migration("('shop', '0001_a')", &sql(CREATE)),
        ),
        (
            "shop/migrations/0003_c.py",
            &migration("('shop', '0002_b')", &sql(DROP)),
        ),
    ]);
    let dropped = vec!["drop-column:0003_c.py:6".to_owned()];
    let (first, others) = (
        "shop/migrations/0001_a.py",
        ["shop/migrations/0002_b.py", "shop/migrations/0003_c.py"],
    );
    assert_eq!(checked(folder.path(), &["shop"]), (1, dropped.clone()));
    assert_eq!(checked(folder.path(), &others), (0, vec![]));
    let config = format!("exclude = [\"{first}\"]");
    write(folder.path(), "mig-lint.toml", config.as_bytes());
    assert_eq!(checked(folder.path(), &["shop"]), (1, dropped.clone()));
    assert_eq!(checked(folder.path(), &others), (1, dropped));
}
