//! What the function of a RunPython does: followed through loops, transactions and helpers, shown where it runs, and judged as what it does.

use super::common::Failures;
use super::{json, project, run};

const FIRST: &str = "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n    initial = True\n    operations = [\n        migrations.CreateModel('Customer', [('id', models.BigAutoField(primary_key=True)), ('name', models.TextField(null=True))]),\n        migrations.CreateModel('Tag', [('id', models.BigAutoField(primary_key=True)), ('name', models.TextField(null=True))]),\n        migrations.CreateModel('Order', [\n            ('id', models.BigAutoField(primary_key=True)),\n            ('customer', models.ForeignKey('shop.Customer', models.CASCADE, related_name='orders')),\n            ('total', models.IntegerField(default=0)),\n            ('data', models.JSONField(default=dict)),\n            ('tags', models.ManyToManyField('shop.Tag')),\n        ]),\n    ]\n";

/// A migration with this code before its class; what stands between `RunPython(` and `)`, and more attributes.
fn with(code: &str, given: &str, more: &str) -> String {
    format!(
        "from django.db import migrations, models, transaction\n{code}\n\nclass Migration(migrations.Migration):\n    dependencies = [('shop', '0001_initial')]\n{more}    operations = [migrations.RunPython({given})]\n"
    )
}

/// The SQL that is shown for it, and what is found: the work that others wait for, whichever rule says it, else the rule.
fn seen(text: &str) -> (Vec<String>, Vec<String>) {
    let folder = project(&[
        ("shop/migrations/0001_initial.py", FIRST),
        ("shop/migrations/0002_fill.py", text),
        (
            "shop/fill.py",
            "def totals(apps):\n    for order in apps.get_model('shop', 'Order').objects.iterator():\n        order.total = 2\n        order.save(update_fields=['total'])\n",
        ),
    ]);
    let output = run(folder.path(), &["sql", "shop/migrations/0002_fill.py"]);
    let shown = String::from_utf8(output.stdout).expect("text");
    let lines = shown.lines().filter(|line| {
        !line.starts_with("--") || line.contains("At the end") || line.contains("not known")
    });
    let kept = lines.filter(|line| !line.is_empty() && !matches!(*line, "BEGIN;" | "COMMIT;"));
    let kept = kept.map(str::to_owned).collect();
    let (_, report) = json(folder.path(), &["check", "shop/migrations/0002_fill.py"]);
    let found = report["findings"].as_array().expect("findings").iter();
    let told = found.map(|finding| match finding["wait"].as_str() {
        None => &finding["rule"],
        Some(_) => &finding["effects"][0]["work"],
    });
    let told = told.map(|told| told.as_str().expect("a text").to_owned());
    (kept, told.collect())
}

const EACH: &str = "UPDATE \"shop_order\" SET \"total\" = $2 WHERE \"id\" = ANY ($1);";

#[test]
fn a_loop_over_all_rows_writes_them_all() {
    let loops = [
        "def f(apps, se):\n    for order in apps.get_model('shop', 'Order').objects.all():\n        order.total = 1\n        order.save()\n",
        "def f(apps, se):\n    Order = apps.get_model('shop', 'Order')\n    for order in Order.objects.filter(total=0).iterator(chunk_size=500):\n        order.total = 1\n        order.save(update_fields=['total'])\n",
        "def orders(apps):\n    return apps.get_model('shop', 'Order').objects.all()\n\ndef touch(row, *, field):\n    setattr(row, field, 1)\n    row.save()\n\ndef f(apps, schema_editor):\n    for order in orders(apps):\n        touch(row=order, field='total')\n",
        "def f(apps, se):\n    def touch(order):\n        order.total = 3\n        order.save()\n    for order in apps.get_model('shop', 'Order').objects.all():\n        touch(order)\n",
        "from shop.fill import totals\n\ndef f(apps, se):\n    totals(apps)\n",
        "def parts(rows, size):\n    keys = list(rows.values_list('pk', flat=True))\n    for at in range(0, len(keys), size):\n        yield rows.filter(pk__in=keys[at:at + size])\n\ndef f(apps, se):\n    for part in parts(apps.get_model('shop', 'Order').objects.all(), 100):\n        part.update(total=1)\n",
        "def f(apps, se):\n    for customer in apps.get_model('shop', 'Customer').objects.all():\n        customer.orders.update(total=1)\n",
        "from django.core.paginator import Paginator\n\ndef f(apps, se):\n    pages = Paginator(apps.get_model('shop', 'Order').objects.order_by('pk'), 100)\n    for number in pages.page_range:\n        for order in pages.page(number).object_list:\n            order.total = 1\n            order.save()\n",
    ];
    Failures::collect(|failures| {
        for code in loops {
            let (sql, rules) = seen(&with(code, "f", ""));
            let each = sql.iter().any(|line| line == EACH);
            failures.check(each, code, EACH, format!("{sql:#?}"));
            failures.equal(code, &["row-writes"], &rules);
        }
    });
}

