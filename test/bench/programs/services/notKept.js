// Ours, with nothing that the host makes again by itself.
const lvs = require("pulumi-lvs");

exports.declare = (connection, services) => {
  const director = new lvs.Director("director1", { connection, persist: false });
  for (const service of services)
    new lvs.VirtualService(`service-${service.port}`, { director, ...service, persist: false });
};
