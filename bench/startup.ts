// Start-up: the stack `dev`, beside the conventional layout and the least that a Pulumi program can do with AWS.
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { compare, makeProgram, makeStack, projectDir, withEngine } from "./shared.ts";

const devStack = await readFile(join(projectDir, "Pulumi.dev.yaml"), "utf8");
const { config } = parse(devStack) as { config: Record<string, unknown> };

await withEngine(async (engine) => {
  const stackOf = (program: string) => makeStack(engine, { program, pack: join(program, "policy"), config });
  const floor = await stackOf(await makeProgram(engine, "floor"));
  const ours = await stackOf(projectDir);
  const conventional = await stackOf(await makeProgram(engine, "conventional"));
  // The first start on a machine, which fills the compile caches, is no variant.
  for (const stack of [floor, ours, conventional]) await stack.measure("preview");
  for (const operation of ["preview", "up"] as const) {
    await compare(`\`pulumi ${operation}\` of the stack dev`, {
      "the floor": () => floor.measure(operation),
      "this project": () => ours.measure(operation),
      "conventional, again": () => conventional.measure(operation),
      // As in CI, and after every edit: ts-node has compiled nothing yet.
      "conventional, first start": async () => {
        await rm(conventional.temporary, { recursive: true });
        await mkdir(conventional.temporary);
        return conventional.measure(operation);
      },
    });
  }
});