#[test]
fn lists_of_rows_are_as_long_as_what_they_were_made_of() {
    let update = "def f(apps, se):\n    Order = apps.get_model('shop.Order')\n    rows = []\n    for order in Order.objects.all():\n        order.total = 1\n        rows.append(order)\n    Order.objects.bulk_update(rows, ['total'], batch_size=1000)\n";
    let (sql, rules) = seen(&with(update, "f", ""));
    assert_eq!(sql[1], "UPDATE \"shop_order\" SET \"total\" = $2;");
    assert_eq!(rules, ["row-writes"]);
    let few = "def f(apps, se):\n    Order = apps.get_model('shop.Order')\n    order = Order.objects.first()\n    order.total = 1\n    order.save()\n    Order.objects.filter(pk=3).update(total=2)\n    for name in ['a', 'b']:\n        apps.get_model('shop', 'Tag').objects.get_or_create(name=name)\n";
    assert_eq!(seen(&with(few, "f", "")).1, [""; 0]);
    let create = "def f(apps, se):\n    Tag = apps.get_model('shop', 'Tag')\n    Tag.objects.bulk_create([Tag(name=c.name) for c in apps.get_model('shop', 'Customer').objects.all()])\n";
    let (sql, rules) = seen(&with(create, "f", ""));
    assert!(sql[1].starts_with("INSERT INTO \"shop_tag\""), "{sql:?}");
    assert!(sql[1].contains("generate_series"), "{sql:?}");
    assert_eq!(rules, [""; 0]);
}

#[test]
fn a_transaction_around_the_loop_keeps_every_row_locked() {
    let bare = "def f(apps, se):\n    for order in apps.get_model('shop', 'Order').objects.all():\n        order.total = 1\n        order.save()\n";
    let around = "def f(apps, se):\n    with transaction.atomic():\n        for order in apps.get_model('shop', 'Order').objects.all():\n            order.total = 1\n            order.save()\n";
    let decorated = format!("@transaction.atomic\n{bare}");
    let inside = "def f(apps, se):\n    for order in apps.get_model('shop', 'Order').objects.all():\n        with transaction.atomic():\n            order.total = 1\n            order.save()\n";
    let none = "    atomic = False\n";
    let cases = [
        (bare, "f", none, false),
        (bare, "f, atomic=True", none, true),
        (bare, "f, atomic=False", "", true),
        (around, "f", none, true),
        (&decorated, "f", none, true),
        (inside, "f", none, false),
        (inside, "f", "", true),
    ];
    Failures::collect(|failures| {
        for (code, given, more, fires) in cases {
            let (_, rules) = seen(&with(code, given, more));
            let place = format!("{given} {more}\n{code}");
            let expected = if fires { "a finding" } else { "none" };
            failures.check(
                rules.is_empty() != fires,
                place,
                expected,
                format!("{rules:?}"),
            );
        }
    });
}

