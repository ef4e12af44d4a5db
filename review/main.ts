import { join } from "node:path";
import { parseArgs } from "node:util";
import { showProgress } from "../account/progress.ts";
import { readIntent } from "./intent.ts";
import { print } from "./print.ts";
import { review } from "./review.ts";

const { progress, end } = showProgress(process.stderr);
try {
  const { values } = parseArgs({
    options: {
      stack: { type: "string", default: "dev" },
      "config-file": { type: "string" },
      json: { type: "boolean" },
      markdown: { type: "boolean" },
      "root-days": { type: "string", default: "30" },
      "stale-days": { type: "string", default: "90" },
      roles: { type: "string", multiple: true, default: [] },
    },
  });
  if (values.json && values.markdown) throw new Error("--json and --markdown: give one of them");
  const days = (name: "root-days" | "stale-days") => {
    if (/^\d{1,5}$/.test(values[name])) return Number(values[name]);
    throw new Error(`--${name} "${values[name]}" is not a number of days`);
  };
  const limits = { rootDays: days("root-days"), staleDays: days("stale-days"), roles: values.roles };
  const intent = await readIntent(join(import.meta.dirname, ".."), values.stack, values["config-file"]);
  const result = await review(intent, limits, { progress });
  const isColoured = process.stdout.isTTY && process.stdout.hasColors();
  const format = values.markdown ? "markdown" : isColoured ? "coloured" : "plain";
  console.log(
    values.json ? JSON.stringify(result, undefined, 2) : print(result, format, process.stdout.columns),
  );
  if (result.findings.some(({ severity }) => severity === "high")) process.exitCode = 1;
  else if (result.denied.length > 0) process.exitCode = 2;
} catch (error) {
  const { name, message } = error as Error;
  console.error(`The review could not look: ${message || name}`);
  process.exitCode = 2;
} finally {
  end();
}
