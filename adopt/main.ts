import { join } from "node:path";
import { parseArgs } from "node:util";
import { adopt } from "./adopt.ts";
import { report } from "./report.ts";

try {
  const { values } = parseArgs({ options: { stack: { type: "string" }, group: { type: "string" } } });
  const { stack, group } = values;
  if (stack === undefined) throw new Error("--stack NAME is missing: which stack file is to be written");
  if (!/^[\w.-]+$/.test(stack)) throw new Error(`--stack "${stack}" is not a stack's name`);
  const progress = (done: number, total: number) => {
    const end = done < total ? "" : "\n";
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total} members${end}`);
  };
  console.log(report(await adopt(join(import.meta.dirname, ".."), stack, group, { progress }), stack));
} catch (error) {
  const { name, message } = error as Error;
  console.error(`Nothing was written: ${(message || name).replace(/[^.]$/, "$&.")}`);
  process.exitCode = 2;
}
