import assert from "node:assert/strict";
import { fromSettings } from "../../components/passwordPolicy.ts";
import type { Review } from "../../review/judge.ts";
import { print } from "../../review/print.ts";

const wanted = fromSettings({ minimumLength: 14, reusePrevention: 24, requireCharacterTypes: false });
const review: Review = {
  ...{ account: "123456789012", at: new Date("2026-11-24T12:00:30Z"), stack: "dev" },
  root: {
    ...{ lastUsed: null, asOf: new Date("2026-11-24T08:00:00Z") },
    ...{ mfa: true, accessKey: false, password: undefined },
  },
  ...{ administrators: [], group: undefined },
  others: [{ kind: "role", name: "deploy", policies: ["AdministratorAccess", "more"], accepted: true }],
  paths: [
    {
      subject: "user ci",
      steps: [
        { action: "sts:AssumeRole", target: "role build", way: "the trust of role build names it" },
        { action: "iam:AddUserToGroup", target: "group Administrators", way: "iam-013" },
      ],
    },
  ],
  settings: [{ name: "passwordPolicy", config: wanted, account: null }],
  findings: [
    { id: "password-policy-weaker", severity: "medium", subject: "passwordPolicy", message: "is weaker" },
    { id: "root-used", severity: "high", subject: "root", message: "last used" },
  ],
  denied: ["iam:ListUsers"],
};

const plain = `Account 123456789012, stack dev, 2026-11-24T12:00Z

Root
  last used  as of              mfa  access key  password
  none       2026-11-24T08:00Z  yes  no          ?

Administrators
none

Group
none

Others with full power
  kind  name    policies                   accepted
  role  deploy  AdministratorAccess, more  yes

Who can become administrator
  path
  user ci -> sts:AssumeRole -> role build -> iam:AddUserToGroup -> group Administrators

Settings
  name            config                                                                                        account
  passwordPolicy  minimumLength 14, reusePrevention 24, characterTypes none, usersMayChange yes, hardExpiry no  none

Findings
  id                      severity  subject         message
  password-policy-weaker  medium    passwordPolicy  is weaker
  root-used               high      root            last used

Denied
  action
  iam:ListUsers`;

describe("A review is printed", () => {
  it("as aligned tables", () => {
    assert.equal(print(review, "plain"), plain);
  });

  it("in lines that fit the terminal, the widest column broken between words", () => {
    const [settings = ""] = /Settings\n[^]*(?=\n\nFindings)/.exec(print(review, "plain", 60)) ?? [];
    assert.deepEqual(settings.split("\n"), [
      "Settings",
      "  name            config                             account",
      "  passwordPolicy  minimumLength 14, reusePrevention  none",
      "                  24, characterTypes none,",
      "                  usersMayChange yes, hardExpiry no",
    ]);
    const lines = print(review, "plain", 60).split("\n");
    assert.deepEqual(
      lines.filter((line) => line.length > 60),
      [],
    );
    assert.equal(print(review, "markdown", 60), print(review, "markdown"));
  });

  it("with the findings of severity high in red, on a terminal with colours", () => {
    assert.equal(print(review, "coloured"), plain.replace(/^.*high.*$/m, "\u001b[31m$&\u001b[39m"));
  });

  it("as a page of Markdown", () => {
    const lines = print(review, "markdown").split("\n");
    assert.deepEqual(lines.slice(2, 14), [
      "```mermaid",
      "flowchart LR",
      '  n0(["user ci"])',
      '  n1["role build"]',
      '  n2{{"group Administrators"}}',
      '  n3(("full power"))',
      '  n0 -->|"sts:AssumeRole"| n1',
      '  n1 -->|"iam:AddUserToGroup"| n2',
      "  n2 --> n3",
      "```",
      "",
      "## Root",
    ]);
    assert.deepEqual(lines.slice(13, 20), [
      "## Root",
      "",
      "| last used | as of             | mfa | access key | password |",
      "| --------- | ----------------- | --- | ---------- | -------- |",
      "| none      | 2026-11-24T08:00Z | yes | no         | ?        |",
      "",
      "## Administrators",
    ]);
    assert.deepEqual([lines[0], lines.at(-1)], [`# ${plain.split("\n", 1).join()}`, "| iam:ListUsers |"]);
  });
});
