import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { policyDir, projectDir } from "./workshop.ts";

const tsconfig = JSON.stringify({
  compilerOptions: {
    target: "es2022",
    lib: ["es2023"],
    module: "nodenext",
    moduleResolution: "nodenext",
    types: ["node"],
    strict: true,
  },
});

/** A program and a policy pack to run it with. */
export interface Program {
  readonly main: string;
  readonly policyDir: string;
}

/** The least that the engine can be given: a program without resources, a compiled pack without rules. */
export async function makeFloor(dir: string): Promise<Program> {
  const pack = join(dir, "pack");
  const main = await makeProgram(dir, "");
  await mkdir(pack);
  await writeFile(join(pack, "PulumiPolicy.yaml"), "runtime: nodejs\n");
  await writeFile(
    join(pack, "package.json"),
    JSON.stringify({ name: "floor", version: "0.0.1", type: "commonjs", main: "index.js" }),
  );
  await writeFile(
    join(pack, "index.js"),
    'const { PolicyPack } = require("@pulumi/policy");\nnew PolicyPack("floor", { policies: [] });\n',
  );
  return { main, policyDir: pack };
}

/** A program that asks AWS one question. */
export async function makeLeastAwsProgram(dir: string): Promise<string> {
  return makeProgram(
    dir,
    'import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";\n' +
      "export const { arn } = await getCallerIdentity();\n",
  );
}

/** The loop of bareLoop.ts. */
export async function makeBareLoop(dir: string): Promise<string> {
  const loop = pathToFileURL(join(import.meta.dirname, "bareLoop.ts"));
  return makeProgram(dir, `export { administrators } from "${loop.href}";\n`);
}

async function makeProgram(dir: string, source: string): Promise<string> {
  await makeProgramFolder(dir, "module");
  const main = join(dir, "index.ts");
  await writeFile(main, source);
  return main;
}

/**
 * Makes a folder with the project's packages in it: before a program starts, Pulumi looks through all that is installed
 * beside it.
 */
async function makeProgramFolder(dir: string, type: "module" | "commonjs"): Promise<void> {
  await mkdir(dir);
  await writeFile(join(dir, "package.json"), JSON.stringify({ name: "bench", version: "0.0.1", type }));
  await symlink(join(projectDir, "node_modules"), join(dir, "node_modules"), "junction");
}

/**
 * This project as most Pulumi projects are laid out: TypeScript that Pulumi's own ts-node compiles at every start, of
 * the program and of the pack, and the packages imported as a whole. The sources are this project's own, with their
 * imports rewritten; everything else in them stays.
 */
export async function makeConventional(dir: string): Promise<Program> {
  const pack = join(dir, "pack");
  await makeProgramFolder(dir, "commonjs");
  await mkdir(pack);
  await writeFile(
    join(pack, "package.json"),
    JSON.stringify({ name: "conventional", version: "0.0.1", type: "commonjs", main: "index.ts" }),
  );
  for (const folder of [dir, pack]) await writeFile(join(folder, "tsconfig.json"), tsconfig);
  await rewrite(projectDir, dir, ["index.ts", ...(await sources(projectDir, "components"))]);
  const rules = [...(await sources(policyDir, "rules")), ...(await sources(policyDir, "lib"))];
  await rewrite(policyDir, pack, ["index.ts", ...rules]);
  for (const file of ["PulumiPolicy.yaml", "README.md"]) await cp(join(policyDir, file), join(pack, file));
  return { main: join(dir, "index.ts"), policyDir: pack };
}

async function sources(root: string, folder: string): Promise<string[]> {
  const files = await readdir(join(root, folder));
  return files.filter((file) => file.endsWith(".ts")).map((file) => `${folder}/${file}`);
}

async function rewrite(from: string, to: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    const text = conventional(await readFile(join(from, file), "utf8"));
    await mkdir(join(to, file, ".."), { recursive: true });
    await writeFile(join(to, file), file === "index.ts" ? asFunction(text) : text);
  }
}

/** A source with conventional imports: no file endings, and packages as a whole. */
export function conventional(source: string): string {
  const packages = new Set<string>();
  const deep = /^import \{ ([^}]+) \} from "@pulumi\/(aws|random)\/(?:(\w+)\/)?\w+\.js";\n/gm;
  const body = source.replace(deep, (_line, names: string, pkg: string, module: string | undefined) => {
    packages.add(pkg);
    const from = module === undefined ? pkg : `${pkg}.${module}`;
    return names
      .split(", ")
      .map((imported) => {
        const name = imported.replace(/^type /, "");
        const type = /^[A-Z]/.test(name) ? `type ${name} = ${from}.${name};\n` : "";
        return imported === name ? `const ${name} = ${from}.${name};\n${type}` : type;
      })
      .join("");
  });
  const imports = Array.from(packages, (pkg) => `import * as ${pkg} from "@pulumi/${pkg}";\n`).join("");
  return imports + body.replace(/(from "\.[^"]*)\.ts"/g, '$1"').replace(/(from "@[^"]*)\.js"/g, '$1"');
}

/** CommonJS knows no await outside of functions: Pulumi also takes a function that returns the outputs. */
function asFunction(source: string): string {
  if (!/^(?:const .*= |)await /m.test(source)) return source;
  const imports = source.match(/^import .*\n/gm)?.join("") ?? "";
  const outputs = Array.from(source.matchAll(/^export const (\w+)/gm), ([, name]) => name);
  const body = source.replace(/^import .*\n/gm, "").replace(/^export const /gm, "const ");
  return `${imports}\nexport = async () => {\n${body}\nreturn { ${outputs.join(", ")} };\n};\n`;
}
