"""What Django runs for each migration of some apps, as JSON on standard output.

    python sqlmigrate.py APP...

Run by a Python that has Django, in the folder of a project whose settings DJANGO_SETTINGS_MODULE names, with a database of its
own that is empty. Each migration is printed as `sqlmigrate` prints it, then applied, so that names which only the catalog knows
are there for the next. A migration that cannot be applied is faked; what comes after it is marked as uncertain.
"""

import contextlib
import io
import json
import sys

import django
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader


def is_comment(text):
    return all(line.startswith("--") for line in text.strip().splitlines())


def collected(loader, key):
    """The statements of one migration, without Django's headings."""
    node = (loader.graph.nodes[key], False)
    statements = loader.collect_sql([node])
    return [text.strip() for text in statements if not is_comment(text)]


def record(key):
    loader = MigrationLoader(connection, replace_migrations=False)
    migration = loader.graph.nodes[key]
    found = {"app": key[0], "name": key[1], "atomic": migration.atomic}
    found["module"] = type(migration).__module__
    try:
        found["statements"] = collected(loader, key)
    except Exception as error:
        found["error"] = f"{type(error).__name__}: {error}"
    return found


def apply(key, fake):
    """Runs one migration as a part of a longer `migrate`, which sends its signals before the first and after the last only."""
    with contextlib.redirect_stdout(io.StringIO()):
        MigrationExecutor(connection).migrate([key], fake=fake)


def main(apps):
    django.setup()
    graph = MigrationExecutor(connection).loader.graph
    wanted = [key for key in graph.leaf_nodes() if key[0] in apps]
    uncertain = False
    found = []
    plan = MigrationExecutor(connection).migration_plan(wanted)
    for migration, _ in plan:
        key = (migration.app_label, migration.name)
        if key[0] in apps:
            found.append({**record(key), "uncertain": uncertain})
        try:
            apply(key, fake=False)
        except Exception as error:
            print(f"{key[0]}.{key[1]} cannot be applied: {error}", file=sys.stderr)
            uncertain = True
            with contextlib.suppress(Exception):
                connection.close()
                apply(key, fake=True)
    json.dump(found, sys.stdout)


main(sys.argv[1:])
