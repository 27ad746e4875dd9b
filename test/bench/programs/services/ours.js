const lvs = require("pulumi-lvs");

exports.declare = (connection, services, persist) => {
  const director = new lvs.Director("director1", { connection, persist });
  for (const service of services)
    new lvs.VirtualService(`service-${service.port}`, { director, persist, ...service });
};
