const pulumi = require("@pulumi/pulumi");
const lvs = require("pulumi-lvs");

const config = new pulumi.Config();
const hosts = config.requireObject("hosts");
const privateKey = config.requireSecret("privateKey");

const web = new lvs.Cluster("web", {
  vips: ["192.0.2.80"],
  forwardingMethod: "dr",
  directors: [{ name: "director1", connection: { ...hosts.director1, privateKey } }],
  services: [{ port: 80, scheduler: "rr" }],
  realServers: [
    { name: "web1", rip: "192.0.2.11", weight: 3, connection: { ...hosts.web1, privateKey } },
  ],
});

exports.vips = web.vips;
