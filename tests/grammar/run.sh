#!/bin/sh
# Holds the parser against PostgreSQL's own grammar. Folders with PostgreSQL's sources may be given; else they are looked for in the cache, or downloaded there.
set -eu
cd "$(dirname "$0")"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mig-lint/grammar

skip() {
    echo "SKIPPED: the parser was not held against PostgreSQL's grammar: $1" >&2
    exit 0
}

# The regression suite and the reference pages of one release, from its source archive.
download() {
    archive=$cache/postgresql-$1.tar.bz2
    [ -d "$cache/postgresql-$1" ] && return
    mkdir -p "$cache"
    curl --fail --location --silent --max-time 300 --output "$archive" \
        "https://ftp.postgresql.org/pub/source/v$1/postgresql-$1.tar.bz2" || return 0
    tar -xjf "$archive" -C "$cache" "postgresql-$1/src/test/regress/sql" "postgresql-$1/doc/src/sgml/ref"
    rm "$archive"
}

# What a Debian system has the sources of.
from_packages() {
    command -v apt-get >/dev/null || return 0
    mkdir -p "$cache/packages"
    (
        cd "$cache/packages"
        apt-get source --download-only --quiet postgresql-15 >/dev/null 2>&1 || exit 0
        tar -xjf postgresql-15_*.orig.tar.bz2 --wildcards '*/src/test/regress/sql' '*/doc/src/sgml/ref'
        rm -f postgresql-15_*
    )
}

folders=0
options=
while [ $# -gt 0 ]; do
    case $1 in
        --*) options="$options $1 $2" && shift ;;
        *) [ $folders = 0 ] && rm -rf "$cache/given" && mkdir -p "$cache/given"
           folders=$((folders + 1)) && ln -s "$(cd "$OLDPWD" && realpath "$1")" "$cache/given/$folders" ;;
    esac
    shift
done
from=$cache/given
if [ $folders = 0 ]; then
    from=$cache
    rm -rf "$cache/given"
    for release in 14.19 15.14 16.10 17.6 18.1; do
        download "$release"
    done
    find "$cache" -name '*.sql' 2>/dev/null | grep -q . || from_packages
fi
find -L "$from" -name '*.sql' 2>/dev/null | grep -q . || skip "PostgreSQL's sources could not be had; give a folder that holds them"
if [ -z "${BINDGEN_EXTRA_CLANG_ARGS:-}" ] && command -v cc >/dev/null; then
    # A libclang without clang brings no headers of its own.
    BINDGEN_EXTRA_CLANG_ARGS="-I$(cc -print-file-name=include)"
    export BINDGEN_EXTRA_CLANG_ARGS
fi
if ! cargo build --quiet 2>"$cache/build.log"; then
    grep --max-count=1 --ignore-case libclang "$cache/build.log" >/dev/null || { cat "$cache/build.log" >&2; exit 1; }
    skip "pg_query needs libclang (set LIBCLANG_PATH to its folder)"
fi
# shellcheck disable=SC2086
exec cargo run --quiet -- "$from" $options
