const lvs = require("pulumi-lvs");

exports.declare = (connection, services) => {
  const director = new lvs.Director("director1", { connection });
  new lvs.VirtualServices("services", { director, services });
};
