// `npm run schema`: writes what the packages say of themselves, from package.json and the components' classes.
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { publishedManifest, withRepository, type Manifest, type ProjectManifest } from "./manifests.ts";
import { packageSchema } from "./packageSchema.ts";

const root = join(import.meta.dirname, "..");
const read = async (file: string) => JSON.parse(await readFile(join(root, file), "utf8")) as unknown;
const write = async (name: string, content: object) => {
  const file = join(root, name);
  await writeFile(
    file,
    await format(JSON.stringify(content), { ...(await resolveConfig(file)), filepath: file }),
  );
};

const project = (await read("package.json")) as ProjectManifest;
for (const directory of ["components", "policy"]) {
  const own = (await read(`${directory}/package.json`)) as Manifest;
  await write(`${directory}/package.json`, publishedManifest(own, project, directory));
  await copyFile(join(root, "LICENSE"), join(root, directory, "LICENSE"));
}
const manifest = (await read("components/package.json")) as Manifest;
await write("components/schema.json", packageSchema(join(root, "components"), manifest));

// Where Go imports the package from, and where Pulumi fetches it.
for (const name of ["components/README.md", "examples/go/main.go", "examples/go/go.mod"]) {
  const file = join(root, name);
  const text = await readFile(file, "utf8");
  await writeFile(file, withRepository(text, project.repository));
}
