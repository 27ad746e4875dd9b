// The resources that the config lists: [{ "kind": "Director", "name": "d", "args": { ... }, "options": { ... } }].
// In args, { "$ref": name } is a resource of the list, { "$secret": key } a secret of the config, and { "$later": value }
// a value that only an update knows.
const pulumi = require("@pulumi/pulumi");
const lvs = require("pulumi-lvs");

const provider = {
  async create({ given }) {
    return { id: "later", outs: { given, value: given } };
  },
};

class Later extends pulumi.dynamic.Resource {
  constructor(name, given) {
    super(provider, name, { given, value: undefined });
  }
}

const config = new pulumi.Config();
const resources = new Map();
let count = 0;

const wrapped = {
  $ref: (name) => resources.get(name),
  $secret: (key) => config.requireSecret(key),
  $later: (given) => new Later(`later${++count}`, given).value,
};

function read(value) {
  if (Array.isArray(value)) return value.map(read);
  if (typeof value !== "object" || value === null) return value;
  const [[name, inner] = []] = Object.entries(value);
  if (Object.hasOwn(wrapped, name)) return wrapped[name](inner);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, read(one)]));
}

// A list with many mistakes shows them all, and at once: see sdk/refusal.ts.
const failures = [];
for (const { kind, name, args, options } of config.requireObject("resources")) {
  try {
    const make =
      kind === "Later"
        ? () => new Later(name, args)
        : () => new lvs[kind](name, read(args), read(options));
    resources.set(name, make());
  } catch (error) {
    failures.push(error.message);
  }
}
if (failures.length > 0)
  throw Object.assign(new pulumi.RunError(failures.join("\n")), { stack: undefined });
