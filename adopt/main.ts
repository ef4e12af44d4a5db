import { join } from "node:path";
import { parseArgs } from "node:util";
import { showProgress } from "../account/progress.ts";
import { adopt } from "./adopt.ts";
import { report } from "./report.ts";

const { progress, end } = showProgress(process.stderr);
try {
  const { values } = parseArgs({ options: { stack: { type: "string" }, group: { type: "string" } } });
  const { stack, group } = values;
  if (stack === undefined) throw new Error("--stack NAME is missing: which stack file is to be written");
  console.log(report(await adopt(join(import.meta.dirname, ".."), stack, group, { progress }), stack));
} catch (error) {
  const { name, message } = error as Error;
  console.error(`Nothing was written: ${(message || name).replace(/[^.]$/, "$&.")}`);
  process.exitCode = 2;
} finally {
  end();
}
