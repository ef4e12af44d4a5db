import { rm } from "node:fs/promises";
import { parseArgs } from "node:util";
import { isolate, preferThisNode } from "../sandbox/environment.ts";
import { endurance } from "./endurance.ts";
import { growth } from "./growth.ts";
import { layouts } from "./layouts.ts";
import { conditions, load } from "./machine.ts";
import { packs } from "./packs.ts";
import { keep } from "./report.ts";
import { testRuns } from "./testRuns.ts";
import { makeWorkFolder, startEngine } from "./workshop.ts";

const usage = "npm run bench -- [--only 1|2|3|4|5]... [--runs N] [--quick]";
const sections = { layouts, growth, packs, tests: testRuns, endurance };

function log(line: string): void {
  console.log(line);
}

function options() {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true, default: [] },
      runs: { type: "string" },
      quick: { type: "boolean", default: false },
    },
  });
  const { only, quick } = values;
  const runs = Number(values.runs ?? (quick ? 1 : 5));
  const unknown = only.filter((number) => !/^[1-5]$/.test(number));
  if (unknown.length > 0 || !Number.isInteger(runs) || runs < 1) throw new Error(`Usage: ${usage}`);
  const wanted = Object.entries(sections).filter(
    (_section, index) => only.length === 0 || only.includes(String(index + 1)),
  );
  return { wanted, quick, runs };
}

async function main(): Promise<void> {
  const { wanted, quick, runs } = options();
  isolate();
  preferThisNode();
  const workDir = await makeWorkFolder();
  const engine = await startEngine(workDir, log);
  try {
    const { machine, versions, commit, date } = await conditions(
      runs,
      engine.engine === undefined ? undefined : engine.version,
    );
    log(`${machine}\n${versions}\nload ${load()}`);
    for (const [key, section] of wanted) {
      if (section.needsEngine && engine.engine === undefined) {
        log(`\nLeft out, ${engine.reason}: ${section.title}`);
        continue;
      }
      log(`\n${section.title}`);
      const before = load();
      const findings = await section.run({ runs, quick, workDir, engine, log });
      for (const { text, figure, atMost } of findings.aims)
        log(`${figure <= atMost ? "met   " : "missed"} ${text}: ${figure.toPrecision(3)}`);
      if (quick) continue;
      const measured = { machine, versions, commit, date, runs, load: [before, load()] as const };
      await keep(key, { ...findings, conditions: measured }, sections);
    }
    log(quick ? "\nA quick look is not kept." : "\nWritten: bench/results.md");
  } finally {
    if (engine.engine !== undefined) await engine.stop();
    await rm(workDir, { recursive: true, force: true });
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    console.error(`Stopped by ${signal}.`);
    process.exit(130);
  });
}
try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
