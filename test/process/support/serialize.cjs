// Prints, as JSON, what Pulumi writes into states for each kind: by plain Node, as in a program.
// argv: the directory of the built package.
const { join } = require("node:path");
const { runtime } = require("@pulumi/pulumi");
const { trampolines } = require(join(process.argv[2], "dist/sdk/trampolines.js"));

async function main() {
  const texts = {};
  for (const [kind, provider] of Object.entries(trampolines)) {
    texts[kind] = (await runtime.serializeFunction(() => provider)).text;
  }
  process.stdout.write(JSON.stringify(texts));
}

main();
