// Growth: 10, 100 and 1,000 administrators, beside a loop that registers the same resources and does nothing else.
import {
  compare,
  defaultRounds,
  makeProgram,
  makeStack,
  policyDir,
  projectDir,
  withEngine,
} from "./shared.ts";

/** A thousand administrators take minutes a round. */
const sizes = { 10: defaultRounds, 100: defaultRounds, 1000: Math.ceil(defaultRounds / 3) };

/**
 * A file as backend gets the whole state at every step, which takes time by the square of the number of resources. With
 * these it is written once, which comes near to Pulumi Cloud, which gets what has changed.
 *
 * @see https://github.com/pulumi/pulumi/issues/10960
 */
const stateAtTheEnd = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

await withEngine(async (engine) => {
  const loop = await makeProgram(engine, "bareLoop");
  for (const [size, rounds] of Object.entries(sizes)) {
    const config = configOf(Number(size));
    const stackOf = (program: string) =>
      makeStack(engine, { program, pack: policyDir, config, env: stateAtTheEnd });
    const bareLoop = await stackOf(loop);
    const ours = await stackOf(projectDir);
    for (const operation of ["preview", "up"] as const) {
      const variants = {
        "bare loop": () => bareLoop.measure(operation),
        "this project": () => ours.measure(operation),
      };
      await compare(`\`pulumi ${operation}\`, ${size} administrators`, variants, rounds);
    }
  }
});

function configOf(size: number): Readonly<Record<string, unknown>> {
  const administrators = Array.from({ length: size }, (_, index) => ({
    name: `Admin_${index + 1}`,
    email: `admin-${index + 1}@example.com`,
  }));
  return { "aws:region": "us-east-1", "iam-administrators:administrators": administrators };
}
