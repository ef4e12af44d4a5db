import { createRequire } from "node:module";
import { configureAws } from "./aws/configure.ts";
import { randomTable } from "./random/table.ts";
import { serve } from "./server.ts";
import { StandIn } from "./standIn.ts";

/** The plugins, by the name that the scripts in bin/ give. */
const plugins = {
  aws: configureAws,
  random: () => Promise.resolve(new StandIn(randomTable, () => ({}))),
};

const name = process.argv[2] === "random" ? "random" : "aws";
const sdk = createRequire(import.meta.url)(`@pulumi/${name}/package.json`) as { version: string };
await serve(sdk.version, (config) => plugins[name](config, process.env));
