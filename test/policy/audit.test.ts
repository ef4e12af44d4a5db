import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { rules } from "../../policy/rules/index.ts";
import { reporters } from "./policyRule.ts";

const managedPolicyArns = ["arn:aws:iam::aws:policy/AdministratorAccess"];
const file = new URL("../../policy/audit.json", import.meta.url);
const audit = JSON.parse(readFileSync(file, "utf8")) as Record<string, object>;

/** The rules that report a resource as a discovery shows it: outputs, no options, in a project that nobody wrote. */
const found = (type: string, props: object) =>
  reporters({ type: `aws:iam/${type}`, props, project: "discovery" }, audit);

describe("the pack with audit.json, on the resources of an account", () => {
  it("names rules that there are", () => {
    const names = rules.map(({ name }) => name);
    for (const name of Object.keys(audit)) assert.ok(names.includes(name), name);
  });

  it("accepts what every account with administrators has", () => {
    const group = "Administrators";
    const name = "AWSReservedSSO_AdministratorAccess_0123456789abcdef";
    for (const [type, props] of [
      ["userLoginProfile:UserLoginProfile", { user: "a", encryptedPassword: "" }],
      ["group:Group", { arn: "arn", name: group, path: "/" }],
      ["groupPolicyAttachment:GroupPolicyAttachment", { group, policyArn: managedPolicyArns[0] }],
      ["groupMembership:GroupMembership", { group, users: ["a"] }],
      ["userGroupMembership:UserGroupMembership", { user: "a", groups: [group] }],
      ["virtualMfaDevice:VirtualMfaDevice", { virtualMfaDeviceName: "root-account-mfa-device" }],
      ["role:Role", { name, managedPolicyArns }],
    ] as const) {
      assert.deepEqual(found(type, props), [], type);
    }
  });

  it("reports keys, and power that is where it should not be", () => {
    const admin = "administrator-access-only-in-administrator-group";
    const attachment = { user: "a", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" };
    for (const [rule, type, props] of [
      ["no-long-lived-credentials", "accessKey:AccessKey", { user: "robot" }],
      [admin, "role:Role", { name: "legacy", managedPolicyArns }],
      ["permissions-through-groups-only", "userPolicyAttachment:UserPolicyAttachment", attachment],
    ] as const) {
      assert.deepEqual(found(type, props), [rule]);
    }
  });
});
