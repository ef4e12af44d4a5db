import { createRequire } from "node:module";
import { configureAws } from "./awsProvider.ts";
import { serve } from "./server.ts";

const sdk = createRequire(import.meta.url)("@pulumi/aws/package.json") as { version: string };
await serve({ version: sdk.version, configure: (config) => configureAws(config, process.env) });
