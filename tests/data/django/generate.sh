#!/bin/sh
# Writes down what Django's sqlmigrate prints for each migration of the project, before that is applied; see README.md.
set -eu
cd "$(dirname "$0")"
here=$(pwd)
for pair in "$@"; do
  version=${pair%%=*}
  python=${pair#*=}
  PGDATABASE="facts_$(echo "$version" | tr . _)"
  export PGDATABASE PYTHONDONTWRITEBYTECODE=1
  dropdb --if-exists "$PGDATABASE"
  createdb "$PGDATABASE"
  cd "$here/project"
  "$python" manage.py migrate people -v 0
  for file in shop/migrations/0*.py; do
    name=$(basename "$file" .py)
    echo "== $name"
    "$python" manage.py sqlmigrate shop "$name"
    "$python" manage.py migrate shop "$name" -v 0
  done > "$here/sqlmigrate-$version.txt"
  cd "$here"
done
