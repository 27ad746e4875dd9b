import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import { describe, expect, it } from "vitest";

const ROOT = join(__dirname, "..");
const readme = readFileSync(join(ROOT, "README.md"), "utf8");
const entry = readFileSync(join(ROOT, "sdk/index.ts"), "utf8");

describe("README.md", () => {
  it("has programs that compile", { timeout: 60_000 }, () => {
    const programs = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
      ([, text]) => text ?? "",
    );
    expect(programs.length).toBeGreaterThan(0);
    expect(problemsOf(programs)).toEqual([]);
  });

  it("names every variable of the environment that there is", () => {
    const sources = readdirSync(join(ROOT, "provider"), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => readFileSync(join(ROOT, "provider", path), "utf8"));
    const named = (text: string) => new Set(text.match(/\bPULUMI_LVS_[A-Z]+(?:_[A-Z]+)*\b/g));
    expect([...named(sources.join("\n"))].filter((name) => !named(readme).has(name))).toEqual([]);
  });

  it.each([...[...readme.matchAll(/\]\((?!https:)([^)#]+)\)/g)].map(([, path]) => path ?? "")])(
    "links to %s, which is there",
    (path) => {
      const parent = join(ROOT, path, "..");
      expect(readdirSync(parent)).toContain(path.split("/").at(-1));
    },
  );
});

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

/** An argument that a program can give, and what its doc comment says. */
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

/** What the compiler says of programs that import this package, as an example does. */
function problemsOf(programs: readonly string[]): string[] {
  const options: ts.CompilerOptions = {
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext },
    ...{ moduleResolution: ts.ModuleResolutionKind.NodeNext, strict: true, skipLibCheck: true },
    ...{ noEmit: true, esModuleInterop: true, types: ["node"] },
    ...{ baseUrl: ROOT, paths: { "pulumi-lvs": ["sdk/index.ts"] } },
  };
  const texts = new Map(
    programs.map((text, index) => [join(ROOT, `examples/readme${index}.ts`), text]),
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
