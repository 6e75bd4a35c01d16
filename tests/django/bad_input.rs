//! Files and graphs that Django stops at: a finding in the right place, and the rest goes on.

use super::common::Failures;
use super::{CREATE, DROP, checked, json, migration, project, sql, write};

#[test]
fn what_django_stops_at_is_found_in_its_place() {
    let none = sql("SELECT 1");
    let folder = project(&[
        ("shop/migrations/0001_a.py", &migration("", &none)),
        (
            "shop/migrations/0002_b.py",
            &migration("('shop', '0001_a')", &none),
        ),
        (
            "shop/migrations/0002_c.py",
            &migration("('shop', '0001_a')", &none),
        ),
        (
            "stock/migrations/0001_x.py",
            &migration("('stock', '0002_y')", &none),
        ),
        (
            "stock/migrations/0002_y.py",
            &migration("('stock', '0001_x'), ('shop', '0009_z')", &sql(DROP)),
        ),
    ]);
    let (code, mut found) = checked(folder.path(), &["."]);
    found.sort();
    assert_eq!(
        found,
        [
            "broken-migration-graph:0002_c.py:4",
            "broken-migration-graph:0002_y.py:5",
            "broken-migration-graph:0002_y.py:5",
            "drop-column:0002_y.py:6",
        ]
    );
    assert_eq!(code, 1);
}

#[test]
fn bad_files_are_findings_and_the_rest_goes_on() {
    let last = migration("('shop', '0001_a')", &sql(DROP));
    let deep = format!("x = {}{}\n", "(".repeat(5_000), ")".repeat(5_000));
    Failures::collect(|failures| {
        for (name, text, expected, code) in [
            (
                "print 'x'",
                "print 'python 2'\nclass Migration(M): pass\n".to_owned(),
                "syntax-error:0000_bad.py:1",
                2,
            ),
            (
                "unclosed",
                "class Migration(M):\n    operations = [\n".to_owned(),
                "syntax-error:0000_bad.py",
                2,
            ),
            (
                "no class",
                "x = 1\n".to_owned(),
                "syntax-error:0000_bad.py:1",
                2,
            ),
            ("deep", deep, "syntax-error:0000_bad.py:1", 2),
            ("empty", String::new(), "syntax-error:0000_bad.py:1", 2),
        ] {
            let folder = project(&[
                ("shop/migrations/0000_bad.py", &text),
                ("shop/migrations/0001_a.py", &migration("", &sql(CREATE))),
                ("shop/migrations/0002_b.py", &last),
            ]);
            let (found_code, found) = checked(folder.path(), &["."]);
            let is_expected = |found: &String| found.starts_with(expected);
            let told = format!("{found:?}");
            failures.check(found.iter().any(is_expected), name, expected, &told);
            let goes_on = "drop-column:0002_b.py:6";
            failures.check(found.iter().any(|it| it == goes_on), name, goes_on, &told);
            failures.equal(name, &code, &found_code);
        }
    });
}

#[test]
fn an_encoding_is_followed_where_the_file_names_it() {
    let after = migration("('shop', '0001_a')", &sql(DROP));
    let folder = project(&[("shop/migrations/0002_b.py", &after)]);
    let text = migration("", &sql("SELECT 'caf\u{e9}'"));
    let bytes: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(c).expect("latin-1"))
        .collect();
    let named = [b"# -*- coding: latin-1 -*-\n", bytes.as_slice()].concat();
    write(folder.path(), "shop/migrations/0001_a.py", &named);
    let (code, listing) = json(folder.path(), &["sql", "shop/migrations/0001_a.py"]);
    assert_eq!(
        listing["migrations"][0]["statements"][0]["sql"],
        "SELECT 'caf\u{e9}'"
    );
    assert_eq!(code, 0);
    write(folder.path(), "shop/migrations/0001_a.py", &bytes);
    let (code, found) = checked(folder.path(), &["."]);
    assert_eq!(code, 2);
    assert!(
        found.contains(&"unreadable-file:0001_a.py:1".to_owned()),
        "{found:?}"
    );
    assert!(
        found.contains(&"drop-column:0002_b.py:6".to_owned()),
        "{found:?}"
    );
}

#[test]
fn ten_thousand_operations_are_read() {
    let many = vec![sql("SELECT 1"); 10_000].join(",\n");
    let folder = project(&[("shop/migrations/0001_a.py", &migration("", &many))]);
    let (code, report) = json(folder.path(), &["check", "."]);
    assert_eq!(report["summary"]["statements"], 10_000);
    assert_eq!(code, 0);
}

#[test]
fn ten_thousand_operations_on_models_take_no_square_of_time() {
    let mut many = String::from("\n");
    for at in 0..2_500 {
        many += &format!(
            "        migrations.CreateModel('M{at}', [('id', models.BigAutoField(primary_key=True))]),\n"
        );
    }
    for at in 0..7_500 {
        let model = at % 2_500;
        many += &format!(
            "        migrations.AddField('m{model}', 'f{at}', models.IntegerField(null=True)),\n"
        );
    }
    let text = migration("", &many).replace("import migrations", "import migrations, models");
    let folder = project(&[("shop/migrations/0001_a.py", &text)]);
    let began = std::time::Instant::now();
    let (code, listing) = json(folder.path(), &["sql", "."]);
    let statements = listing["migrations"][0]["statements"].as_array();
    assert_eq!(statements.map(Vec::len), Some(10_000));
    assert_eq!(code, 0);
    // Unoptimized and on a busy machine; what grows with the square takes many times as long.
    assert!(began.elapsed().as_secs() < 240, "{:?}", began.elapsed());
}

