import assert from "node:assert/strict";
import { validate } from "../../config/loadConfig.ts";
import { describeProblems } from "../../config/messages.ts";
import { withFullKeys } from "../../config/namespace.ts";

const administrators = [{ name: "a", email: "a@example.com" }, { name: "b" }];
const many = (count: number, prefix: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, ""]));

/** The lines of the message below its heading; none if the config is accepted. */
async function complaint(config: object, project?: string): Promise<string[]> {
  const values = withFullKeys({ "iam-administrators:administrators": administrators, ...config }, project);
  const { problems } = await validate(values, project);
  return describeProblems("Pulumi.dev.yaml", values, problems).split("\n  ").slice(1);
}

describe("Beside the namespace of the stack config", () => {
  it("a namespace that looks like it is refused, and any other one is somebody else's", async () => {
    for (const [key, meant] of [
      ["iam-administrator:passwordPolicy", "passwordPolicy"],
      ["iam-adminstrators:protect", "protect"],
      ["aws-administrators:requireMFA", "requireMfa"],
      ["am-admnistratrs:protect", "protect"],
      ["Administrators:other", "other"],
    ] as const) {
      const rule = `unknown namespace, did you mean iam-administrators:${meant}?`;
      assert.deepEqual(await complaint({ [key]: "Hunter2" }), [`${key} [secret]: ${rule}`]);
      assert.deepEqual(await complaint({ [key]: "false" }), [`${key} "false": ${rule}`]);
    }
    assert.deepEqual(
      await complaint({ "aws:region": "x", "iam:protect": false, "iam-users:protect": false }),
      [],
    );
  });

  it("a key without a namespace is not the program's where the project has another name", async () => {
    const rule =
      "unknown namespace, did you mean iam-administrators:protect? A key without a namespace belongs to";
    assert.deepEqual(await complaint({ protect: false, other: 1 }, "acme"), [
      `acme:protect false: ${rule} the project, acme.`,
    ]);
  });

  it("a key that was set without --path says how it is set", async () => {
    const rule = (key: string) =>
      `unknown key, this one was set without --path: pulumi config rm '${key}' and pulumi config set --path '${key}' VALUE`;
    assert.deepEqual(await complaint({ "group.name": "Foo", "administrators[0].password": "Hunter2" }), [
      `group.name "Foo": ${rule("group.name")}`,
      `administrators[0].password [secret]: ${rule("administrators[0].password")}`,
    ]);
  });

  it("an account has 12 digits, which YAML may have read as a number", async () => {
    const rule = "must be 12 digits";
    const quotes = `${rule}; put it in quotes, YAML reads it as a number`;
    const allowed = [1402433619, 123456789, 111122223333, "012345670123", "12345"];
    assert.deepEqual(
      await complaint({ "aws:allowedAccountIds": JSON.stringify(allowed), "aws:forbiddenAccountIds": [8] }),
      [
        `aws:allowedAccountIds[0] 1402433619: ${quotes}`,
        `aws:allowedAccountIds[1] 123456789: ${quotes}`,
        `aws:allowedAccountIds[4] "12345": ${rule}`,
        `aws:forbiddenAccountIds[0] 8: ${quotes}`,
      ],
    );
  });

  it("a default tag that IAM takes for an administrator's is refused, with both keys", async () => {
    const list = [
      { ...administrators[0], backup: true },
      { name: "b", tags: { team: "x", same: "y" } },
    ];
    const taken = { name: "c", import: true };
    const tags = { Backup: "daily", EMAIL: "x", Team: "x", same: "z", Twin: "", twin: "" };
    const rule = (origin: string) =>
      `must not be there beside ${origin}: IAM does not tell tags by letter case, and a user gets both`;
    const config = { administrators: [...list, taken], "aws:defaultTags": JSON.stringify({ tags }) };
    assert.deepEqual(await complaint(withFullKeys(config)), [
      `aws:defaultTags.tags.twin "": ${rule("aws:defaultTags.tags.Twin")}`,
      `aws:defaultTags.tags.EMAIL "x": ${rule("administrators[0].email")}`,
      `aws:defaultTags.tags.Backup "daily": ${rule("administrators[0].backup")}`,
      `aws:defaultTags.tags.Team "x": ${rule("administrators[1].tags.team")}`,
    ]);
  });

  it("default tags leave room for an administrator's: a user has 50 at most", async () => {
    const withTags = (own: number, defaults: number) => ({
      "iam-administrators:administrators": [{ name: "a", email: "a@example.com", tags: many(own, "o") }],
      "aws:defaultTags": { tags: { ...many(defaults, "d"), o0: "" } },
    });
    assert.deepEqual(await complaint(withTags(45, 4)), []);
    const [line = ""] = await complaint(withTags(45, 5));
    assert.match(
      line,
      /^aws:defaultTags\.tags \{.*: must leave a user with at most 50 tags, administrators\[0\] has 46 of its own$/,
    );
  });
});
