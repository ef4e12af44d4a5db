// node .github/changedStacks.ts [BASE]: the stacks that the change since BASE concerns, all without one, as outputs of a
// GitHub job.
import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";

/** Most jobs that GitHub makes of one matrix: https://docs.github.com/en/actions/reference/limits */
const batchSize = 256;
/** Where there are more stacks than this, none comments on the pull request: each has its job's summary. */
const mostComments = 20;

/** What no deployment depends on. Whatever is not listed concerns every stack. */
const elsewhere = [
  /^(?:account|adopt|docs|test|bench|sandbox|release|review|examples|\.ci)\//,
  /^\.github\/workflows\/(?:ci|nightly|release|review|review-stacks)\.yml$/,
  /\.md$/,
  /^(?:LICENSE|\.editorconfig|\.gitignore|\.mocharc\.json|\.prettier.*|eslint\.config\.mjs)$/,
  /^(?:stack-config\.schema|tsconfig)\.json$/,
];
const stackFile = /^Pulumi\.(.+)\.yaml$/;

/**
 * The stacks that a change concerns: those whose own file has changed, or all where the program has.
 *
 * @param files - every file of the repository
 * @param changed - those that have changed; undefined where that is not known
 */
export function changedStacks(files: readonly string[], changed: readonly string[] | undefined): string[] {
  const stacks = files.flatMap((file) => stackFile.exec(file)?.[1] ?? []);
  const concernsAll = (file: string) =>
    !stackFile.test(file) && !elsewhere.some((pattern) => pattern.test(file));
  if (changed === undefined || changed.some(concernsAll)) return stacks;
  return stacks.filter((stack) => changed.includes(`Pulumi.${stack}.yaml`));
}

/** The job's outputs: `batches`, each the JSON text of one matrix, and whether so few stacks may `comment`. */
export function outputsFor(stacks: readonly string[]): { batches: string; comment: string } {
  const batches = Array.from({ length: Math.ceil(stacks.length / batchSize) }, (_, index) =>
    JSON.stringify(stacks.slice(index * batchSize, (index + 1) * batchSize)),
  );
  return { batches: JSON.stringify(batches), comment: String(stacks.length <= mostComments) };
}

function git(...args: readonly string[]): string[] {
  return execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
    .split("\0")
    .slice(0, -1);
}

function changedSince(base: string): string[] | undefined {
  try {
    return git("diff", "--name-only", "--no-renames", "-z", base, "HEAD");
  } catch {
    // A first push has no base, nor has a run by hand, and that of a forced push is gone.
    return undefined;
  }
}

if (import.meta.main) {
  const [base = ""] = process.argv.slice(2);
  const outputs = outputsFor(changedStacks(git("ls-files", "-z"), changedSince(base)));
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${value}\n`);
  process.stdout.write(lines.join(""));
  if (process.env.GITHUB_OUTPUT !== undefined) appendFileSync(process.env.GITHUB_OUTPUT, lines.join(""));
}
