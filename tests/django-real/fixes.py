"""What becomes of each change in tests/data/django/changes.txt in real Django, as JSON on standard output: the catalog before it, after it and taken back, and the state.

    python fixes.py FOLDER

Run by a Python that has Django, with an empty database that the environment names. FOLDER holds an app for each change, as `changes.py` writes them.
"""

import json
import pathlib
import re
import sys

import changes

# What people and programs see of the tables of an app, one line each, whatever the order of columns.
CATALOG = r"""
WITH tables AS (SELECT oid, relname FROM pg_class WHERE relkind IN ('r', 'p') AND relname LIKE %(app)s)
SELECT line FROM (
    SELECT format('column %%s.%%s %%s null %%s default %%s identity %%s generated %%s', relname, attname, format_type(atttypid, atttypmod), NOT attnotnull,
        pg_get_expr(adbin, adrelid), attidentity, attgenerated)
    FROM pg_attribute JOIN tables ON tables.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE attnum > 0 AND NOT attisdropped
    UNION ALL SELECT format('constraint %%s.%%s %%s valid %%s', relname, conname, pg_get_constraintdef(k.oid), convalidated)
    FROM pg_constraint k JOIN tables ON tables.oid = conrelid
    UNION ALL SELECT format('index %%s valid %%s', pg_get_indexdef(indexrelid), indisvalid) FROM pg_index JOIN tables ON tables.oid = indrelid
) AS lines (line) ORDER BY line COLLATE "C"
"""

# What a fix leaves to a later release stands in the migration as a comment.
LEFT = re.compile(r"# In a later release, by RunSQL: (.*)")


def left(folder, app):
    files = sorted(pathlib.Path(folder, app, "migrations").glob("0*.py"))
    return [sql for file in files for sql in LEFT.findall(file.read_text())]


def state(loader, app):
    """The models of an app behind its last migration, without what differs from one run to the next."""
    models = loader.project_state(loader.graph.leaf_nodes(app)).models
    own = sorted((key, model) for key, model in models.items() if key[0] == app)
    told = [
        (model.name, sorted((name, repr(field.deconstruct()[1:])) for name, field in model.fields.items()), repr(sorted(model.options.items(), key=str)))
        for _, model in own
    ]
    return re.sub(r" at 0x[0-9a-f]+", "", json.dumps(told))


def observe(connection, executor_of, folder, app):
    """One app: what is there before the change, after it, and after it is taken back; an error ends it."""
    def catalog():
        with connection.cursor() as cursor:
            cursor.execute(CATALOG, {"app": app.replace("_", r"\_") + r"\_%"})
            return [line for (line,) in cursor.fetchall()]

    seen = {}
    try:
        executor_of().migrate([(app, "0001_before")])
        seen["before"] = catalog()
        executor = executor_of()
        seen["state"] = state(executor.loader, app)
        executor.migrate(executor.loader.graph.leaf_nodes(app))
        seen["behind"] = catalog()
        executor_of().migrate([(app, "0001_before")])
        seen["back"] = catalog()
        executor = executor_of()
        executor.migrate(executor.loader.graph.leaf_nodes(app))
        with connection.cursor() as cursor:
            for sql in left(folder, app):
                cursor.execute(sql)
        seen["after"] = catalog()
    except Exception as error:  # Whatever Django or the server refuses is what is asked for.
        seen["error"] = f"{type(error).__name__}: {error}".strip()
    return seen


def main(folder):
    names = sorted(path.parent.parent.name for path in pathlib.Path(folder).glob("*/migrations/0001_before.py"))
    sys.path.insert(0, folder)
    import django
    from django.conf import settings as configured

    settings = changes.settings(names)
    settings["INSTALLED_APPS"].append("django.contrib.postgres")
    configured.configure(**settings)
    django.setup()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    MigrationExecutor(connection).migrate([("contenttypes", "0002_remove_content_type_name"), ("sites", "0002_alter_domain_unique"), ("auth", "0012_alter_user_first_name_max_length")])
    print(json.dumps({name: observe(connection, lambda: MigrationExecutor(connection), folder, name) for name in names}))


if __name__ == "__main__":
    main(*sys.argv[1:])
