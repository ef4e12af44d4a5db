import { createRequire } from "node:module";
import { createRandomBackend } from "./randomProvider.ts";
import { serve } from "./server.ts";

const sdk = createRequire(import.meta.url)("@pulumi/random/package.json") as { version: string };
await serve({ version: sdk.version, configure: () => Promise.resolve(createRandomBackend()) });