#[test]
fn what_stands_for_a_function_is_found() {
    let work = "import functools\n\ndef work(model, apps, schema_editor):\n    get = apps.get_model\n    get('shop', model).objects.update(name='x')\n";
    let object = "class Filler:\n    def __init__(self, name):\n        self.name = name\n    def __call__(self, apps, schema_editor):\n        apps.get_model('shop', 'Tag').objects.update(name='x')\n";
    Failures::collect(|failures| {
        for (code, given) in [
            (work, "functools.partial(work, 'Tag')"),
            (
                work,
                "lambda apps, schema_editor: work('Tag', apps, schema_editor)",
            ),
            (object, "Filler('x')"),
        ] {
            let (sql, rules) = seen(&with(code, given, ""));
            failures.equal(given, &["UPDATE \"shop_tag\" SET \"name\" = $2;"], &sql);
            failures.equal(given, &["row-writes"], &rules);
        }
    });
}

#[test]
fn what_hangs_on_a_row_is_its_relation_or_a_value() {
    let code = "def f(apps, se):\n    tag = apps.get_model('shop', 'Tag').objects.get(name='x')\n    order = apps.get_model('shop', 'Order').objects.get(pk=1)\n    order.data.update({'a': 1})\n    order.tags.add(tag)\n    order.customer.name = 'x'\n    order.customer.save()\n    order.customer.delete()\n";
    let (sql, _) = seen(&with(code, "f", ""));
    let writes: Vec<&String> = sql
        .iter()
        .filter(|line| !line.starts_with("SELECT"))
        .collect();
    assert_eq!(
        writes,
        [
            "INSERT INTO \"shop_order_tags\" DEFAULT VALUES;",
            "UPDATE \"shop_customer\" SET \"name\" = $2 WHERE \"id\" = $1;",
            "DELETE FROM \"shop_customer\" WHERE \"id\" = $1;",
        ]
    );
}

#[test]
fn sql_that_a_function_writes_is_shown_where_it_runs() {
    let code = "def f(apps, se):\n    apps.get_model('shop', 'Tag').objects.filter(pk=1).update(name='x')\n    se.execute('CREATE INDEX i ON shop_order (total)')\n    with se.connection.cursor() as cursor:\n        cursor.execute('SELECT id FROM shop_order')\n        for (key,) in cursor.fetchall():\n            cursor.execute('UPDATE shop_order SET total = %s WHERE id = %s', [1, key])\n";
    let (sql, rules) = seen(&with(code, "f", ""));
    assert_eq!(
        sql,
        [
            "UPDATE \"shop_tag\" SET \"name\" = $2 WHERE \"id\" = $1;",
            "CREATE INDEX i ON shop_order (total);",
            "SELECT id FROM shop_order;",
            "UPDATE shop_order SET total = 1 WHERE id = $2;",
        ]
    );
    assert!(rules.contains(&"index-build".to_owned()), "{rules:?}");
}

#[test]
fn models_in_lists_are_gone_through_one_after_the_other() {
    let both = [
        "UPDATE \"shop_order\" SET \"id\" = \"id\";",
        "UPDATE \"shop_tag\" SET \"name\" = $2;",
    ];
    let models = "    A = apps.get_model('shop', 'Order')\n    B = apps.get_model('shop', 'Tag')\n";
    Failures::collect(|failures| {
        for body in [
        format!("{models}    for model in (A, B):\n        model.objects.update(name=1)\n"),
        format!("{models}    for model, field in ((A, 'a'), (B, 'b')):\n        model.objects.update(name=field)\n"),
        format!("{models}    models = {{'a': A, 'b': B}}\n    for key, model in models.items():\n        model.objects.update(name=key)\n"),
        format!("{models}    models = {{'a': A, 'b': B}}\n    models['a'].objects.update(name=1)\n    models['b'].objects.update(name=1)\n"),
        format!("{models}    for at, model in enumerate([A, B]):\n        model.objects.update(name=at)\n"),
        "    models = []\n    for name in ['Order', 'Tag']:\n        models.append(apps.get_model('shop', name))\n    for model in models:\n        model.objects.update(name=1)\n".to_owned(),
        "    for model in [apps.get_model('shop', name) for name in ('Order', 'Tag')]:\n        model.objects.update(name=1)\n".to_owned(),
        "    models = {name: apps.get_model('shop', name) for name in ('Order', 'Tag')}\n    for model in models.values():\n        model.objects.update(name=1)\n".to_owned(),
    ] {
        let (sql, rules) = seen(&with(&format!("def f(apps, se):\n{body}"), "f", ""));
            failures.equal(&body, &both, &sql);
            failures.equal(&body, &["row-writes", "row-writes"], &rules);
    }
    });
}

