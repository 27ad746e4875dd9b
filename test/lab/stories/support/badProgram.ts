import { d1, dr, type Mistake, piece, web } from "./badPieces";
import { type Piece, virtualService } from "./pieces";

const twice = (kind: string, args: Piece["args"], other: Piece["args"] = args): Piece[] => [
  piece(kind, `${kind}-1`, args),
  piece(kind, `${kind}-2`, other),
];
const onDirector = (more: Piece["args"]) => ({ director: { connection: d1 }, ...more });
const vips = (vip: string) => ({
  connection: web,
  vip,
  rip: "2001:db8::11",
  forwardingMethod: "dr",
});
const addTo = (service: string) => ({ virtualService: { $ref: service }, ...dr("192.0.2.11") });
const cluster = (vip: string, more: Piece["args"]) => ({
  vips: [vip],
  forwardingMethod: "dr",
  directors: [{ connection: d1 }],
  services: [],
  realServers: [],
  ...more,
});

/** Mistakes between resources: one program has them all. */
export const conflicts: Mistake = {
  title: "what two resources own",
  pieces: [
    ...twice("Director", { connection: d1 }, { connection: { ...d1, port: 22, user: "admin" } }),
    ...twice(
      "VirtualIp",
      onDirector({ address: "2001:db8::80" }),
      onDirector({ address: "2001:DB8:0::80" }),
    ),
    ...twice("VirtualService", onDirector({ vip: "192.0.2.80", port: 80 })),
    virtualService(d1, { vip: "192.0.2.81", realServers: [] }, "full"),
    virtualService(d1, { vip: "192.0.2.82" }, "open"),
    ...twice("RealServer", addTo("open")),
    piece("RealServer", "late", addTo("full")),
    ...twice("RealServerVip", vips("2001:db8::80"), vips("2001:DB8::80")),
    ...twice("RealServerGateway", { connection: web, rip: "10.0.0.11", dip: "10.0.0.1" }),
    piece(
      "Cluster",
      "two",
      cluster("192.0.2.83", {
        directors: [1, 2].map((n) => ({ connection: { host: `d${n}.invalid` }, active: true })),
      }),
    ),
    piece("Cluster", "none", cluster("192.0.2.84", { directors: [] })),
    piece(
      "Cluster",
      "stray",
      cluster("192.0.2.85", { services: [{ port: 80, vips: ["192.0.2.86"] }] }),
    ),
  ],
  messages: [
    '"Director-1" and "Director-2" both declare the director on director1.invalid: declare it in one of them only',
    '"VirtualIp-1" and "VirtualIp-2" both declare the VIP 2001:db8::80 on director1.invalid',
    '"VirtualService-1" and "VirtualService-2" both declare the virtual service tcp 192.0.2.80:80 on director1.invalid',
    '"RealServer-1" and "RealServer-2" both declare the real server 192.0.2.11:80 of tcp 192.0.2.82:80 on director1.invalid',
    '"RealServerVip-1" and "RealServerVip-2" both declare the VIP 2001:db8::80 (dr) of the real server 2001:db8::11 on web1.invalid',
    '"RealServerGateway-1" and "RealServerGateway-2" both declare the gateway of 10.0.0.11 on web1.invalid',
    'realServers of the virtual service names its real servers, so "late" cannot add one: add it to that list, or leave realServers out there',
    "directors: 2 directors are active, but on one network only one can hold a VIP: set active: true on one of them",
    "directors is []: give at least one director",
    "services: 192.0.2.86 is not one of the cluster's vips: add it there, or leave it out",
  ],
};
