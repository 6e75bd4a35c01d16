"""Holds `mig-lint sql` against real Django: see README.md. Needs Python 3.10, pip and a PostgreSQL server's programs; nothing else."""

import argparse
import glob
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib

from changes import cases, write

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FACTS = ROOT / "tests" / "data" / "django"
VERSIONS = ("4.2", "5.2", "6.0")
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "mig-lint" / "django-real"


class Skip(Exception):
    """Something that this machine lacks."""


# Pythons and packages


def pythons():
    """Every Python that can be found, newest first, with its version."""
    names = ["python3"] + [f"python3.{minor}" for minor in range(14, 9, -1)]
    paths = [shutil.which(name) for name in names]
    paths += glob.glob(str(pathlib.Path.home() / ".pyenv/versions/3.*/bin/python3"))
    found = {}
    for path in filter(None, paths):
        code = "import sys; print(*sys.version_info[:2])"
        asked = subprocess.run([path, "-c", code], capture_output=True, text=True)
        if asked.returncode == 0:
            found.setdefault(tuple(map(int, asked.stdout.split())), path)
    return sorted(found.items(), reverse=True)


def environment(version, packages=()):
    """The Python of a virtual environment with this Django, and further packages; made where it is not there yet."""
    least, most = {"4.2": ((3, 8), (3, 12)), "5.2": ((3, 10), (3, 14)), "6.0": ((3, 12), (3, 14))}[version]
    fitting = [path for found, path in pythons() if least <= found <= most]
    if not fitting:
        raise Skip(f"Django {version} needs a Python from {least[0]}.{least[1]} to {most[0]}.{most[1]}")
    name = "-".join([f"django{version}", *packages]).replace("==", "-").replace("/", "-")
    folder = CACHE / name
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        run([fitting[0], "-m", "venv", "--clear", folder], "no virtual environment can be made")
        wanted = [f"Django~={version}.0", "psycopg[binary]", "setuptools", *packages]
        run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted], "pip cannot install")
        (folder / "complete").touch()
    return python


def run(command, problem):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        raise Skip(f"{problem}: {done.stderr.strip().splitlines()[-1:]}")


# A server


def programs():
    """The folder of initdb and pg_ctl."""
    on_path = shutil.which("pg_ctl")
    folders = [os.environ.get("PG_BIN"), on_path and os.path.dirname(os.path.realpath(on_path))]
    folders += sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)
    for folder in filter(None, folders):
        if os.path.exists(f"{folder}/initdb"):
            return folder
    raise Skip("no PostgreSQL server programs found: put pg_ctl on PATH, or name their folder in PG_BIN")