#[test]
fn what_changes_in_a_function_decides_no_branch() {
    let update = "UPDATE \"shop_order\" SET \"total\" = $2;";
    Failures::collect(|failures| {
        for body in [
            "    rows = []\n    for order in Order.objects.iterator():\n        order.total = 1\n        rows.append(order)\n        if len(rows) >= 500:\n            Order.objects.bulk_update(rows, ['total'])\n            rows = []\n",
            "    found = False\n    for order in Order.objects.all():\n        found = True\n    if found:\n        Order.objects.update(total=1)\n",
            "    count = 0\n    for order in Order.objects.all():\n        count += 1\n    if count > 5:\n        Order.objects.update(total=1)\n",
            "    match se.connection.vendor:\n        case 'postgresql':\n            Order.objects.update(total=1)\n",
        ] {
            let code =
                format!("def f(apps, se):\n    Order = apps.get_model('shop', 'Order')\n{body}");
            let (sql, _) = seen(&with(&code, "f", ""));
            let there = sql.iter().any(|line| line == update);
            failures.check(there, body, update, format!("{sql:#?}"));
        }
    });
    // What is decided once stays so.
    let mysql = "def f(apps, se):\n    vendor = se.connection.vendor\n    if vendor == 'mysql':\n        apps.get_model('shop', 'Order').objects.update(total=1)\n";
    assert_eq!(seen(&with(mysql, "f", "")).0, [""; 0]);
    let text = "def f(apps, se):\n    sql = 'UPDATE shop_order '\n    sql += 'SET total = 1'\n    se.execute(sql)\n";
    let (sql, _) = seen(&with(text, "f", ""));
    assert!(
        sql.contains(&"UPDATE shop_order SET total = 1;".to_owned()),
        "{sql:#?}"
    );
}

#[test]
fn rows_are_found_by_every_way_that_leads_to_them() {
    Failures::collect(|failures| {
        for (body, expected) in [
            (
                "    Order.tags.through.objects.filter(tag=1).delete()\n",
                "DELETE FROM \"shop_order_tags\" WHERE $1;",
            ),
            (
                "    apps.get_model('shop', 'Order_tags').objects.all().delete()\n",
                "DELETE FROM \"shop_order_tags\";",
            ),
            (
                "    for key, order in Order.objects.in_bulk().items():\n        order.total = 1\n        order.save()\n",
                EACH,
            ),
            (
                "    for order, total in zip(Order.objects.all(), range(9)):\n        order.total = total\n        order.save()\n",
                EACH,
            ),
            (
                "    list(map(lambda order: order.delete(), Order.objects.all()))\n",
                "DELETE FROM \"shop_order\" WHERE \"id\" = ANY ($1);",
            ),
            (
                "    for customer in apps.get_model('shop', 'Customer').objects.all():\n        for at, order in enumerate(customer.orders.order_by('id'), 1):\n            order.total = at\n            order.save()\n",
                EACH,
            ),
            (
                "    group = apps.get_model('auth', 'Group').objects.get(name='x')\n    group.permissions.add(1)\n",
                "INSERT INTO \"auth_group_permissions\" DEFAULT VALUES;",
            ),
            (
                "    from django.contrib.auth.management import create_permissions\n    create_permissions(apps.get_app_config('shop'), apps=apps)\n",
                "INSERT INTO \"auth_permission\" DEFAULT VALUES;",
            ),
            (
                "    from django.contrib.auth import get_user_model\n    get_user_model().objects.update(is_active=True)\n",
                "UPDATE \"auth_user\" SET \"is_active\" = $2;",
            ),
            (
                "    totals = {}\n    for order in Order.objects.all():\n        totals[order.pk] = Order(total=1)\n    Order.objects.bulk_create(totals.values())\n",
                "INSERT INTO \"shop_order\" SELECT FROM generate_series(1, $1);",
            ),
        ] {
            let code =
                format!("def f(apps, se):\n    Order = apps.get_model('shop', 'Order')\n{body}");
            let (sql, _) = seen(&with(&code, "f", ""));
            let there = sql.iter().any(|line| line == expected);
            failures.check(there, body, expected, format!("{sql:#?}"));
        }
    });
}

