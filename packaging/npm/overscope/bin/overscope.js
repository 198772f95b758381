#!/usr/bin/env node
// Starts the program of this platform's package. Nothing is downloaded, neither here nor when it is installed.
"use strict";
const { spawnSync } = require("node:child_process");

const name = `@overscope/${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "overscope.exe" : "overscope";
let program;
try {
  program = require.resolve(`${name}/${file}`);
} catch {
  console.error(`error: overscope has no program for ${process.platform}-${process.arch}, or ${name} was not installed`);
  console.error("  help: install without `--no-optional`, or build it with `cargo install overscope`");
  process.exit(2);
}
const ended = spawnSync(program, process.argv.slice(2), { stdio: "inherit", windowsHide: true });
if (ended.error) {
  console.error(`error: cannot start ${program}: ${ended.error.message}`);
  process.exit(2);
}
process.exit(ended.signal === "SIGINT" ? 130 : (ended.status ?? 2));
