// `npm run schema`: writes what follows from the schema of the stack config.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { configJsonSchema } from "./jsonSchema.ts";
import { withKeyTables } from "./readmeTables.ts";

const root = join(import.meta.dirname, "..");
const readme = await readFile(join(root, "README.md"), "utf8");
const schema = configJsonSchema();
for (const [name, text] of [
  ["stack-config.schema.json", JSON.stringify(schema)],
  ["README.md", withKeyTables(readme, schema)],
] as const) {
  const file = join(root, name);
  await writeFile(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}
