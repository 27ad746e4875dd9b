import {
  inCanonicalOrder,
  type RealServer,
  realServerKeyText,
  type VirtualService,
} from "../ipvs/model";
import { protocolOptions } from "../ipvs/vocabulary";
import { endpoint } from "../values/address";
import type { HealthCheck } from "./healthCheck";

const METHODS = { nat: "NAT", dr: "DR", tun: "TUN" } as const;

/** The file of one virtual service for keepalived (keepalived.conf(5), virtual_server). */
export function renderHealthCheck(service: VirtualService, check: HealthCheck): string {
  const { key, config } = service;
  if (key.kind !== "endpoint") throw new Error("health checks of a firewall mark");
  const { sorryServer } = check;
  const sorry = sorryServer && endpoint(sorryServer.rip, sorryServer.port);
  const where = `${protocolOptions[key.protocol]} ${endpoint(key.vip, key.port)}`;
  const realServers = inCanonicalOrder(Object.values(service.realServers))
    .filter((one) => realServerKeyText(one.key) !== sorry)
    .flatMap((one) => realServerLines(one, where, check));
  return `${[
    "# pulumi-lvs writes this file, and repairs it.",
    `virtual_server ${key.vip} ${key.port} {`,
    `    protocol ${key.protocol.toUpperCase()}`,
    `    lvs_sched ${config.scheduler}`,
    `    delay_loop ${check.intervalSeconds}`,
    ...(sorryServer
      ? [
          `    sorry_server ${sorryServer.rip} ${sorryServer.port}`,
          `    sorry_server_lvs_method ${METHODS[sorryServer.forwardingMethod]}`,
          "    sorry_server_inhibit",
        ]
      : []),
    ...realServers,
    "}",
  ].join("\n")}\n`;
}

function realServerLines({ key, config }: RealServer, where: string, check: HealthCheck): string[] {
  const { weight, upperThreshold, lowerThreshold, forwardingMethod } = config;
  return [
    `    real_server ${key.rip} ${key.port} {`,
    `        weight ${weight}`,
    `        lvs_method ${METHODS[forwardingMethod]}`,
    // keepalived sets both with each weight: without them they would be reset.
    ...(upperThreshold > 0 ? [`        uthreshold ${upperThreshold}`] : []),
    ...(lowerThreshold > 0 ? [`        lthreshold ${lowerThreshold}`] : []),
    "        inhibit_on_failure",
    // The unit leaves this line out where the real server has a weight when keepalived starts.
    `        alpha # ${where} -r ${realServerKeyText(key)}`,
    ...checkLines(check).map((line) => `        ${line}`),
    "    }",
  ];
}

function checkLines(check: HealthCheck): string[] {
  const { type, path = "/", host, status, port } = check;
  const http = [
    "    url {",
    `        path ${path}`,
    ...(status === undefined ? [] : [`        status_code ${status}`]),
    ...(host === undefined ? [] : [`        virtualhost ${host}`]),
    "    }",
  ];
  return [
    type === "http" ? "HTTP_GET {" : "TCP_CHECK {",
    ...(type === "http" ? http : []),
    ...(port === undefined ? [] : [`    connect_port ${port}`]),
    `    connect_timeout ${check.timeoutSeconds}`,
    `    retry ${check.retries}`,
    `    delay_before_retry ${check.delayBeforeRetrySeconds}`,
    "    warmup 0",
    "}",
  ];
}
