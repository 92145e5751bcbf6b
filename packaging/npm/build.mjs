// Writes the npm packages: `node build.mjs OUT [PLATFORM=BINARY]...`, where PLATFORM is `linux-x64` and the like. OUT gets
// a folder for the launcher, which names every platform that there is, and one for each platform given.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PLATFORMS = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];

const here = dirname(fileURLToPath(import.meta.url));
const cargo = readFileSync(join(here, "../../Cargo.toml"), "utf8");
const field = (key) => cargo.match(new RegExp(`^${key} = "(.*)"$`, "m"))[1];
const common = {
  version: field("version"),
  description: field("description"),
  license: field("license"),
  repository: { type: "git", url: `git+${field("repository")}.git` },
};

const [out, ...given] = process.argv.slice(2);
if (!out) {
  console.error("usage: node build.mjs OUT [PLATFORM=BINARY]...");
  process.exit(2);
}

function write(folder, manifest, files) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ ...manifest, ...common }, null, 2)}\n`);
  for (const [name, from] of Object.entries(files)) {
    copyFileSync(from, join(folder, name));
    chmodSync(join(folder, name), name.endsWith(".md") ? 0o644 : 0o755);
  }
}

write(
  join(out, "sidestep-lint"),
  {
    name: "sidestep-lint",
    bin: { sidestep: "launcher.js", "sidestep-lint": "launcher.js" },
    engines: { node: ">=18" },
    keywords: ["okta", "linter", "migration", "sarif"],
    optionalDependencies: Object.fromEntries(PLATFORMS.map((name) => [`@sidestep-lint/${name}`, common.version])),
  },
  { "launcher.js": join(here, "launcher.js"), "README.md": join(here, "README.md") },
);

for (const one of given) {
  const [platform, binary] = one.split(/=(.*)/s);
  if (!PLATFORMS.includes(platform) || !binary) {
    console.error(`${one}: not PLATFORM=BINARY with one of ${PLATFORMS.join(", ")}`);
    process.exit(2);
  }
  const [os, cpu] = platform.split("-");
  write(join(out, platform), { name: `@sidestep-lint/${platform}`, os: [os], cpu: [cpu] }, { sidestep: binary });
}