class Server:
    """A throwaway server that listens on a socket only; root starts it as another user, because PostgreSQL refuses root."""

    def __enter__(self):
        self.bin = programs()
        self.folder = tempfile.mkdtemp(prefix="mig-lint-django-")
        self.user = None
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self):
        if os.geteuid() == 0:
            self.user = next(name for name in ("postgres", "nobody") if known(name))
            shutil.chown(self.folder, self.user)
        self.call("initdb", "-N", "-A", "trust", "-U", "postgres", "--locale=C", "-E", "UTF8", "-D", self.data)
        options = f"-c listen_addresses='' -c fsync=off -c unix_socket_directories={self.folder}"
        self.call("pg_ctl", "-w", "-D", self.data, "-o", options, "-l", f"{self.folder}/log", "start")

    def __exit__(self, *_):
        # A second Ctrl-C must not leave the server behind.
        for signal_ in STOPPING:
            signal.signal(signal_, signal.SIG_IGN)
        self.call("pg_ctl", "-m", "immediate", "-D", self.data, "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def data(self):
        return f"{self.folder}/data"

    def call(self, program, *arguments, check=True):
        """Runs one of the server's programs; not through a pipe, because the server keeps its standard error open."""
        with tempfile.TemporaryFile("w+") as said:
            command = [f"{self.bin}/{program}", *arguments]
            done = subprocess.run(command, user=self.user, cwd="/", stdout=subprocess.DEVNULL, stderr=said)
            said.seek(0)
            if check and done.returncode:
                raise Skip(f"{program} failed: {said.read()}")

    def database(self, python, name):
        """Makes an empty database; the environment in which Django finds it."""
        code = (
            "import psycopg, sys; c = psycopg.connect(sys.argv[1], autocommit=True); "
            "c.execute(f'DROP DATABASE IF EXISTS {sys.argv[2]}'); c.execute(f'CREATE DATABASE {sys.argv[2]}'); "
            "print(c.execute('SHOW server_version').fetchone()[0].split()[0])"
        )
        made = subprocess.run(
            [python, "-c", code, f"host={self.folder} user=postgres dbname=postgres", name],
            capture_output=True, text=True, check=True,
        )
        self.version = made.stdout.strip()
        return {**os.environ, "PGHOST": self.folder, "PGUSER": "postgres", "PGDATABASE": name, "PYTHONDONTWRITEBYTECODE": "1"}


def known(user):
    import pwd

    with_entry = {entry.pw_name for entry in pwd.getpwall()}
    return user in with_entry


# Facts


def ask_django(python, folder, settings, apps, environ):
    """What real Django runs: a list of migrations."""
    done = subprocess.run(
        [python, HERE / "sqlmigrate.py", *apps],
        cwd=folder, capture_output=True, text=True,
        env={**environ, "DJANGO_SETTINGS_MODULE": settings, "PYTHONPATH": str(folder)},
    )
    for line in done.stderr.splitlines():
        if "cannot be applied" in line:
            print("   ", line)
    if done.returncode:
        raise RuntimeError(f"{folder}: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def fixtures(version):
    """The demo projects that this Django can read."""
    for folder in sorted((ROOT / "fixtures").glob("proj*")):
        with open(folder / "fixture.toml", "rb") as file:
            oldest = tomllib.load(file).get("django", "4.2")
        if tuple(map(int, oldest.split("."))) <= tuple(map(int, version.split("."))):
            yield folder


def facts(version, server):
    """What this Django runs for all demo projects, as it is committed."""
    python = environment(version)
    code = "import django, psycopg; print(f'Django {django.__version__}, psycopg {psycopg.__version__}')"
    origin = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    found = []
    for folder in fixtures(version):
        environ = server.database(python, folder.name)
        for migration in ask_django(python, folder, "project.settings", ["demoapp"], environ):
            if migration["uncertain"] or "error" in migration:
                raise RuntimeError(f"{folder.name}.{migration['name']}: {migration}")
            kept = {key: migration[key] for key in ("name", "atomic", "statements")}
            found.append({"fixture": folder.name, **kept})
    note = "what sqlmigrate printed before each migration was applied, without comment lines"
    return {"origin": f"{origin}, PostgreSQL {server.version}: {note}", "migrations": found}


def changes(version, server):
    """What this Django runs for each of the committed changes, as text."""
    python = environment(version)
    environ = server.database(python, "changes")
    with tempfile.TemporaryDirectory() as folder:
        command = [python, HERE / "changes.py", FACTS / "changes.txt", version, folder]
        done = subprocess.run(command, capture_output=True, text=True, env=environ)
    if done.returncode:
        raise RuntimeError(f"changes, Django {version}: {done.stderr[-2000:]}")
    return done.stdout


# Comparing


# What a run of Django makes up anew each time.
ANEW = [
    (re.compile(r"'\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[^']*'"), "'<time>'"),
    (re.compile(r"'\d{4}-\d\d-\d\d'"), "'<date>'"),
    (re.compile(r"'[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}'"), "'<uuid>'"),
]


def plain(statement):
    """A statement without what may differ: white space, the semicolon at its end, values of the moment."""
    text = " ".join(statement.split()).rstrip("; ")
    for pattern, instead in ANEW:
        text = pattern.sub(instead, text)
    return text


def ask_mig_lint(binary, folder, version, *more):
    """What `mig-lint sql` says: by app and name, the statements, and why some are not known."""
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as config:
        config.write(f'[django]\nversion = "{version}"\n' + "".join(f"{line}\n" for line in more))
        config.flush()
        done = subprocess.run(
            [binary, "sql", "--config", config.name, "--output-format", "json", folder],
            capture_output=True, text=True, cwd=folder,
        )
    if not done.stdout.strip():
        raise RuntimeError(f"mig-lint sql says nothing on {folder}: {done.stderr[-500:]}")
    found = {}
    for migration in json.loads(done.stdout)["migrations"]:
        statements = [one["sql"] for one in migration["statements"] if one.get("kind", "sql") == "sql"]
        reasons = [reason["reason"] for reason in migration.get("opaque", [])]
        found[(migration.get("app"), migration["name"])] = (statements, reasons)
    return found


def difference(expected, said):
    """How two lists of statements differ, in a few words; nothing where they agree."""
    left, right = [plain(one) for one in expected], [plain(one) for one in said]
    for at, (one, other) in enumerate(zip(left, right)):
        if one != other:
            return f"statement {at + 1}\n      Django    {one[:300]}\n      mig-lint  {other[:300]}"
    if len(left) != len(right):
        extra = (left + right)[min(len(left), len(right)):] if len(left) > len(right) else right[len(left):]
        extra = left[len(right):] if len(left) > len(right) else extra
        who = "Django alone" if len(left) > len(right) else "mig-lint alone"
        return f"{len(left)} statements, mig-lint has {len(right)}\n      {who}  {extra[0][:300]}"
    return None


def compare(title, migrations, said):
    """Prints a share and each miss; the number of misses."""
    misses = []
    for migration in migrations:
        statements, reasons = said.get((migration["app"], migration["name"]), (None, []))
        where = f"{migration['app']}.{migration['name']}"
        if statements is None:
            misses.append(f"{where}: mig-lint did not read it")
        elif differs := difference(migration["statements"], statements):
            because = f" ({'; '.join(reasons)})" if reasons else ""
            misses.append(f"{where}{because}: {differs}")
    equal = len(migrations) - len(misses)
    share = 100 * equal / len(migrations)
    print(f"{title}: {equal} of {len(migrations)} migrations as Django's ({share:.1f} %)")
    for miss in misses:
        print(f"    {miss}")
    return len(misses)


def check_fixtures(version, server, binary):
    """Real Django still says what is committed, and mig-lint says the same."""
    current = facts(version, server)
    committed = json.loads((FACTS / f"fixtures-{version}.json").read_text())
    misses = 0
    if current["migrations"] != committed["migrations"]:
        print(f"Django {version} no longer says what tests/data/django/fixtures-{version}.json says: ./test --django-real --record")
        misses += 1
    if changes(version, server) != (FACTS / f"changes-{version}.txt").read_text():
        print(f"Django {version} no longer says what tests/data/django/changes-{version}.txt says: ./test --django-real --record")
        misses += 1
    for folder in fixtures(version):
        own = [{"app": "demoapp", **one} for one in current["migrations"] if one["fixture"] == folder.name]
        misses += compare(f"{folder.name}, Django {version}", own, ask_mig_lint(binary, folder, version))
    return misses


# Fixes


def observed(python, server, folder):
    """What real Django makes of the apps in a folder."""
    environ = server.database(python, "fixes")
    done = subprocess.run([python, HERE / "fixes.py", folder], capture_output=True, text=True, env=environ)
    if done.returncode:
        raise RuntimeError(f"fixes: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def check_fixes(version, server, binary):
    """Each change that can be fixed ends as it is, leaves the same state, and is taken back as it is; the number of those that do not."""
    python = environment(version)
    with tempfile.TemporaryDirectory() as folder:
        plain, fixed = pathlib.Path(folder, "plain"), pathlib.Path(folder, "fixed")
        text = (FACTS / "changes.txt").read_text()
        config = pathlib.Path(folder, "mig-lint.toml")
        config.write_text(f'[django]\nversion = "{version}"\n')
        changed = []
        for app, case in cases(text, version):
            # Each is a project of its own, so that mig-lint reads nothing else.
            alone = pathlib.Path(folder, "alone", app)
            write(alone, text.split("== ")[0], app, case, version)
            own = alone / app / "migrations" / "0002_change.py"
            before = own.read_text()
            command = [binary, "check", "--config", config, "--fix", "--unsafe-fixes", "--quiet", own]
            subprocess.run(command, cwd=alone, capture_output=True, check=False)
            if own.read_text() != before:
                changed.append(app)
                shutil.copytree(alone / app, fixed / app)
                write(plain, text.split("== ")[0], app, case, version)
        expected, found = observed(python, server, plain), observed(python, server, fixed)
    misses = [f"{app}: {why}" for app in changed if (why := differs(expected[app], found[app]))]
    print(f"fixes, Django {version}: {len(changed) - len(misses)} of {len(changed)} changes end as they do unfixed, forward and back")
    for miss in misses:
        print(f"    {miss}")
    return len(misses)


def differs(expected, found):
    """How the fixed change is otherwise, in a few words; nothing where it is not. What fails as it is has nothing to be compared with."""
    if "error" in expected:
        return None
    if "error" in found:
        return found["error"]
    if expected["state"] != found["state"]:
        return "the state is another"
    for when, other in (("after", expected["after"]), ("back", expected["back"])):
        lines = sorted(set(other) ^ set(found[when]))
        if lines:
            return f"{when}: {lines}"
    return None


# Packages


def packages():
    with open(HERE / "packages.toml", "rb") as file:
        return tomllib.load(file)["package"]


def settings_of(package):
    """Settings for a package alone, as the text of a module."""
    apps = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sites", "django.contrib.sessions"]
    apps += [app for app in package["apps"] if app not in apps]
    lines = [
        'SECRET_KEY = "none"',
        "USE_TZ = True",
        "SITE_ID = 1",
        f"INSTALLED_APPS = {apps!r}",
        f"DEFAULT_AUTO_FIELD = {package.get('default-auto-field', 'django.db.models.AutoField')!r}",
        'import os',
        'DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"],'
        ' "USER": "postgres", "HOST": os.environ["PGHOST"]}}',
    ]
    return "\n".join(lines + package.get("settings", [])) + "\n"


def check_package(package, server, binary):
    """Scores one package; the number of migrations that came out otherwise than Django's."""
    pinned = f"{package['name']}=={package['version']}"
    python = environment(package["django"], [pinned, *package.get("with", [])])
    title = f"{pinned}, Django {package['django']}"
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "project_settings.py").write_text(settings_of(package))
        environ = server.database(python, "package")
        found = ask_django(python, folder, "project_settings", package["labels"], environ)
        certain = [one for one in found if not one["uncertain"] and "error" not in one]
        site = next(python.parent.parent.glob("lib/python3*/site-packages"))
        # A project made of the package alone: what else is installed is not in its way.
        for name in package["folders"]:
            shutil.copytree(site / name, pathlib.Path(folder, name))
        auto = package.get("default-auto-field", "django.db.models.AutoField")
        said = ask_mig_lint(binary, folder, package["django"], f'default-auto-field = "{auto}"')
        if len(certain) < len(found):
            print(f"{title}: {len(found) - len(certain)} migrations are not scored, because one before them could not be applied")
        if not certain:
            raise RuntimeError(f"{title}: no migration could be scored")
        return compare(title, certain, said)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mig-lint", help="the program to score")
    parser.add_argument("--record", action="store_true", help="write tests/data/django anew")
    parser.add_argument("--only", help="score only packages whose name holds this")
    asked = parser.parse_args()
    for signal_ in STOPPING:
        signal.signal(signal_, stop)
    try:
        with Server() as server:
            sys.exit(score(asked, server))
    except Skip as lacking:
        print(f"SKIPPED: real Django was not run: {lacking}", file=sys.stderr)


def stop(number, _):
    """Leaves through every `with`, so that no server stays behind."""
    sys.exit(128 + number)


def score(asked, server):
    misses = 0
    for version in VERSIONS if not asked.only else ():
        if asked.record:
            text = json.dumps(facts(version, server), indent=1, ensure_ascii=False) + "\n"
            (FACTS / f"fixtures-{version}.json").write_text(text)
            (FACTS / f"changes-{version}.txt").write_text(changes(version, server))
            print(f"recorded tests/data/django/fixtures-{version}.json and changes-{version}.txt")
        if asked.mig_lint:
            misses += check_fixtures(version, server, asked.mig_lint)
            misses += check_fixes(version, server, asked.mig_lint)
    if asked.mig_lint and not asked.record:
        for package in packages():
            if not asked.only or asked.only in package["name"]:
                check_package(package, server, asked.mig_lint)
    return 1 if misses else 0


if __name__ == "__main__":
    main()
