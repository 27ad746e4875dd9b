// The same resources, with the inputs that pulumi-lvs makes of its arguments, and nothing done about them: what Pulumi
// itself takes.
const pulumi = require("@pulumi/pulumi");

const provider = {
  async create(inputs) {
    return { id: "nothing", outs: inputs };
  },
};

class Nothing extends pulumi.dynamic.Resource {
  constructor(name, args, options) {
    const owner = pulumi.createUrn(name, "pulumi-nodejs:dynamic/floor:Nothing");
    super(provider, name, { ...args, owner }, options, "floor", "Nothing");
  }
}

exports.declare = (given, services) => {
  const connection = { sudo: false, dialErrorLimit: 10, perDialTimeout: 15, ...given };
  const director = new Nothing("director1", { connection });
  for (const { realServers, ...service } of services) {
    const { port } = service;
    const complete = realServers.map((one) => [
      `${one.rip}:${port}`,
      { ...one, port, weight: 1, upperThreshold: 0, lowerThreshold: 0 },
    ]);
    const args = { protocol: "tcp", scheduler: "wlc", schedulerFlags: [], ...service };
    new Nothing(
      `service-${port}`,
      { ...args, connection, realServers: Object.fromEntries(complete) },
      { dependsOn: director },
    );
  }
};
