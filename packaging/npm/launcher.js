#!/usr/bin/env node
// Runs the binary of the platform's own package with the same arguments, without a shell, and ends as it ends.
"use strict";

const { spawnSync } = require("node:child_process");
const os = require("node:os");

const name = `@sidestep-lint/${process.platform}-${process.arch}`;

let binary;
try {
  binary = require.resolve(`${name}/sidestep`);
} catch {
  console.error(
    `sidestep: the package ${name} is not installed; install with optional dependencies, ` +
      `or use another package: https://github.com/sidestep-lint/sidestep#install`,
  );
  process.exit(2);
}

const ended = spawnSync(binary, process.argv.slice(2), { stdio: "inherit" });
if (ended.error) {
  console.error(`sidestep: could not run ${binary}: ${ended.error.message}`);
  process.exit(2);
}
process.exit(ended.signal ? 128 + os.constants.signals[ended.signal] : ended.status);
