// The same resources, with the inputs that pulumi-lvs makes of its arguments, and nothing done about them: what Pulumi
// itself takes. Like ours they are not of pulumi.dynamic.Resource, which would make the state larger, and the floor higher.
const pulumi = require("@pulumi/pulumi");

const TYPE = "pulumi-nodejs:dynamic/floor:Nothing";
const __provider =
  'exports.handler = () => ({ create: async (outs) => ({ id: "nothing", outs }) });\n';

class Nothing extends pulumi.CustomResource {
  constructor(name, args, options) {
    super(TYPE, name, { ...args, owner: pulumi.createUrn(name, TYPE), __provider }, options);
  }
}

exports.declare = (given, services, name) => {
  const connection = { sudo: false, dialErrorLimit: 10, perDialTimeout: 15, ...given };
  const director = new Nothing(name, { connection, persist: true });
  for (const { realServers, ...service } of services) {
    const { port } = service;
    const complete = realServers.map((one) => [
      `${one.rip}:${port}`,
      { ...one, port, weight: 1, upperThreshold: 0, lowerThreshold: 0 },
    ]);
    const args = {
      protocol: "tcp",
      scheduler: "wlc",
      schedulerFlags: [],
      persist: true,
      ...service,
    };
    new Nothing(
      `${name}-service-${port}`,
      { ...args, connection, realServers: Object.fromEntries(complete) },
      { dependsOn: director },
    );
  }
};
