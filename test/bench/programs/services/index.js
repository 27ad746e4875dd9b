// As many virtual services as the config says on each of its directors, of ten real servers each, declared in the way
// that it names: ours, notKept, neighbour, together, floor or commands. The first real server of the first one has the
// weight that the config says.
const pulumi = require("@pulumi/pulumi");

const config = new pulumi.Config();
const privateKey = config.requireSecret("privateKey");
const connections = config.requireObject("connections");
const rips = Array.from({ length: 10 }, (_, index) => `192.0.2.${201 + index}`);
const services = Array.from({ length: config.requireNumber("services") }, (_, index) => ({
  vip: "192.0.2.80",
  port: 8001 + index,
  realServers: rips.map((rip) => ({ rip, forwardingMethod: "dr" })),
}));
const weight = config.getNumber("weight") ?? 1;
if (weight !== 1) services[0].realServers[0].weight = weight;

const { declare } = require(`./${config.require("way")}`);
for (const [index, connection] of connections.entries())
  declare({ ...connection, privateKey }, services, `director${index + 1}`);
