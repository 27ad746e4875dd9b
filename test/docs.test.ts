import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import { describe, expect, it } from "vitest";

const ROOT = join(__dirname, "..");
const entry = readFileSync(join(ROOT, "sdk/index.ts"), "utf8");

/** Every page by its path from the root, without docs/api, which is generated with checked links. */
const pages: ReadonlyMap<string, string> = new Map(
  [
    ...["README.md", "CONTRIBUTING.md", "DEVELOPMENT.md"],
    ...readdirSync(join(ROOT, "docs"))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
    ...readdirSync(join(ROOT, "examples")).map((name) => `examples/${name}/README.md`),
  ].map((path) => [path, readFileSync(join(ROOT, path), "utf8")]),
);

describe("the examples", () => {
  it("read their settings by the same file, so that each of them can be copied alone", () => {
    const files = readdirSync(join(ROOT, "examples")).map((name) =>
      readFileSync(join(ROOT, `examples/${name}/settings.ts`), "utf8"),
    );
    expect(files.length).toBeGreaterThan(3);
    expect(new Set(files).size).toBe(1);
  });
});

describe("the pages", () => {
  it("have programs that compile", { timeout: 60_000 }, () => {
    const programs = [...pages].flatMap(([path, text]) =>
      [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
        ([, program], index) => [`${path.replaceAll(/\W/g, "-")}-${index}`, program ?? ""] as const,
      ),
    );
    expect(programs.length).toBeGreaterThan(3);
    expect(problemsOf(new Map(programs))).toEqual([]);
  });

  it("name every variable of the environment that there is", () => {
    const sources = readdirSync(join(ROOT, "provider"), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => readFileSync(join(ROOT, "provider", path), "utf8"));
    const named = (text: string) => new Set(text.match(/\bPULUMI_LVS_[A-Z]+(?:_[A-Z]+)*\b/g));
    const said = named(pages.get("docs/connection.md") ?? "");
    expect([...named(sources.join("\n"))].filter((name) => !said.has(name))).toEqual([]);
  });

  const links = [...pages].flatMap(([page, text]) =>
    [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(
      ([, link]) => [page, link ?? ""] as const,
    ),
  );

  it.each(links)("%s links to %s, which is there", (page, link) => {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : join(page, "..", path);
    const isThere = readdirSync(join(ROOT, target, "..")).includes(target.split("/").at(-1) ?? "");
    expect(isThere || path === "..").toBe(true);
    if (anchor !== undefined)
      expect(headingsOf(readFileSync(join(ROOT, target), "utf8"))).toContain(anchor);
  });

  it("are all in the index of docs", () => {
    const index = pages.get("docs/README.md") ?? "";
    const missing = [...pages.keys()]
      .filter((path) => path.startsWith("docs/") && path !== "docs/README.md")
      .filter((path) => !index.includes(`(${path.slice("docs/".length)})`));
    expect(missing).toEqual([]);
  });
});

/** The anchors that GitHub makes from the headings of a page. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );
}

describe("examples", () => {
  it.each(readdirSync(join(ROOT, "examples")))("%s is a program of at most 40 lines", (name) => {
    const program = readFileSync(join(ROOT, "examples", name, "index.ts"), "utf8");
    expect(program.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
  });
});

describe("the public arguments", () => {
  const all = readdirSync(join(ROOT, "sdk")).flatMap(argumentsOf);
  const namesOf = (some: readonly Argument[]) => some.map((one) => one.name);

  it("are found", () => {
    const names = namesOf(all);
    for (const name of ["ClusterArgs.dip", "ProxyConnectionArgs.hostKey", "ServiceArgs.port"])
      expect(names).toContain(name);
  });

  it("have a doc comment each", () => {
    expect(namesOf(all.filter((one) => one.comment === ""))).toEqual([]);
  });

  const services = ["-t", "-u", "--sctp-service"];
  it.each([
    ["ServiceArgs.port", services],
    ["ServiceArgs.protocol", services],
    ["VirtualServiceArgs.vip", services],
    ["ClusterServiceArgs.port", services],
    ["ClusterServiceArgs.protocol", services],
    ["ClusterArgs.vips", services],
    ["VirtualServiceRealServerArgs.rip", ["-r"]],
    ["ClusterRealServerArgs.rip", ["-r"]],
    ["ClusterRealServerArgs.forwardingMethod", ["-m", "-g", "-i"]],
    ["ClusterServiceRealServerArgs.port", ["-r"]],
    ["RealServerVipArgs.rip", ["-r"]],
    ["RealServerGatewayArgs.rip", ["-r"]],
  ])("name the options of ipvsadm: %s %j", (name, options) => {
    const comment = all.find((one) => one.name === name)?.comment.replace(/\s+/g, " ");
    expect(comment).toContain(`(ipvsadm(8) ${options.join(", ")})`);
  });

  it("have a default exactly where they can be left out", () => {
    const wrong = all.filter(
      (one) => one.isOptional !== /^("|\d|\[|true|false|- .)/.test(one.byDefault),
    );
    expect(namesOf(wrong)).toEqual([]);
  });
});

/** An argument of the SDK with its doc comment. */
interface Argument {
  readonly name: string;
  readonly isOptional: boolean;
  readonly comment: string;
  readonly byDefault: string;
}

/** The arguments in the interfaces of a file of the SDK that programs can import. */
function argumentsOf(file: string): Argument[] {
  const text = readFileSync(join(ROOT, "sdk", file), "utf8");
  const { statements } = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  return statements
    .filter(ts.isInterfaceDeclaration)
    .filter(({ name }) => new RegExp(`\\b${name.text}\\b`).test(entry))
    .flatMap(({ name, members }) =>
      members.map((member) => {
        const [doc] = ts.getJSDocCommentsAndTags(member).filter(ts.isJSDoc);
        const byDefault = ts.getJSDocTags(member).find((tag) => tag.tagName.text === "default");
        return {
          name: `${name.text}.${member.name?.getText() ?? ""}`,
          isOptional: member.questionToken !== undefined,
          comment: ts.getTextOfJSDocComment(doc?.comment) ?? "",
          byDefault: ts.getTextOfJSDocComment(byDefault?.comment) ?? "",
        };
      }),
    );
}

/** The compiler's errors for programs that import this package. */
function problemsOf(programs: ReadonlyMap<string, string>): string[] {
  const options: ts.CompilerOptions = {
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext },
    ...{ moduleResolution: ts.ModuleResolutionKind.NodeNext, strict: true, skipLibCheck: true },
    ...{ noEmit: true, esModuleInterop: true, types: ["node"] },
    ...{ baseUrl: ROOT, paths: { "pulumi-lvs": ["sdk/index.ts"] } },
  };
  const texts = new Map(
    [...programs].map(([name, text]) => [join(ROOT, `examples/${name}.ts`), text]),
  );
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  const program = ts.createProgram([...texts.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    const where = file?.fileName.slice(ROOT.length + 1) ?? "";
    return `${where}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}
