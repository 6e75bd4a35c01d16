"""What Django runs for each change in tests/data/django/changes.txt, as text on standard output: one app for each, and behind `<<` what takes it back.

    python changes.py CHANGES VERSION FOLDER

The file begins with what each migration begins with. Run by a Python that has Django, with an empty database that the environment names. The project is written to FOLDER.
"""

import contextlib
import io
import os
import pathlib
import sys

ELSEWHERE = '("contenttypes", "0001_initial"), ("sites", "0001_initial"), ("auth", "0001_initial")'


def cases(text, version):
    """Name and lines of each change that this Django knows."""
    for block in text.split("== ")[1:]:
        name, *lines = block.strip().splitlines()
        case = dict(line.split(" ", 1) for line in lines)
        if version in case.get("versions", version).split():
            yield name, case


def write(folder, header, name, case, version):
    condition = "check" if version == "4.2" else "condition"
    migrations = pathlib.Path(folder, name, "migrations")
    migrations.mkdir(parents=True)
    for init in (migrations, migrations.parent):
        (init / "__init__.py").touch()
    first, second = (case[key].replace("{app}", name).replace("{condition}", condition) for key in ("before", "change"))
    atomic = f"    atomic = {case['atomic']}\n" if "atomic" in case else ""
    for file, dependencies, operations, more in (
        ("0001_before", ELSEWHERE, first, ""),
        ("0002_change", f'("{name}", "0001_before")', second, atomic),
    ):
        body = f"{more}    dependencies = [{dependencies}]\n    operations = [{operations}]\n"
        (migrations / f"{file}.py").write_text(header + body)


def settings(names):
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["PGDATABASE"],
        "USER": os.environ["PGUSER"],
        "HOST": os.environ["PGHOST"],
    }
    return {
        "INSTALLED_APPS": ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sites", *names],
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "USE_TZ": True,
        "DATABASES": {"default": database},
    }


def show(statements):
    for statement in statements:
        if not all(line.startswith("--") for line in statement.strip().splitlines()):
            print(" ".join(statement.split()))


def main(changes, version, folder):
    text = pathlib.Path(changes).read_text()
    header = text.split("== ")[0]
    known = dict(cases(text, version))
    for name, case in known.items():
        write(folder, header, name, case, version)
    sys.path.insert(0, folder)
    import django
    from django.conf import settings as configured

    configured.configure(**settings(known))
    django.setup()
    from django.db import connection
    from django.db.migrations.exceptions import IrreversibleError
    from django.db.migrations.executor import MigrationExecutor
    from django.db.migrations.loader import MigrationLoader

    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION btree_gist; CREATE EXTENSION hstore")
    executor = MigrationExecutor(connection)
    with contextlib.redirect_stdout(io.StringIO()):
        executor.migrate([key for key in executor.loader.graph.leaf_nodes() if key[0] not in known])
    loader = MigrationLoader(connection, replace_migrations=False)
    for name in known:
        before, change = (loader.graph.nodes[(name, file)] for file in ("0001_before", "0002_change"))
        ancestors = loader.graph.forwards_plan((name, "0001_before"))[:-1]
        with connection.schema_editor() as editor:
            state = before.apply(loader.project_state(ancestors), editor)
        print(f"== {name}")
        show(loader.collect_sql([(change, False)]))
        print("<<")
        try:
            with connection.schema_editor(atomic=change.atomic) as editor:
                change.apply(state, editor)
            show(loader.collect_sql([(change, True)]))
        except IrreversibleError:
            print("-- irreversible")
        except Exception as error:
            print(f"-- {type(error).__name__}")
            connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
