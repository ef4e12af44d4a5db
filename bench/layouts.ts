import { join } from "node:path";
import { cpuCell, medianOf, memoryCell, times, wallCell, walls } from "./figures.ts";
import { makeConventional, makeFloor, makeLeastAwsProgram } from "./programs.ts";
import type { Context, Findings, Section, Table } from "./section.ts";
import { makeStack, type BenchStack, type StackMeasurement, type StackOptions } from "./stacks.ts";
import { interleaved, ratio } from "./statistics.ts";
import { devConfig, policyDir, projectDir, projectRuntime } from "./workshop.ts";

const [floor, least, ours, cold, warm] = [
  "floor",
  "least AWS program",
  "this layout",
  "conventional, first start",
  "conventional, repeated",
] as const;

/** Preview and update of the stack `dev`, in this layout and in others. */
export const layouts: Section = {
  title: "Start-up: the stack dev with the whole policy pack",
  about: `- **${floor}**: an empty program and a compiled pack without rules. It loads neither the SDK nor a plugin.
- **${least}**: a program that only asks AWS who is calling, and the same pack. It loads the SDK and starts the AWS plugin.
- **${ours}**: this project as it is. Like a second \`pulumi\` command on a machine, it finds its compile cache filled.
- **conventional**: the same sources and rules under Pulumi's ts-node, with \`import * as aws from "@pulumi/aws"\`. What ts-node
  compiled it keeps in the temporary folder: the first start, with that folder empty, is what a CI job sees, and whoever has
  changed a file.

Each has this project's \`node_modules\` beside it, through which Pulumi looks before every start.`,
  needsEngine: true,
  run,
};

async function run(context: Context): Promise<Findings> {
  const stacks = await makeStacks(context);
  const tables: Table[] = [];
  const byOperation = new Map<string, ReadonlyMap<string, readonly StackMeasurement[]>>();
  for (const operation of ["preview", "up"] as const) {
    const variants = stacks.map(([name, stack]) => ({
      name,
      run: () => stack[operation](),
    }));
    const log = (line: string) => {
      context.log(`${operation}, ${line}`);
    };
    const results = await interleaved(variants, context.runs, context.quick ? 0 : 1, log);
    byOperation.set(operation, results);
    tables.push(tableOf(operation, results));
  }
  const aims = [...byOperation].flatMap(([operation, results]) => {
    const of = (name: string) => walls(results.get(name) ?? []);
    const aim = (other: string, atMost: number) => ({
      text: `${operation}: at most ${atMost === 1 / 3 ? "a third of" : `${atMost} times`} ${other}`,
      figure: ratio(of(ours), of(other)),
      unit: "times",
      atMost,
    });
    return [aim(floor, 1.3), aim(least, 1.3), aim(cold, 1 / 3), aim(warm, 1 / 3)];
  });
  return { tables, aims };
}

async function makeStacks({ engine, workDir }: Context): Promise<[string, BenchStack][]> {
  if (engine.engine === undefined) throw new Error(engine.reason);
  const program = await makeFloor(join(workDir, "floor-program"));
  const conventional = await makeConventional(join(workDir, "conventional-program"));
  const config = await devConfig();
  const variants: Readonly<Record<string, Omit<StackOptions, "dir">>> = {
    [floor]: { ...program, config: {} },
    [least]: { ...program, main: await makeLeastAwsProgram(join(workDir, "least-program")), config },
    [ours]: { main: join(projectDir, "index.ts"), policyDir, config, runtime: await projectRuntime() },
    [cold]: { ...conventional, config, runtime: { typescript: true }, warm: false },
    [warm]: { ...conventional, config, runtime: { typescript: true } },
  };
  const stacks: [string, BenchStack][] = [];
  for (const [name, options] of Object.entries(variants)) {
    const dir = join(workDir, name.replace(/\W+/g, "-"));
    stacks.push([name, await makeStack(engine.engine, { ...options, dir })]);
  }
  return stacks;
}

function tableOf(operation: string, results: ReadonlyMap<string, readonly StackMeasurement[]>): Table {
  const reference = walls(results.get(floor) ?? []);
  return {
    caption: `\`pulumi ${operation}\``,
    head: [
      "",
      "resources",
      "seconds, median (least-most)",
      "x floor",
      "CPU s: program",
      "pack",
      "engine",
      "plugin",
      "peak MiB: program",
      "pack",
      "engine",
    ],
    rows: [...results].map(([name, runs]) => [
      name,
      String(medianOf(runs, ({ resources }) => resources)),
      wallCell(runs),
      times(ratio(walls(runs), reference)),
      ...(["program", "pack", "engine", "plugin"] as const).map((role) => cpuCell(runs, role)),
      ...(["program", "pack", "engine"] as const).map((role) => memoryCell(runs, role)),
    ]),
  };
}
