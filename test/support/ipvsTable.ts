import { type IpvsLine, readIpvsLine, UsageError } from "./ipvsLine";
import { LIST_TITLE, listedDest, listedService } from "./ipvsList";

interface Dest {
  readonly address: string;
  readonly port: number;
  readonly forward: string;
  readonly weight: number;
  readonly upper: number;
  readonly lower: number;
  readonly tunnel: string;
}

interface Service {
  readonly line: IpvsLine;
  readonly dests: Map<string, Dest>;
}

/**
 * A working IPVS table in memory that runs the lines of `ipvsadm -R` like ipvsadm 1.31 and the kernel: an edit resets the
 * attributes that it does not name, dr and tun replace the port, an error of the kernel continues with the next line,
 * and a usage error ends the run.
 */
export class WorkingTable {
  readonly #services = new Map<string, Service>();

  /** Runs lines. The exit code is that of the last line. */
  restore(stdin: string): { exitCode: number; stderr: string } {
    let exitCode = 0;
    let stderr = "";
    for (const text of stdin.split("\n")) {
      const words = text.split(/[ \t\r]+/).filter((word) => word !== "" && word !== "ipvsadm");
      if (words.length === 0) continue;
      try {
        const refused = this.#carryOut(readIpvsLine(words));
        exitCode = refused === undefined ? 0 : 255;
        stderr += refused === undefined ? "" : `${refused}\n`;
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        return { exitCode: 2, stderr: `${stderr}${error.message}\n` };
      }
    }
    return { exitCode, stderr };
  }

  /** The output of `ipvsadm -Sn`. */
  saved(): string {
    return this.#print(
      ({ line }) => `-A ${line.service} -s ${serviceWords(line)}\n`,
      ({ line }, dest) =>
        `-a ${line.service} -r ${endpointText(dest)} ${dest.forward} -w ${dest.weight}${dest.tunnel}\n`,
    );
  }

  /** The output of `ipvsadm -Ln --thresholds`. */
  thresholds(): string {
    const title = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn 
  -> RemoteAddress:Port
`;
    const body = this.#print(shownService, (_, dest) => {
      const columns = [dest.upper, dest.lower, 0, 0].map((one) => String(one).padEnd(10));
      return `  -> ${endpointText(dest).padEnd(28)} ${columns.join(" ")}\n`;
    });
    return title + body;
  }

  /** The text of /proc/net/ip_vs. */
  listed(): string {
    return (
      LIST_TITLE +
      this.#print(
        ({ line }) => listedService(line),
        (_, dest) => listedDest(dest),
      )
    );
  }

  #print(service: (one: Service) => string, dest: (one: Service, dest: Dest) => string): string {
    const services = [...this.#services.values()];
    return services
      .flatMap((one) => [service(one), ...[...one.dests.values()].map((each) => dest(one, each))])
      .join("");
  }

  #carryOut(line: IpvsLine): string | undefined {
    const there = this.#services.get(line.service);
    if (line.command === "-A") {
      if (there) return "Service already exists";
      this.#services.set(line.service, { line: checkService(line), dests: new Map() });
    } else if (!there) {
      return line.command === "-E" || line.command === "-D"
        ? "No such service"
        : "Service not defined";
    } else if (line.command === "-E") {
      this.#services.set(line.service, { line: checkService(line), dests: there.dests });
    } else if (line.command === "-D") {
      this.#services.delete(line.service);
    } else {
      return changeDest(line, there.dests);
    }
    return undefined;
  }
}

function changeDest(line: IpvsLine, dests: Map<string, Dest>): string | undefined {
  if (!line.dest) throw new UsageError("You need to supply the 'real-server' option");
  const name = endpointText(line.dest);
  if (line.command === "-a" && dests.has(name)) return "Destination already exists";
  if (line.command !== "-a" && !dests.has(name)) return "No such destination";
  if (line.command === "-d") {
    dests.delete(name);
    return undefined;
  }
  const dest = readDest(line, line.dest);
  if (dest.lower > dest.upper) return "Numerical result out of range";
  dests.set(name, dest);
  return undefined;
}

function checkService(line: IpvsLine): IpvsLine {
  if (!line.isMark && line.port === 0 && !line.words.has("-p")) {
    throw new UsageError("Zero port specified for non-persistent service");
  }
  if (!line.isMark && line.words.has("-o") && line.protocol !== "UDP") {
    throw new UsageError("One-Packet Scheduling is only for UDP virtual services");
  }
  return line;
}

function readDest({ words }: IpvsLine, at: { address: string; port: number }): Dest {
  const forward = ["-m", "-i"].find((one) => words.has(one)) ?? "-g";
  const tunnel = [...words].filter(([word]) => word.startsWith("--tun-"));
  if (tunnel.length > 0 && forward !== "-i") {
    throw new UsageError("Tunnel options conflict with forward method");
  }
  const said = tunnel.map(([word, value]) => (value === "" ? ` ${word}` : ` ${word} ${value}`));
  return {
    ...at,
    forward,
    weight: Number(words.get("-w") ?? 1),
    upper: Number(words.get("-x") ?? 0),
    lower: Number(words.get("-y") ?? 0),
    tunnel: forward === "-i" ? said.join("") || " --tun-type ipip" : "",
  };
}

function serviceWords({ words, isIpv6 }: IpvsLine): string {
  const full = isIpv6 ? "128" : "255.255.255.255";
  const mask = words.get("-M");
  return [
    words.get("-s") ?? "wlc",
    ...(words.has("-p") ? ["-p", words.get("-p")] : []),
    ...(words.has("-p") && mask !== undefined && mask !== full ? ["-M", mask] : []),
    ...(words.has("--pe") ? ["--pe", words.get("--pe")] : []),
    ...(words.has("-o") ? ["-o"] : []),
    ...(words.has("-b") ? ["-b", words.get("-b")] : []),
  ].join(" ");
}

function shownService({ line }: Service): string {
  const [, value = "", six] = line.service.split(" ");
  const name = line.isMark ? `${value}${six ? " IPv6" : ""}` : value;
  const scheduler = line.words.get("-s") ?? "wlc";
  const persistence = line.words.has("-p") ? ` persistent ${line.words.get("-p")}` : "";
  return `${line.protocol.padEnd(4)} ${name} ${scheduler}${persistence}\n`;
}

function endpointText({ address, port }: { address: string; port: number }): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
