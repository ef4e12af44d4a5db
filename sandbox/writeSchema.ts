import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { configJsonSchema } from "../config/jsonSchema.ts";

const file = join(import.meta.dirname, "..", "stack-config.schema.json");
const options = await resolveConfig(file);
await writeFile(file, await format(JSON.stringify(configJsonSchema()), { ...options, filepath: file }));
