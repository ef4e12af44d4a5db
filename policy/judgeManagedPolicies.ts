// Writes iam/managedPolicyNames.ts: which of AWS's managed policies the pack's own judgement finds dangerous.
//
//     git clone --depth 1 https://github.com/zoph-io/IAMTrail
//     node policy/judgeManagedPolicies.ts IAMTrail
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { findEscalations } from "./iam/escalations.ts";
import { ESCALATIONS_WITH_IAM } from "./iam/escalationsWithIam.ts";
import { allowsFullPower } from "./iam/fullPower.ts";
import { parseDocument, type Statement } from "./iam/policyDocument.ts";
import { asFields, type Value } from "./iam/values.ts";

const [checkout, output = path.join(import.meta.dirname, "iam/managedPolicyNames.ts")] =
  process.argv.slice(2);
if (checkout === undefined) throw new Error("give the folder of a checkout of github.com/zoph-io/IAMTrail");

const [commit = "", date = ""] = execFileSync("git", ["log", "-1", "--format=%H %cs"], {
  cwd: checkout,
  encoding: "utf8",
})
  .trim()
  .split(" ");
const folder = path.join(checkout, "policies");
const unreadable: string[] = [];
const documents = readdirSync(folder).flatMap((file) => {
  const statements = statementsOf(readFileSync(path.join(folder, file), "utf8"));
  if (statements === undefined) unreadable.push(file);
  return statements ? [{ name: path.basename(file, ".json"), statements }] : [];
});
const fullPower = documents.filter(({ statements }) => allowsFullPower(statements));
const leading = documents.filter(
  (document) =>
    !fullPower.includes(document) && findEscalations(document.statements, ESCALATIONS_WITH_IAM).length > 0,
);

const listed = (found: typeof documents): string =>
  found
    .map(({ name }) => `  ${JSON.stringify(name)},\n`)
    .sort()
    .join("");
writeFileSync(
  output,
  `// Written by ../judgeManagedPolicies.ts: run it again for a newer source, and edit nothing here.

/** What was judged: the documents of a checkout of https://github.com/zoph-io/IAMTrail. */
export const SOURCE = {
  commit: ${JSON.stringify(commit)},
  date: ${JSON.stringify(date)},
  documents: ${documents.length},
};

/** The AWS managed policies whose documents allow everything, or all of IAM, under whatever condition. */
export const FULL_POWER: readonly string[] = [
${listed(fullPower)}];

/** Those whose documents lead to full power, in a way that \`no-privilege-escalation\` reports. */
export const LEADING_TO_FULL_POWER: readonly string[] = [
${listed(leading)}];
`,
);
console.log(
  `${documents.length} documents of ${date}: ${fullPower.length} of full power, ${leading.length} lead there` +
    (unreadable.length > 0 ? `; without a document: ${unreadable.join(", ")}` : ""),
);

/** The statements of a policy's default version; undefined for a file without one. */
function statementsOf(text: string): readonly Statement[] | undefined {
  if (text.trim() === "") return undefined;
  const version = asFields(asFields(JSON.parse(text) as Value)?.PolicyVersion);
  const document = parseDocument(version?.Document);
  return "malformed" in document ? undefined : document.statements;
}
