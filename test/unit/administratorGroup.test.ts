import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AdministratorGroup, type AdministratorGroupArgs } from "../../components/administratorGroup.ts";
import { requireMfaPolicy } from "../../components/policyDocuments.ts";
import { declared, only, run, value, type Registered, type Setting } from "./mocks.ts";

const component = "iam-administrators:index:AdministratorGroup administrators";
const administrators = [{ name: "Administrator" }, { name: "Admin_2", path: "/team/", backup: true }];
const make = (args: Partial<AdministratorGroupArgs> = {}, setting?: Setting) =>
  run(() => new AdministratorGroup("administrators", { administrators, ...args }), setting);
/** The component and its children: what is an administrator's own is not among them. */
const family = (resources: readonly Registered[]) =>
  declared(resources.filter(({ parent = component }) => parent === component));

const seen = { path: "/", backup: false, consoleAccess: true, passwordResetRequired: true };
const first = { ...seen, name: "Administrator" };
const second = { ...seen, name: "Admin_2", path: "/team/", backup: true };
const componentInputs = {
  group: { name: "Administrators", path: "/", existing: false },
  requireMfa: true,
  protect: true,
  administrators: [second, first],
};
const membersOf = (group: string) => ({
  "Administrator Administrator": { ...first, group, passwordVersion: 1, import: false },
  "Administrator Admin_2": { ...second, group, passwordVersion: 1, import: false },
});
const ruleOf = (group: string, partition = "aws") => ({
  name: "RequireMfa",
  group,
  policy: JSON.stringify(requireMfaPolicy(partition)),
});
const accessOf = (group: string, partition = "aws") => ({
  group,
  policyArn: `arn:${partition}:iam::aws:policy/AdministratorAccess`,
});
const isProtected = { protect: true };

// What this does not prove: what the engine and AWS make of it. The end-to-end tests do.
describe("An AdministratorGroup", () => {
  it("is the protected group with AdministratorAccess, the rule about MFA, and the administrators", async () => {
    const deployedBy = "arn:aws:iam::123456789012:root";
    const { resources } = await make({ deployedBy, awsSdk: { profile: "dev" } });
    assert.deepEqual(family(resources), {
      "AdministratorGroup administrators": { ...componentInputs, deployedBy },
      "Group administrators": [{ name: "Administrators", path: "/" }, isProtected],
      "GroupPolicy administrators": ruleOf("Administrators"),
      ...membersOf("Administrators"),
      "GroupPolicyAttachment administrators": [accessOf("Administrators"), isProtected],
    });
  });

  it("has a name and a path of its own and its partition's ARNs, under the same names in the state", async () => {
    const group = { name: "Root+Admins", path: "/x/" };
    const { resources, result } = await make({ group }, { partition: "aws-cn" });
    const inputs = { ...componentInputs, group: { ...group, existing: false } };
    assert.deepEqual(family(resources), {
      "AdministratorGroup administrators": inputs,
      "Group administrators": [group, isProtected],
      "GroupPolicy administrators": ruleOf("Root+Admins", "aws-cn"),
      ...membersOf("Root+Admins"),
      "GroupPolicyAttachment administrators": [accessOf("Root+Admins", "aws-cn"), isProtected],
    });
    assert.equal(await value(result.groupName), "Root+Admins");
    assert.equal(await value(result.groupArn), "arn:aws-cn:iam::123456789012:group/x/Root+Admins");
  });

  it("has no protection and no rule about MFA where there should be none", async () => {
    const { resources } = await make({ protect: false, requireMfa: false });
    assert.deepEqual(family(resources), {
      "AdministratorGroup administrators": { ...componentInputs, protect: false, requireMfa: false },
      "Group administrators": { name: "Administrators", path: "/" },
      ...membersOf("Administrators"),
      "GroupPolicyAttachment administrators": accessOf("Administrators"),
    });
  });

  it("makes nobody a member before the rule and the password, and lets access depend on nobody", async () => {
    const { resources } = await make({ administrators: [{ name: "alice" }] });
    const group = "aws:iam/group:Group administrators";
    const rule = "aws:iam/groupPolicy:GroupPolicy administrators";
    assert.deepEqual(only(resources, "Administrator").dependsOn, [group, rule]);
    assert.deepEqual(only(resources, "UserGroupMembership").dependsOn, [
      group,
      "aws:iam/user:User alice",
      "aws:iam/userLoginProfile:UserLoginProfile alice",
    ]);
    assert.deepEqual(only(resources, "GroupPolicyAttachment").dependsOn, [group]);
  });

  it("gives programs in other languages the passwords apart, as a secret", async () => {
    const members = [{ name: "alice" }, { name: "b", consoleAccess: false }];
    const { result } = await make({ administrators: members });
    assert.deepEqual([...result.administrators.keys()], ["alice", "b"]);
    const user = "arn:aws:iam::123456789012:user";
    assert.deepEqual(await value(result.administratorOutputs), {
      alice: { arn: `${user}/alice`, mustResetPassword: true },
      b: { arn: `${user}/b`, mustResetPassword: false },
    });
    assert.equal(await pulumi.isSecret(result.administratorOutputs), false);
    assert.deepEqual(await value(result.initialPasswords), { alice: "first password of alice" });
    assert.equal(await pulumi.isSecret(result.initialPasswords), true);
  });

  it("shows policies nothing of passwords, keys, tags, addresses and profiles", async () => {
    const { resources } = await make({
      administrators: [
        { name: "alice", passwordLength: 77, email: "alice@example.com", tags: { team: "crimson" } },
        { name: "bob", pgpKey: "a2V5" },
        { name: "carol", password: pulumi.secret("Hunter2-Hunter2") },
      ],
      awsSdk: { profile: "hidden" },
    });
    const shown = resources.filter(({ type }) => type.startsWith("iam-administrators:"));
    assert.equal(shown.length, 4);
    assert.doesNotMatch(JSON.stringify(shown), /Hunter2|77|example|crimson|a2V5|hidden/);
    const { sdkOptions } = only(resources, "Resource").inputs;
    assert.deepEqual(sdkOptions, { profile: "hidden" });
  });
});

describe("An AdministratorGroup that adopts an existing group", () => {
  const adopted = { group: { name: "Admins", existing: true } };
  const setting: Setting = { groups: { Admins: ["Root", "Other"] } };
  const inputs = { ...componentInputs, group: { name: "Admins", path: "/", existing: true } };

  it("looks the group up, adds users to it, and manages and protects nothing of it, nor requires MFA", async () => {
    const { resources, calls, result } = await make(adopted, setting);
    assert.deepEqual(family(resources), {
      "AdministratorGroup administrators": { ...inputs, requireMfa: false },
      ...membersOf("Admins"),
    });
    const lookUp = calls.find(({ token }) => token === "aws:iam/getGroup:getGroup");
    assert.deepEqual(lookUp?.inputs, { groupName: "Admins" });
    assert.equal(await value(result.groupName), "Admins");
    assert.equal(await value(result.groupArn), "arn:aws:iam::123456789012:group/Admins");
  });

  it("requires MFA where it is asked to", async () => {
    const { resources } = await make({ ...adopted, requireMfa: true }, setting);
    assert.deepEqual(family(resources), {
      "AdministratorGroup administrators": inputs,
      "GroupPolicy administrators": ruleOf("Admins"),
      ...membersOf("Admins"),
    });
  });
});