#[test]
fn an_app_that_was_renamed_is_told() {
    let none = sql("SELECT 1");
    let folder = project(&[
        ("shop/migrations/0001_a.py", &migration("", &none)),
        (
            "shop/migrations/0002_b.py",
            &migration("('store', '0001_a')", &none),
        ),
    ]);
    let (code, found) = checked(folder.path(), &["."]);
    assert!(
        found.contains(&"broken-migration-graph:0002_b.py:5".to_owned()),
        "{found:?}"
    );
    assert_eq!(code, 1);
}

#[test]
fn marks_and_line_ends_of_other_systems_change_nothing() {
    let text = migration("", &sql(DROP));
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let windows = text.replace('\n', "\r\n").into_bytes();
    let paged = text.replace("\n\n\n", "\n\x0c\n\n").into_bytes();
    Failures::collect(|failures| {
        for bytes in [marked, windows, paged] {
            let folder = project(&[]);
            write(folder.path(), "shop/migrations/0001_a.py", &bytes);
            let found = (1, vec!["drop-column:0001_a.py:6".to_owned()]);
            let place = format!("{:?}", &bytes[..3]);
            failures.equal(place, &found, &checked(folder.path(), &["."]));
        }
    });
}

#[test]
fn what_is_called_like_a_migration_and_is_none_is_passed_over() {
    let folder = project(&[
        ("shop/migrations/0001_a.py", &migration("", &sql(CREATE))),
        ("shop/migrations/0002_folder.py/x.txt", ""),
        ("stock/__init__.py", ""),
        ("stock/migrations/__init__.py", ""),
    ]);
    assert_eq!(checked(folder.path(), &["."]), (0, vec![]));
}

#[test]
fn an_operation_on_what_is_not_there_is_not_passed_over() {
    let create = "migrations.CreateModel('Item', [('id', models.BigAutoField(primary_key=True))])";
    Failures::collect(|failures| {
        for operation in [
            "migrations.RemoveField('other', 'code')",
            "migrations.RemoveField('item', 'code')",
            "migrations.AlterField('item', 'code', models.TextField())",
            "migrations.RenameField('item', 'code', 'name')",
            "migrations.AddIndex('other', models.Index(fields=['id'], name='i'))",
            "migrations.AlterUniqueTogether('other', {('id', 'code')})",
            "migrations.DeleteModel('Other')",
        ] {
            let text = migration("", &format!("{create},\n        {operation}"));
            let text = text.replace("import migrations", "import migrations, models");
            let folder = project(&[("shop/migrations/0001_a.py", &text)]);
            let found = (0, vec!["unknown-statement:0001_a.py:7".to_owned()]);
            failures.equal(operation, &found, &checked(folder.path(), &["."]));
        }
    });
}

#[test]
fn what_grows_without_bound_is_cut_short() {
    let lists: String = (0..40).map(|_| "x = [x, x, x]\n").collect();
    let deep = "x = []\nfor at in range(20_000):\n    x = [x]\n".to_owned();
    let own = "x = [1]\nfor at in range(60):\n    x.append(x)\n    x.extend(x)\n".to_owned();
    let nested: Vec<String> = (0..12)
        .map(|at| format!("{}for m{at} in [m, m, m]:\n", "    ".repeat(at + 1)))
        .collect();
    let inside = format!("{}m1.objects.update(code=1)\n", "    ".repeat(13));
    let loops = format!(
        "def f(apps, se):\n    m = apps.get_model('shop', 'Item')\n{}{inside}",
        nested.concat()
    );
    let calls: Vec<String> = (0..6)
        .map(|at| {
            format!(
                "def f{at}(apps):\n{}",
                format!("    f{}(apps)\n", at + 1).repeat(9)
            )
        })
        .collect();
    let calls = format!(
        "{}def f6(apps):\n    pass\ndef f(apps, se):\n    f0(apps)\n",
        calls.concat()
    );
    Failures::collect(|failures| {
        for code in [format!("x = [1]\n{lists}"), deep, own, loops, calls] {
            let code = if code.contains("def f(") {
                code
            } else {
                format!("{code}def f(apps, se):\n    y = x\n")
            };
            let text = format!(
                "from django.db import migrations\n{code}class Migration(migrations.Migration):\n    operations = [migrations.RunPython(f), {}]\n",
                sql(DROP)
            );
            let folder = project(&[("shop/migrations/0001_a.py", &text)]);
            let began = std::time::Instant::now();
            let (_, found) = checked(folder.path(), &["."]);
            let dropped = |found: &String| found.starts_with("drop-column:0001_a.py");
            let goes_on = found.iter().any(dropped);
            failures.check(goes_on, &code, "drop-column", format!("{found:?}"));
            let (took, place) = (began.elapsed(), &code);
            failures.check(took.as_secs() < 120, place, "120 s", format!("{took:?}"));
        }
    });
}
