// Ours, with nothing that the host makes again by itself.
const lvs = require("pulumi-lvs");

exports.declare = (connection, services, name) => {
  const director = new lvs.Director(name, { connection, persist: false });
  for (const service of services)
    new lvs.VirtualService(`${name}-service-${service.port}`, {
      director,
      ...service,
      persist: false,
    });
};
