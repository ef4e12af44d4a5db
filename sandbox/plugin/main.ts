import { createRequire } from "node:module";
import { serve } from "./server.ts";

// The engine wants a plugin for each package, of the version of the package's SDK: the scripts in bin/ give the name.
const name = process.argv[2] ?? "aws";
const sdk = createRequire(import.meta.url)(`@pulumi/${name}/package.json`) as { version: string };
await serve(sdk.version);
