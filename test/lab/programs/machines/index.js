// A cluster on machines that this program creates: it says no address and no port itself. Each machine, and the VIP, is
// a resource for which the test answers: the program asks with the file NAME.N.wanted in the directory of the config,
// N is the generation of the resource, and reads what was created from NAME.N.json.
const pulumi = require("@pulumi/pulumi");
const lvs = require("pulumi-lvs");

const config = new pulumi.Config();
const privateKey = config.requireSecret("privateKey");
const name = config.get("name") ?? "web";
const generations = config.getObject("generations") ?? {};
const { protect, alias, scheduler, hasProvider } = config.getObject("options") ?? {};

const provider = {
  async diff(_, { generation: before }, { generation: after }) {
    return { changes: before !== after, replaces: before === after ? [] : ["generation"] };
  },
  async create(inputs) {
    const { existsSync, readFileSync, writeFileSync } = require("node:fs");
    const file = `${inputs.directory}/${inputs.name}.${inputs.generation}`;
    writeFileSync(`${file}.wanted`, "");
    while (!existsSync(`${file}.json`)) await new Promise((done) => setTimeout(done, 100));
    const value = JSON.parse(readFileSync(`${file}.json`, "utf8"));
    return { id: inputs.name, outs: { ...inputs, value } };
  },
};

class Created extends pulumi.dynamic.Resource {
  constructor(name, options) {
    const known = {
      name,
      generation: generations[name] ?? 1,
      directory: config.require("directory"),
    };
    super(provider, name, { ...known, value: undefined }, options);
  }

  get connection() {
    const { host, port, hostKey } = this.value;
    return { host, port, hostKey, privateKey };
  }
}

class OwnProvider extends pulumi.ProviderResource {
  constructor(name) {
    super("pulumi-nodejs", name, {});
  }
}

const [gate, vip, director, web1, web2] = ["gate", "vip", "director1", "web1", "web2"].map(
  (created) => new Created(created),
);

const web = new lvs.Cluster(
  name,
  {
    vips: [{ name: "public", address: vip.value.address }],
    forwardingMethod: "dr",
    directors: [{ name: "director1", connection: director.connection }],
    services: [
      { name: "http", port: vip.value.port, scheduler: "wrr" },
      {
        ...{ port: 443, scheduler: "wrr" },
        realServers: ["web1", { name: "web2", weight: vip.value.weight }],
      },
    ],
    realServers: [
      { name: "web1", rip: web1.value.address, connection: web1.connection },
      { name: "web2", rip: web2.value.address, connection: web2.connection },
    ],
  },
  {
    protect,
    dependsOn: gate,
    ...(alias && { aliases: [{ name: alias }] }),
    ...(hasProvider && { providers: [new OwnProvider("own")] }),
    ...(scheduler && {
      transforms: [
        ({ type, props, opts }) =>
          type.endsWith("VirtualService") ? { props: { ...props, scheduler }, opts } : undefined,
      ],
    }),
  },
);

new Created("after", { dependsOn: web });

exports.vips = web.vips;
exports.director = web.directors.director1.id;
exports.services = Object.fromEntries(
  Object.entries(web.services).map(([service, { id }]) => [service, id]),
);
