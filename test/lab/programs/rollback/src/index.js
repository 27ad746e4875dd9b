// What the config lists, on director1, which depends on a machine of another provider:
// vips: { name: { address, was: its name before } }
// services: { name: { args: the arguments of a VirtualService, was, protect } }
// machine: what the machine is made of, with a secret; its provider is one that the program configures
import * as pulumi from "@pulumi/pulumi";
import * as lvs from "pulumi-lvs";

const config = new pulumi.Config();
const { director1 } = config.requireObject("hosts");
const connection = { ...director1, privateKey: config.requireSecret("privateKey") };

class Provider extends pulumi.ProviderResource {}

class Machine extends pulumi.dynamic.Resource {
  constructor(name, props, options) {
    const create = async (inputs) => ({ id: name, outs: inputs });
    const update = async (_id, _olds, inputs) => ({ outs: inputs });
    super({ create, update }, name, props, options);
  }
}

const region = config.requireSecret("region");
const machine = new Machine(
  "machine",
  { size: config.require("machine"), password: config.requireSecret("machinePassword") },
  { provider: new Provider("pulumi-nodejs", "mine", { region }) },
);

const director = new lvs.Director("director1", { connection }, { dependsOn: machine });
const options = ({ was, protect }) => ({
  protect,
  aliases: was === undefined ? [] : [{ name: was }],
});
const each = (key, make) => Object.entries(config.requireObject(key)).map(make);

each("vips", ([name, vip]) => {
  return new lvs.VirtualIp(name, { director, address: vip.address }, options(vip));
});
each("services", ([name, service]) => {
  return new lvs.VirtualService(name, { director, ...service.args }, options(service));
});
