// What one would write without pulumi-lvs: a command for each rule.
const { remote } = require("@pulumi/command");

exports.declare = (connection, services) => {
  for (const { vip, port, realServers } of services) {
    const service = `-t ${vip}:${port}`;
    const itself = new remote.Command(`service-${port}`, {
      connection,
      create: `ipvsadm -A ${service} -s wlc`,
      delete: `ipvsadm -D ${service}`,
    });
    for (const { rip } of realServers) {
      const realServer = `${service} -r ${rip}:${port}`;
      new remote.Command(
        `service-${port}-${rip}`,
        {
          connection,
          create: `ipvsadm -a ${realServer} -g -w 1`,
          delete: `ipvsadm -d ${realServer}`,
        },
        { dependsOn: itself },
      );
    }
  }
};
