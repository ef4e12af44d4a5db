import { join } from "node:path";
import { cpuCell, cpus, medianOf, memoryCell, times, wallCell, walls } from "./figures.ts";
import { makeBareLoop } from "./programs.ts";
import type { Aim, Context, Curve, Findings, Section, Table } from "./section.ts";
import { makeStack, type StackMeasurement, type StackOptions } from "./stacks.ts";
import { interleaved, median, ratio } from "./statistics.ts";
import { policyDir, projectDir, projectRuntime } from "./workshop.ts";

const [ours, bare] = ["this project", "bare loop"] as const;

const operations = [
  { name: "preview", method: "preview", upTo: Infinity },
  { name: "up, state written at the end", method: "upWithoutCheckpoints", upTo: Infinity },
  { name: "up, state in a file", method: "up", upTo: 100 },
] as const;
type Operation = (typeof operations)[number];

/** From ten administrators to a thousand. */
export const growth: Section = {
  title: "Growth: 10, 100 and 1,000 administrators",
  about: `- **${ours}**: an administrator is a component with a user, a membership and a login profile; the config is validated, and a
  hook of each new user checks that the name is free.
- **${bare}**: [bareLoop.ts](bareLoop.ts) registers the same users, memberships and profiles, and nothing else of all this.

Both run with the whole policy pack. The plugin is the sandbox's stand-in where the official one cannot be had, and \`up\` creates
everything in the emulator: their share, the same for both, is in the seconds and in no column of its own.

The engine writes the whole state to a file or a bucket around every step
([pulumi#10960](https://github.com/pulumi/pulumi/issues/10960)), so that there an \`up\` takes time by the square of the number of
resources whatever the program, and the components, a third more resources, cost more than a third; Pulumi Cloud gets what has
changed. So \`up\` is measured to the end with the state written once, at the end, which comes near to Pulumi Cloud, and up to 100
administrators with the state in a file.`,
  needsEngine: true,
  run,
};

class Measured {
  private readonly runs = new Map<string, readonly StackMeasurement[]>();

  public add(size: number, results: ReadonlyMap<string, readonly StackMeasurement[]>): void {
    for (const [variant, runs] of results) this.runs.set(`${size}, ${variant}`, runs);
  }

  public of(size: number, variant: string, operation: Operation): readonly StackMeasurement[] {
    return this.runs.get(`${size}, ${variant}, ${operation.name}`) ?? [];
  }
}

async function run(context: Context): Promise<Findings> {
  const all = context.quick ? [10, 100] : [10, 100, 1000];
  const measured = new Measured();
  for (const size of all) measured.add(size, await measureSize(context, size));
  const sizes = (operation: Operation) => all.filter((size) => size <= operation.upTo);
  return {
    tables: operations.map((operation) => tableOf(operation, sizes(operation), measured)),
    aims: operations.flatMap((operation) => aimsOf(operation, sizes(operation), measured)),
    curves: operations.flatMap((operation) =>
      [ours, bare].map((variant): Curve => ({
        name: `${operation.name}: ${variant}`,
        points: sizes(operation).map((size) => ({
          size,
          seconds: median(walls(measured.of(size, variant, operation))),
        })),
      })),
    ),
  };
}

async function measureSize(context: Context, size: number) {
  const { engine, workDir, quick, runs } = context;
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
    [bare]: { main: await makeBareLoop(join(workDir, `bare-program-${size}`)), policyDir, config },
  };
  const variants = [];
  for (const [variant, options] of Object.entries(programs)) {
    const dir = join(workDir, `${variant.replaceAll(" ", "-")}-${size}`);
    const stack = await makeStack(engine.engine, { ...options, dir });
    for (const { name, method, upTo } of operations) {
      if (size <= upTo) variants.push({ name: `${variant}, ${name}`, run: () => stack[method]() });
    }
  }
  // Beside what a thousand administrators take, a cold cache is nothing.
  return interleaved(variants, runs, quick || size > 100 ? 0 : 1, (line) => {
    context.log(`${size} administrators, ${line}`);
  });
}

function aimsOf(operation: Operation, sizes: readonly number[], measured: Measured): Aim[] {
  const [few = 0, many = 0] = sizes.slice(-2);
  const [one, other] = [measured.of(many, ours, operation), measured.of(many, bare, operation)];
  const time = (size: number) => median(walls(measured.of(size, ours, operation)));
  const aims = [
    { text: "at most 1.2 times the bare loop's time", figure: ratio(walls(one), walls(other)), atMost: 1.2 },
    {
      text: "at most 1.2 times the bare loop's CPU time",
      figure: ratio(cpus(one), cpus(other)),
      atMost: 1.2,
    },
    { text: `at most 11 times the time of ${few}`, figure: time(many) / time(few), atMost: 11 },
  ];
  return aims.map((aim) => ({
    ...aim,
    text: `${operation.name}, ${many} administrators: ${aim.text}`,
    unit: "times",
  }));
}

function tableOf(operation: Operation, sizes: readonly number[], measured: Measured): Table {
  const roles = ["program", "pack", "engine"] as const;
  return {
    caption: `\`pulumi ${operation.method === "preview" ? "preview" : "up"}\`${operation.name.replace(/^\w+/, "")}`,
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
    rows: sizes.flatMap((size) =>
      [ours, bare].map((variant) => {
        const runs = measured.of(size, variant, operation);
        return [
          String(size),
          variant,
          String(medianOf(runs, ({ resources }) => resources)),
          wallCell(runs),
          times(ratio(walls(runs), walls(measured.of(size, bare, operation)))),
          ...roles.map((role) => cpuCell(runs, role)),
          ...roles.map((role) => memoryCell(runs, role)),
        ];
      }),
    ),
  };
}
