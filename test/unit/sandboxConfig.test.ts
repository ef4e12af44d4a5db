import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { validate } from "../../config/loadConfig.ts";
import { readStackConfig } from "../../sandbox/stackConfig.ts";

describe("The sandbox's copy of a stack config", () => {
  const dir = mkdtempSync(join(tmpdir(), "sandbox-config-"));
  after(() => {
    rmSync(dir, { recursive: true });
  });

  it("leaves out what would lead out of the sandbox, and has values for secrets that pass every rule", async () => {
    const secure = { secure: "v1:x" };
    const config = {
      "aws:region": "eu-west-1",
      "aws:allowedAccountIds": ["012345678901"],
      "aws:profile": "production",
      administrators: [{ name: "a", password: secure, email: secure }],
      "iam-administrators:passwordPolicy": { minimumLength: 128 },
      rootActivity: { emails: [secure, secure] },
    };
    writeFileSync(join(dir, "Pulumi.dev.yaml"), JSON.stringify({ config }));
    const { values, secrets, ...rest } = readStackConfig(dir, "dev");
    const expected = {
      stack: "dev",
      file: "Pulumi.dev.yaml",
      region: "eu-west-1",
      accountId: "012345678901",
      omitted: ["aws:profile"],
    };
    assert.deepEqual(rest, expected);
    assert.deepEqual((await validate(values)).problems, []);
    assert.deepEqual(Object.keys(secrets), [
      "iam-administrators:administrators[0].password",
      "iam-administrators:administrators[0].email",
      "iam-administrators:rootActivity.emails[0]",
      "iam-administrators:rootActivity.emails[1]",
    ]);
  });
});
