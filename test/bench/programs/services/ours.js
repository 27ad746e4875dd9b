const lvs = require("pulumi-lvs");

exports.declare = (connection, services) => {
  const director = new lvs.Director("director1", { connection });
  for (const service of services)
    new lvs.VirtualService(`service-${service.port}`, { director, ...service });
};
