import { join } from "node:path";
import { cpuCell, cpus, medianOf, memoryCell, times, wallCell, walls } from "./figures.ts";
import type { Context, Curve, Findings, Section, Table } from "./section.ts";
import { makeStack, type StackMeasurement, type StackOptions } from "./stacks.ts";
import { interleaved, median, ratio } from "./statistics.ts";
import { policyDir, projectDir, projectRuntime } from "./workshop.ts";

const [ours, bare] = ["this project", "bare loop"] as const;
const operations = ["preview", "up"] as const;

/** From ten administrators to a thousand. */
export const growth: Section = {
  title: "Growth: 10, 100 and 1,000 administrators",
  about: `- **${ours}**: an administrator is a component with a user, a membership and a login profile; the config is validated, and a
  hook of each new user checks that the name is free.
- **${bare}**: [bareLoop.ts](bareLoop.ts) registers the same users, memberships and profiles, and nothing else of all this.

Both run with the whole policy pack. The plugin is the sandbox's stand-in where the official one cannot be had, and \`up\` creates
everything in the emulator: its share, the same for both, is in the seconds, the plugin's own CPU time in no column.`,
  needsEngine: true,
  run,
};

type Results = ReadonlyMap<string, readonly StackMeasurement[]>;

async function run(context: Context): Promise<Findings> {
  const sizes = context.quick ? [10, 100] : [10, 100, 1000];
  const bySize = new Map<number, Results>();
  for (const size of sizes) bySize.set(size, await measureSize(context, size));

  const largest = bySize.get(Math.max(...sizes)) ?? new Map<string, []>();
  const pick = (results: Results, variant: string, operation: string) =>
    results.get(`${variant}, ${operation}`) ?? [];
  const aims = operations.flatMap((operation) => {
    const [one, other] = [pick(largest, ours, operation), pick(largest, bare, operation)];
    const [many = [], few = []] = sizes
      .slice(-2)
      .reverse()
      .map((size) => walls(pick(bySize.get(size) ?? new Map<string, []>(), ours, operation)));
    const size = sizes.at(-1) ?? 0;
    const aim = (text: string, figure: number, atMost: number) => ({
      text: `${operation}: ${text}`,
      figure,
      unit: "times",
      atMost,
    });
    return [
      aim(
        `${size} administrators, at most 1.2 times the bare loop's time`,
        ratio(walls(one), walls(other)),
        1.2,
      ),
      aim(
        `${size} administrators, at most 1.2 times the bare loop's CPU time`,
        ratio(cpus(one), cpus(other)),
        1.2,
      ),
      aim(
        `${size} administrators, at most 11 times the time of ${size / 10}`,
        median(many) / median(few),
        11,
      ),
    ];
  });
  const curves = operations.flatMap((operation) =>
    [ours, bare].map((variant): Curve => ({
      name: `${operation}, ${variant}`,
      points: [...bySize].map(([size, results]) => ({
        size,
        seconds: median(walls(pick(results, variant, operation))),
      })),
    })),
  );
  return { tables: operations.map((operation) => tableOf(operation, bySize, pick)), aims, curves };
}

async function measureSize(context: Context, size: number): Promise<Results> {
  const { engine, workDir, quick } = context;
  if (engine.engine === undefined) throw new Error(engine.reason);
  const config = {
    "aws:region": "us-east-1",
    "iam-administrators:administrators": Array.from({ length: size }, (_, index) => ({
      name: `Admin_${String(index + 1).padStart(4, "0")}`,
      email: `admin-${index + 1}@example.com`,
    })),
  };
  const programs: Readonly<Record<string, Omit<StackOptions, "dir">>> = {
    [ours]: { main: join(projectDir, "index.ts"), policyDir, config, runtime: await projectRuntime() },
    [bare]: { main: join(import.meta.dirname, "bareLoop.ts"), policyDir, config },
  };
  const variants = [];
  for (const [name, options] of Object.entries(programs)) {
    const dir = join(workDir, `${name.replaceAll(" ", "-")}-${size}`);
    const stack = await makeStack(engine.engine, { ...options, dir });
    variants.push(
      ...operations.map((operation) => ({ name: `${name}, ${operation}`, run: () => stack[operation]() })),
    );
  }
  return interleaved(variants, context.runs, quick || size > 100 ? 0 : 1, (line) => {
    context.log(`${size} administrators, ${line}`);
  });
}

function tableOf(
  operation: string,
  bySize: ReadonlyMap<number, Results>,
  pick: (results: Results, variant: string, operation: string) => readonly StackMeasurement[],
): Table {
  return {
    caption: `\`pulumi ${operation}\``,
    head: [
      "administrators",
      "",
      "resources",
      "seconds, median (least-most)",
      "x bare",
      "CPU s: program",
      "pack",
      "engine",
      "peak MiB: program",
      "pack",
      "engine",
    ],
    rows: [...bySize].flatMap(([size, results]) =>
      [ours, bare].map((variant) => {
        const runs = pick(results, variant, operation);
        return [
          String(size),
          variant,
          String(medianOf(runs, ({ resources }) => resources)),
          wallCell(runs),
          times(ratio(walls(runs), walls(pick(results, bare, operation)))),
          ...(["program", "pack", "engine"] as const).map((role) => cpuCell(runs, role)),
          ...(["program", "pack", "engine"] as const).map((role) => memoryCell(runs, role)),
        ];
      }),
    ),
  };
}
