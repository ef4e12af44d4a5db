// node release/checkRelease.ts vX.Y.Z: what must agree before a tag is released. Prints the text of the release.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The CHANGELOG's section of the version that a tag names.
 *
 * @param tag - `vX.Y.Z`
 * @param versions - the versions that the package.json files have, by their names
 * @param changelog - CHANGELOG.md
 * @throws {Error} that lists all that does not agree
 */
export function releaseNotes(
  tag: string,
  versions: Readonly<Record<string, string>>,
  changelog: string,
): string {
  const version = /^v(\d+\.\d+\.\d+)$/.exec(tag)?.[1];
  if (version === undefined) throw new Error(`the tag ${tag} is not of the form vX.Y.Z`);
  const section = changelog.split(/^(?=## )/m).find((part) => part.startsWith(`## [${version}]`)) ?? "";
  const [heading = "", ...lines] = section.split("\n");
  const text = lines.join("\n").trim();
  const problems = Object.entries(versions)
    .filter(([, found]) => found !== version)
    .map(([file, found]) => `${file} has the version ${found}`);
  if (!/ - \d{4}-\d{2}-\d{2}$/.test(heading))
    problems.push(`CHANGELOG.md has no heading "## [${version}] - YYYY-MM-DD"`);
  else if (text === "") problems.push(`CHANGELOG.md says nothing of ${version}`);
  if (problems.length > 0) throw new Error(`the tag ${tag} cannot be released: ${problems.join("; ")}`);
  return text;
}

if (import.meta.main) {
  const read = (file: string) => readFileSync(join(import.meta.dirname, "..", file), "utf8");
  const files = ["package.json", "components/package.json", "policy/package.json"];
  const versions = files.map(
    (file) => [file, (JSON.parse(read(file)) as { version: string }).version] as const,
  );
  try {
    console.log(releaseNotes(process.argv[2] ?? "", Object.fromEntries(versions), read("CHANGELOG.md")));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
