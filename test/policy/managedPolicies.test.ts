import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempDisposableSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { FULL_POWER, LEADING_TO_FULL_POWER } from "../../policy/iam/managedPolicyNames.ts";

const script = path.join(import.meta.dirname, "../../policy/judgeManagedPolicies.ts");

/** Runs the script on a checkout with these files below `policies`; what it says and what it writes. */
function judge(files: Readonly<Record<string, string>>) {
  using folder = mkdtempDisposableSync(path.join(tmpdir(), "managed-policies-"));
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder.path });
  git("init", "--quiet");
  const author = ["-c", "user.name=a", "-c", "user.email=a@b.c"];
  git(...author, "commit", "--quiet", "--allow-empty", "-m", "x", "--date", "2026-08-22T00:00:00Z");
  mkdirSync(path.join(folder.path, "policies"));
  for (const [name, text] of Object.entries(files))
    writeFileSync(path.join(folder.path, "policies", name), text);
  const output = path.join(folder.path, "names.ts");
  const said = execFileSync(process.execPath, [script, folder.path, output], { encoding: "utf8" });
  return { said, written: readFileSync(output, "utf8") };
}

const published = (statement: object): string =>
  JSON.stringify({ PolicyVersion: { Document: { Version: "2012-10-17", Statement: statement } } });

describe("AWS's managed policies", () => {
  it("that give full power or lead there are few, and none of those for daily work", () => {
    assert.deepEqual([FULL_POWER.length, LEADING_TO_FULL_POWER.length], [3, 14]);
    for (const name of ["AdministratorAccess", "IAMFullAccess"]) assert.ok(FULL_POWER.includes(name), name);
    assert.ok(LEADING_TO_FULL_POWER.includes("AWSSSOMasterAccountAdministrator"));
    for (const name of ["PowerUserAccess", "ReadOnlyAccess", "SecurityAudit", "AWSLambda_FullAccess"])
      assert.ok(![...FULL_POWER, ...LEADING_TO_FULL_POWER].includes(name), name);
  });

  it("are judged by a script, which names the source and the files without a document", function () {
    this.timeout(300_000);
    const { said, written } = judge({
      Full: published({ Effect: "Allow", Action: "*", Resource: "*" }),
      Leading: published({ Effect: "Allow", Action: "iam:AddUserToGroup", Resource: "*" }),
      "Harmless.json": published({ Effect: "Allow", Action: "s3:*", Resource: "*" }),
      Empty: "",
    });
    assert.match(
      said,
      /^3 documents of \d{4}-\d\d-\d\d: 1 of full power, 1 lead there; without a document: Empty\n$/,
    );
    assert.match(written, /FULL_POWER: readonly string\[\] = \[\n {2}"Full",\n\];/);
    assert.match(written, /LEADING_TO_FULL_POWER: readonly string\[\] = \[\n {2}"Leading",\n\];/);
    assert.match(written, /commit: "[0-9a-f]{40}"/);
  });
});
