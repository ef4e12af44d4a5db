// `npm run schema`: writes what the packages say of themselves, from package.json and the components' classes.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { publishedManifest, type Manifest, type ProjectManifest } from "./manifests.ts";
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
}
const manifest = (await read("components/package.json")) as Manifest;
await write("components/schema.json", packageSchema(join(root, "components"), manifest));
