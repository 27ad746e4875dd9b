// What the config describes. A connection is the name of a host there:
// cluster: the arguments of a Cluster
// services: { name: the arguments of a VirtualService }, all on director1, which a cluster then shares
// realServers: { name: the arguments of a RealServer, with the name of its service }
// machine: what a resource of another provider is made of, with a secret; director1 depends on it
const pulumi = require("@pulumi/pulumi");
const lvs = require("pulumi-lvs");

const config = new pulumi.Config();
const hosts = config.requireObject("hosts");
const privateKey = config.requireSecret("privateKey");
const reached = ({ connection, ...rest }) =>
  connection ? { ...rest, connection: { ...hosts[connection], privateKey } } : rest;

class Machine extends pulumi.dynamic.Resource {
  constructor(name, props) {
    const create = async (inputs) => ({ id: name, outs: inputs });
    const update = async (_id, _olds, inputs) => ({ outs: inputs });
    super({ create, update }, name, props);
  }
}

const size = config.get("machine");
const machine =
  size && new Machine("machine", { size, password: config.requireSecret("machinePassword") });

const services = config.getObject("services");
const director =
  services &&
  new lvs.Director(
    "director1",
    reached({ connection: "director1" }),
    machine ? { dependsOn: machine } : {},
  );
const directorOf = (args) =>
  director && args.connection === "director1" ? { director } : reached(args);

const cluster = config.getObject("cluster");
if (cluster) {
  new lvs.Cluster("web", {
    ...cluster,
    directors: cluster.directors.map(directorOf),
    realServers: cluster.realServers.map(reached),
  });
}

if (services) {
  const declared = Object.entries(services).map(([name, args]) => [
    name,
    new lvs.VirtualService(name, { director, ...args }),
  ]);
  const byName = Object.fromEntries(declared);
  for (const [name, args] of Object.entries(config.getObject("realServers") ?? {})) {
    new lvs.RealServer(name, { ...args, virtualService: byName[args.virtualService] });
  }
}
