// A director that another stack has declared, so that nothing is the first thing of ours on its host.
const lvs = require("pulumi-lvs");

exports.declare = (connection) => {
  new lvs.Director("neighbour", { connection });
};
