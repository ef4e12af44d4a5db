import { execFile } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { short, spread, walls } from "./figures.ts";
import { measure, type Measurement } from "./measure.ts";
import type { Context, Findings, Section } from "./section.ts";
import { median } from "./statistics.ts";
import { projectDir } from "./workshop.ts";

/** The tests, as whoever clones the repository runs them. */
export const testRuns: Section = {
  title: "npm test from a fresh clone",
  about: `The last commit, cloned into a folder of its own. \`npm ci\` takes the packages from npm's cache where they are in it; the
emulator's packages come from PyPI or pip's cache with the first run, which does not count. A suite alone, without the coverage
report that \`npm test\` adds, starts its own emulators.`,
  needsEngine: false,
  run,
};

async function run({ runs, quick, workDir, log }: Context): Promise<Findings> {
  const clone = join(workDir, "clone");
  await promisify(execFile)("git", ["clone", "--quiet", projectDir, clone]);
  const folders = await readdir(join(clone, "test"), { withFileTypes: true });
  const suites = folders
    .filter((entry) => entry.isDirectory() && entry.name !== "support")
    .map(({ name }) => name);
  const npm = (...args: string[]) => measure({ file: "npm", args, cwd: clone });
  try {
    const install = await npm("ci", "--no-audit", "--no-fund", "--loglevel=error");
    log(`npm ci: ${short(install.wall)} s`);
    const first = await npm("test");
    log(`npm test, the first time: ${short(first.wall)} s`);
    const total: Measurement[] = [];
    const bySuite = new Map<string, Measurement[]>(suites.map((suite) => [suite, []]));
    for (let round = 1; round <= runs; round++) {
      total.push(await npm("test"));
      for (const suite of quick ? [] : suites) bySuite.get(suite)?.push(await testSuite(clone, suite));
      log(`round ${round}/${runs}: npm test ${short(total.at(-1)?.wall ?? Number.NaN)} s`);
    }
    const counts = JSON.parse(await readFile(join(clone, "coverage", "counts.json"), "utf8")) as object;
    return {
      tables: [
        {
          caption: `Seconds; ${Object.entries(counts)
            .flatMap(([what, count]) => (typeof count === "number" ? `${count} ${what}` : []))
            .join(", ")}`,
          head: ["", "median (least-most)"],
          rows: [
            ["`npm ci`, once", short(install.wall)],
            ["`npm test` the first time: it also makes the emulator's environment", short(first.wall)],
            ["`npm test`", spread(walls(total))],
            ...[...bySuite].flatMap(([suite, measured]) =>
              measured.length === 0 ? [] : [[`test/${suite} alone`, spread(walls(measured))]],
            ),
          ],
        },
      ],
      aims: [
        { text: "`npm test` in at most 180 seconds", figure: median(walls(total)), unit: "s", atMost: 180 },
      ],
    };
  } finally {
    await rm(clone, { recursive: true, force: true });
  }
}

function testSuite(clone: string, suite: string): Promise<Measurement> {
  const PATH = [join(clone, "node_modules", ".bin"), process.env.PATH ?? ""].join(delimiter);
  return measure({
    file: process.execPath,
    args: [join("node_modules", "mocha", "bin", "mocha.js"), `test/${suite}/**/*.test.ts`],
    cwd: clone,
    env: { PATH },
  });
}
