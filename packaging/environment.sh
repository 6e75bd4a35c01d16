# Sourced by what builds packages, from the top of the repository: no path of the machine that builds gets into a binary, so that every machine builds the same one.
top=$(pwd -P)
cargo_home=${CARGO_HOME:-$HOME/.cargo}
target=${CARGO_TARGET_DIR:-$top/target}
RUSTFLAGS="--remap-path-prefix=$target=target --remap-path-prefix=$top=mig-lint --remap-path-prefix=$cargo_home=cargo"
CFLAGS="-ffile-prefix-map=$target=target -ffile-prefix-map=$top=mig-lint -ffile-prefix-map=$cargo_home=cargo"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1)}
export RUSTFLAGS CFLAGS SOURCE_DATE_EPOCH
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
dist=$top/packaging/dist
mkdir -p "$dist"