#[test]
fn rows_of_models_that_nobody_names_are_said_to_be_unknown() {
    Failures::collect(|failures| {
        for body in [
            "    for model in apps.get_models():\n        model.objects.update(total=1)\n",
            "    for model in apps.get_app_config('shop').get_models():\n        model._default_manager.all().delete()\n",
            "    for thing in elsewhere():\n        thing.save()\n",
        ] {
            let (_, rules) = seen(&with(&format!("def f(apps, se):\n{body}"), "f", ""));
            failures.equal(body, &["unknown-statement"], &rules);
        }
    });
}

#[test]
fn a_model_of_today_counts_where_its_rows_are_asked_for() {
    const USER: &str = "from django.contrib.auth import get_user_model";
    const ORDER: &str = "from shop.models import Order as Today";
    Failures::collect(|failures| {
        for (import, body, expected) in [
            (USER, "label = get_user_model()._meta.label", false),
            (
                USER,
                "user = get_user_model()\n    label = user._meta.label",
                false,
            ),
            (
                USER,
                "user = get_user_model()\n    user.objects.filter(pk=1).delete()",
                true,
            ),
            (
                ORDER,
                "Order.objects.filter(pk=1).update(total=Today.NEW)",
                false,
            ),
            (
                ORDER,
                "Order.objects.filter(pk=1).update(total=Today.count_all())",
                true,
            ),
            (ORDER, "Today.objects.filter(pk=1).update(total=1)", true),
            (ORDER, "Today(total=1).save()", true),
            (
                ORDER,
                "for model in (Order, Today):\n        model.objects.filter(pk=1).delete()",
                true,
            ),
            (
                "from django.contrib.auth.models import AnonymousUser",
                "Order.objects.filter(pk=AnonymousUser().pk).delete()",
                false,
            ),
        ] {
            let text = format!(
                "def f(apps, se):\n    {import}\n    Order = apps.get_model('shop', 'Order')\n    {body}\n"
            );
            let (_, rules) = seen(&with(&text, "f", ""));
            let told = rules.contains(&"model-imported".to_owned());
            failures.equal(body, &expected, &told);
        }
    });
}

#[test]
fn a_key_that_a_function_moves_keeps_its_table_from_being_changed() {
    let change = |update: &str, column: &str| {
        let text = format!(
            "def f(apps, se):\n    apps.get_model('shop', 'Order').objects.filter(pk=4).update({update})\n"
        );
        let after = format!("f), migrations.AddField('order', {column}");
        seen(&with(&text, &after, "")).1
    };
    let refused = "pending-trigger-events".to_owned();
    let note = "'note', models.TextField(null=True)";
    assert!(change("customer_id=2", note).contains(&refused));
    // What is no key waits for nobody, and a key that may be NULL refers to nothing, perhaps.
    assert!(!change("total=2", note).contains(&refused));
}
