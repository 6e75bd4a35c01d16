#!/usr/bin/env node
// Runs the program of this platform's package, with this terminal, and ends as it does.
"use strict";

const { spawnSync } = require("node:child_process");

const PACKAGES = require("./package.json").optionalDependencies;

function program() {
    const name = `mig-lint-${process.platform}-${process.arch}`;
    if (!(name in PACKAGES)) {
        throw new Error(
            `there is no package for ${process.platform} on ${process.arch}: there is one for ` +
                `${Object.keys(PACKAGES).map((known) => known.replace("mig-lint-", "")).join(", ")}; ` +
                "`cargo install mig-lint` builds it elsewhere",
        );
    }
    try {
        return require.resolve(`${name}/mig-lint`);
    } catch {
        throw new Error(
            `the package ${name} is not installed: npm leaves optional dependencies out with --omit=optional ` +
                "or --no-optional, and with a lock file that was written on another platform; " +
                "run npm install without them",
        );
    }
}

let path;
try {
    path = program();
} catch (error) {
    console.error(`mig-lint: ${error.message}`);
    process.exit(2);
}
const { error, signal, status } = spawnSync(path, process.argv.slice(2), { stdio: "inherit" });
if (error) {
    console.error(`mig-lint: ${path} cannot be run: ${error.message}`);
    process.exit(2);
}
if (signal) {
    process.kill(process.pid, signal);
}
process.exit(status);
