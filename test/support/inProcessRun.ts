import { join } from "node:path";
import { rehearse } from "../../sandbox/rehearsal.ts";
import { seedAccount } from "../../sandbox/seed.ts";
import { readStackConfig } from "../../sandbox/stackConfig.ts";
import type { RehearsalOrder, RehearsalRun } from "./inProcess.ts";

const order = JSON.parse(process.argv[2] ?? "") as RehearsalOrder;
const projectDir = join(import.meta.dirname, "../..");
const log: string[] = [];
const config = readStackConfig(order.dir, "test");
const made = order.seed ? await seedAccount(config, order.endpoint) : [];
const result = await rehearse({
  config,
  endpoint: order.endpoint,
  projectDir,
  signal: new AbortController().signal,
  log: (line) => log.push(line),
});
const run: Omit<RehearsalRun, "printed"> = { ...result, log, made };
process.send?.(run, () => process.exit());
