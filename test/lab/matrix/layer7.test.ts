import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitUntil } from "../run";
import { Baselines } from "../stories/support/baselines";
import { Clusters, succeeded } from "../stories/support/clusters";
import { watchArp } from "../traffic";

const EXAMPLE = join(__dirname, "../../../examples/layer7");
const VIP = "192.0.2.80";
const SITE = "https://www.example.com/";
/** The host of the lab that is each proxy. */
const PROXIES = { nginx1: "web1", nginx2: "web2", haproxy1: "web3", haproxy2: "web4" };
const HOSTS = ["director1", ...Object.values(PROXIES)];
const ALL = { nginx1: 1, nginx2: 1, haproxy1: 1, haproxy2: 1 };
/** Both application servers; it answers with what it was told of the client. */
const APP = `server {
  listen 8080;
  return 200 "$http_x_forwarded_for $http_x_forwarded_proto $host\\n";
}
`;

const CERTIFICATE = `cd /tmp && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \\
  -subj /CN=www.example.com -addext subjectAltName=DNS:www.example.com -days 30 -keyout key -out site.crt 2>/dev/null &&
cat site.crt key`;

/** A new connection of a client that checks the certificate, and lies about who it is. */
const ASK = `curl -sS --max-time 10 --cacert /tmp/site.crt --resolve www.example.com:443:${VIP} \\
  -H 'X-Forwarded-For: 203.0.113.9' ${SITE}`;

describe("nginx and HAProxy behind direct routing", () => {
  let story: Clusters;
  let before: Baselines;
  const on = (host: string, line: string, input?: string) =>
    story.lab.host(host).mustRun(line, input === undefined ? {} : { input });
  const serve = (weights: Readonly<Record<string, number>>) => story.stack.config({ weights });
  /** Who answers each of so many requests, one connection each, or that one has failed. */
  const servers = async (count: number) => {
    const line = `for n in $(seq ${count}); do ${ASK} -D - -o /dev/null || echo x-served-by: nobody; done`;
    const answers = await story.lab.host("client").mustRun(line, { timeoutMs: 120_000 });
    return [...answers.matchAll(/^x-served-by: (\w+)/gim)].map(([, name]) => name as string);
  };
  /** Waits until each of these has answered: fewest connections go first, so not all of them answer in each round. */
  const haveAnswered = async (...wanted: string[]) => {
    const seen = new Set<string>();
    const isComplete = async () => {
      for (const name of await servers(8)) seen.add(name);
      return wanted.every((name) => seen.has(name));
    };
    await waitUntil(`${wanted.join()} answer`, isComplete, 120_000, 200);
  };
  /** Waits until nobody but these is asked. */
  const areAlone = (...left: string[]) =>
    waitUntil(
      `only ${left.join()} answer`,
      async () => (await servers(8)).every((name) => left.includes(name)),
      120_000,
      200,
    );

  beforeAll(async () => {
    story = await Clusters.begin({
      program: "examples/layer7",
      hosts: [...HOSTS, "director2"],
    });
    const pem = await on("client", CERTIFICATE);
    await on("director2", "ip addr add 192.0.2.21/24 dev eth1; ip addr add 192.0.2.22/24 dev eth1");
    const stop = "systemctl stop answer; umask 077; mkdir -p /etc/ssl/private";
    const setUp = async ([name, host]: [string, string]) => {
      await on(host, `${stop}; cat > /etc/ssl/private/site.pem`, pem);
      const isNginx = name.startsWith("nginx");
      const own = readFileSync(join(EXAMPLE, isNginx ? "nginx.conf" : "haproxy.cfg"), "utf8");
      await (isNginx ? startNginx(host, own) : startHaproxy(host, own));
    };
    await Promise.all([startNginx("director2", APP), ...Object.entries(PROXIES).map(setUp)]);
    before = await Baselines.take(story.lab, HOSTS);
    const entries = Object.entries({ director1: "director1", ...PROXIES }).map(([name, host]) => {
      const { host: address, port, hostKey } = story.lab.connection(host);
      return [name, { host: address, port, hostKey }];
    });
    await story.stack.config({ hosts: Object.fromEntries(entries) });
  });
  afterAll(async () => story?.end());

  const startNginx = (host: string, text: string) =>
    on(
      host,
      "rm /etc/nginx/sites-enabled/default; cat > /etc/nginx/conf.d/site.conf; systemctl start nginx",
      text,
    );
  const startHaproxy = (host: string, text: string) =>
    on(host, "cat > /etc/haproxy/haproxy.cfg; systemctl start haproxy", text);

  it("end TLS, and see who the client is", async () => {
    const arp = await watchArp(story.lab, VIP);
    await serve(ALL);
    await succeeded(story.stack.up());
    await haveAnswered(...Object.values(PROXIES));
    expect(Object.keys(await arp.stop())).toEqual(["director1"]);
    const told = await on("client", `for n in 1 2 3 4; do ${ASK}; done`);
    expect(told).toBe("192.0.2.100 https www.example.com\n".repeat(4));
    expect(await on("web1", "grep -v healthz /var/log/nginx/access.log")).toMatch(
      /^192\.0\.2\.100 /,
    );
    const log = "journalctl -t haproxy -o cat --no-pager | grep site";
    expect(await on("web3", log)).toMatch(/\b192\.0\.2\.100:\d+ /);
  });

  it("send who comes without TLS to where it is", async () => {
    const line = `curl -sS -o /dev/null -w '%{http_code} %{redirect_url}' -H 'Host: www.example.com' http://${VIP}/a?b`;
    for (const _ of Object.keys(PROXIES)) expect(await on("client", line)).toBe(`301 ${SITE}a?b`);
  });

  it("lose their clients when they die, and get them back", async () => {
    await on("web3", "systemctl stop haproxy");
    await on("web1", "systemctl stop nginx");
    await areAlone("web2", "web4");
    await on("web3", "systemctl start haproxy");
    await on("web1", "systemctl start nginx");
    const areBack = async () => !/-w 0\b/.test(await on("director1", "ipvsadm -Sn"));
    await waitUntil("all have their weights again", areBack, 120_000, 200);
    await succeeded(story.stack.preview("--refresh", "--expect-no-changes"));
  });

  it("leave without a failed request", async () => {
    const asking = `rm -f /tmp/stop; while [ ! -e /tmp/stop ]; do ${ASK} || echo failed; done`;
    const load = story.lab.host("client").run(asking, { timeoutMs: 240_000 });
    const { nginx1: _, ...rest } = ALL;
    await serve(rest);
    await succeeded(story.stack.up());
    await on("client", "touch /tmp/stop");
    const { stdout, stderr } = await load;
    expect(new Set(stdout.split("\n")), stderr).toEqual(
      new Set(["192.0.2.100 https www.example.com", ""]),
    );
    expect(new Set(await servers(6))).not.toContain("web1");
  });

  it("are as they were after a destroy", async () => {
    await succeeded(story.stack.destroy());
    expect(await before.differences()).toEqual([]);
  });
});
