import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { short, spread, walls } from "./figures.ts";
import { measure, type Measurement } from "./measure.ts";
import type { Context, Findings, Section } from "./section.ts";
import { interleaved, median } from "./statistics.ts";
import { projectDir } from "./workshop.ts";

/** The tests, as whoever clones the repository runs them. */
export const testRuns: Section = {
  title: "npm test from a fresh clone",
  about: `The last commit, cloned into a folder of its own. \`npm ci\` takes the packages from npm's cache where they are in it; the
emulator's packages come from PyPI or pip's cache with the first run, which does not count. A suite's seconds are those of its tests
and hooks added up, of which two run at a time.`,
  needsEngine: false,
  run,
};

/** What `npm test` leaves in coverage/counts.json. */
interface Counts {
  readonly passed: number;
  readonly skipped: number;
  readonly seconds: Readonly<Record<string, number>>;
}

type TestRun = Measurement & { readonly counts: Counts };

async function run({ runs, workDir, engine, log }: Context): Promise<Findings> {
  const clone = join(workDir, "clone");
  const noEngine = join(workDir, "no-engine");
  await mkdir(noEngine);
  await promisify(execFile)("git", ["clone", "--quiet", projectDir, clone]);
  const npm = (args: readonly string[], env = {}) => measure({ file: "npm", args, cwd: clone, env });
  const test = async (env = {}): Promise<TestRun> => {
    const measured = await npm(["test"], env);
    const counts = await readFile(join(clone, "coverage", "counts.json"), "utf8");
    return { ...measured, counts: JSON.parse(counts) as Counts };
  };
  const hidden = { PATH: pathWithoutEngine(), PULUMI_HOME: noEngine };
  const variants = [
    { name: "without the Pulumi CLI", run: () => test(hidden) },
    ...(engine.engine === undefined ? [] : [{ name: "with the Pulumi CLI", run: () => test() }]),
  ];
  try {
    const install = await npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    const first = await test(hidden);
    log(`the first time: npm ci ${short(install.wall)} s, npm test ${short(first.wall)} s`);
    const results = [...(await interleaved(variants, runs, 0, log))];
    const suites = Object.keys(results.at(-1)?.[1][0]?.counts.seconds ?? {}).sort();
    return {
      tables: [
        {
          caption: `Seconds, median (least-most); \`npm ci\` took ${short(install.wall)}, and the first \`npm test\`, without the CLI, ${short(first.wall)}`,
          head: ["", "passed", "skipped", "`npm test`", ...suites.map((suite) => `\`test/${suite}\``)],
          rows: results.map(([name, measured]) => [
            name,
            String(measured[0]?.counts.passed),
            String(measured[0]?.counts.skipped),
            spread(walls(measured)),
            ...suites.map((suite) => short(median(measured.map(({ counts }) => counts.seconds[suite] ?? 0)))),
          ]),
        },
      ],
      aims: results.map(([name, measured]) => ({
        text: `\`npm test\` ${name} in at most 180 seconds`,
        figure: median(walls(measured)),
        unit: "s",
        atMost: 180,
      })),
    };
  } finally {
    await rm(clone, { recursive: true, force: true });
  }
}

/** @throws {Error} where npm and the CLI share a folder: this benchmark cannot hide the one without the other */
function pathWithoutEngine(): string {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const without = folders.filter((folder) => !existsSync(join(folder, "pulumi")));
  if (!without.some((folder) => existsSync(join(folder, "npm")))) {
    throw new Error("npm and pulumi are in the same folder of PATH: part 4 cannot leave out pulumi alone.");
  }
  return without.join(delimiter);
}
