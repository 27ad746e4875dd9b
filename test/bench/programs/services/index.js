// As many virtual services as the config says, of ten real servers each, declared in the way that it names: ours, floor
// or commands.
const pulumi = require("@pulumi/pulumi");

const config = new pulumi.Config();
const connection = {
  ...config.requireObject("connection"),
  privateKey: config.requireSecret("privateKey"),
};
const rips = Array.from({ length: 10 }, (_, index) => `192.0.2.${201 + index}`);
const services = Array.from({ length: config.requireNumber("services") }, (_, index) => ({
  vip: "192.0.2.80",
  port: 8001 + index,
  realServers: rips.map((rip) => ({ rip, forwardingMethod: "dr" })),
}));

require(`./${config.require("way")}`).declare(connection, services);
