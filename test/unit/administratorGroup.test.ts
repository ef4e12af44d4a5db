import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AdministratorGroup, type AdministratorGroupArgs } from "../../components/administratorGroup.ts";
import { requireMfaPolicy } from "../../components/policyDocuments.ts";
import { identities, only, run, value, type Registered, type Setting } from "../support/mocks.ts";

const component = "iam-administrators:index:AdministratorGroup";
const administrator = "iam-administrators:index:Administrator";
const group = "aws:iam/group:Group";
const attachment = "aws:iam/groupPolicyAttachment:GroupPolicyAttachment";
const mfaRule = "aws:iam/groupPolicy:GroupPolicy";
const user = "aws:iam/user:User";
const membership = "aws:iam/userGroupMembership:UserGroupMembership";
const profile = "aws:iam/userLoginProfile:UserLoginProfile";

const two: AdministratorGroupArgs = {
  administrators: [{ name: "Administrator" }, { name: "Admin_2", path: "/team/", backup: true }],
};
const make = (args: AdministratorGroupArgs = two, setting?: Setting) =>
  run(() => new AdministratorGroup("administrators", args), setting);

const sorted = (resources: readonly Registered[]) =>
  resources.toSorted((a, b) => (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1));
const isProtected = ({ options }: Registered) => options.protect === true;

// What this does not prove: what the engine and AWS make of it. The end-to-end tests do.
describe("An AdministratorGroup", () => {
  it("is exactly these resources, beside those of its administrators", async () => {
    const { resources } = await make({
      ...two,
      deployedBy: "arn:aws:iam::123456789012:root",
      awsSdk: { profile: "dev" },
    });
    const seen = { path: "/", backup: false, consoleAccess: true, passwordResetRequired: true };
    const first = { ...seen, name: "Administrator" };
    const second = { ...seen, name: "Admin_2", path: "/team/", backup: true };
    const child = { name: "administrators", secretInputs: [], parent: `${component} administrators` };
    const member = {
      ...child,
      type: administrator,
      dependsOn: [`${group} administrators`, `${mfaRule} administrators`],
      options: {},
    };
    const inputs = { group: "Administrators", passwordIssue: 1, import: false };
    const isOfAdministrator = ({ parent = "" }: Registered) => parent.startsWith(`${administrator} `);
    assert.deepEqual(
      sorted(resources.filter((it) => !isOfAdministrator(it))),
      sorted([
        {
          ...child,
          type: component,
          inputs: {
            group: { name: "Administrators", path: "/", existing: false },
            requireMfa: true,
            protect: true,
            deployedBy: "arn:aws:iam::123456789012:root",
            administrators: [second, first],
          },
          parent: undefined,
          dependsOn: [],
          options: {},
        },
        {
          ...child,
          type: group,
          inputs: { name: "Administrators", path: "/" },
          dependsOn: [],
          options: { protect: true },
        },
        {
          ...child,
          type: attachment,
          inputs: { group: "Administrators", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
          dependsOn: [
            `${group} administrators`,
            ...[user, membership, profile].flatMap((type) => [`${type} Admin_2`, `${type} Administrator`]),
          ],
          options: { protect: true },
        },
        {
          ...child,
          type: mfaRule,
          inputs: {
            name: "RequireMfa",
            group: "Administrators",
            policy: JSON.stringify(requireMfaPolicy("aws")),
          },
          dependsOn: [`${group} administrators`],
          options: {},
        },
        { ...member, name: "Administrator", inputs: { ...first, ...inputs } },
        { ...member, name: "Admin_2", inputs: { ...second, ...inputs } },
      ]),
    );
    assert.deepEqual(
      identities(resources.filter(isOfAdministrator)),
      [user, membership, profile].flatMap((type) => [`${type} Admin_2`, `${type} Administrator`]),
    );
    assert.deepEqual(only(resources, membership, "Admin_2").dependsOn, [
      `${group} administrators`,
      `${user} Admin_2`,
    ]);
  });

  it("makes the rule that binds members before the first of them", async () => {
    const types = (await make()).resources.map(({ type }) => type);
    assert.ok(types.indexOf(mfaRule) < types.indexOf(user));
    assert.ok(types.indexOf(mfaRule) < types.indexOf(membership));
  });

  it("is the same whatever the order of the list", async () => {
    const three = [...two.administrators, { name: "b", email: "b@example.com" }];
    const [given, reversed] = [
      await make({ administrators: three }),
      await make({ administrators: three.toReversed() }),
    ];
    assert.equal(given.resources.length, 4 + 3 * 4);
    assert.deepEqual(sorted(reversed.resources), sorted(given.resources));
  });

  it("leaves the others untouched when one administrator is removed or added", async () => {
    const [both, one] = [await make(), await make({ administrators: two.administrators.slice(0, 1) })];
    const ofFirst = ({ name }: Registered) => name === "Administrator";
    assert.deepEqual(one.resources.filter(ofFirst), both.resources.filter(ofFirst));
    assert.equal(one.resources.length, both.resources.length - 4);
  });

  for (const partition of ["aws", "aws-cn", "aws-eusc", "aws-iso"]) {
    it(`has ARNs of the partition ${partition}`, async () => {
      const { resources, result } = await make(two, { partition });
      const policyArn = `arn:${partition}:iam::aws:policy/AdministratorAccess`;
      assert.equal(only(resources, attachment).inputs.policyArn, policyArn);
      assert.equal(only(resources, mfaRule).inputs.policy, JSON.stringify(requireMfaPolicy(partition)));
      assert.equal(await value(result.groupArn), `arn:${partition}:iam::123456789012:group/Administrators`);
    });
  }

  it("has a name and a path of its own, and the same names in the state whatever they are", async () => {
    const { resources, result } = await make({ ...two, group: { name: "Root+Admins", path: "/x/" } });
    assert.deepEqual(identities(resources), identities((await make()).resources));
    assert.deepEqual(only(resources, group).inputs, { name: "Root+Admins", path: "/x/" });
    for (const type of [attachment, mfaRule]) assert.equal(only(resources, type).inputs.group, "Root+Admins");
    assert.deepEqual(only(resources, membership, "Admin_2").inputs.groups, ["Root+Admins"]);
    assert.equal(await value(result.groupName), "Root+Admins");
    assert.equal(await value(result.groupArn), "arn:aws:iam::123456789012:group/x/Root+Admins");
  });

  it("is not protected where it should not be", async () => {
    const { resources } = await make({ ...two, protect: false });
    assert.deepEqual(resources.filter(isProtected), []);
    assert.equal(only(resources, component).inputs.protect, false);
  });

  it("has no rule about MFA where there should be none", async () => {
    const { resources } = await make({ ...two, requireMfa: false });
    assert.equal(resources.filter(({ type }) => type === mfaRule).length, 0);
    assert.equal(only(resources, component).inputs.requireMfa, false);
    assert.deepEqual(only(resources, administrator, "Admin_2").dependsOn, [`${group} administrators`]);
  });

  it("gives the administrators by name, in the list's order", async () => {
    const { result } = await make();
    assert.deepEqual([...result.administrators.keys()], ["Administrator", "Admin_2"]);
    const { arn } = result.administrators.get("Admin_2") ?? {};
    assert.equal(await value(arn), "arn:aws:iam::123456789012:user/team/Admin_2");
  });

  it("shows policies nothing of passwords, keys, tags, addresses and profiles", async () => {
    const alice = {
      name: "alice",
      passwordLength: 77,
      email: "alice@example.com",
      tags: { team: "crimson" },
    };
    const { resources } = await make({
      administrators: [
        { ...alice, password: pulumi.secret("Hunter2-Hunter2") },
        { name: "bob", pgpKey: "a2V5" },
      ],
      awsSdk: { profile: "hidden" },
    });
    for (const { inputs } of resources.filter(({ type }) => type.startsWith("iam-administrators:"))) {
      assert.doesNotMatch(JSON.stringify(inputs), /Hunter2|77|example|crimson|a2V5|hidden/);
    }
    const setting = only(resources, "pulumi-nodejs:dynamic:Resource", "alice");
    assert.deepEqual(setting.inputs.sdkOptions, { profile: "hidden" });
  });

  it("is the same in a preview, where nothing that AWS computes is known", async () => {
    const [preview, update] = [await make(two, { preview: true }), await make()];
    assert.deepEqual(sorted(preview.resources), sorted(update.resources));
  });
});

describe("An AdministratorGroup that adopts an existing group", () => {
  const adopted: AdministratorGroupArgs = { ...two, group: { name: "Admins", existing: true } };
  const setting: Setting = { groups: { Admins: ["Root", "Other"] } };

  it("looks the group up, adds users to it, and manages and protects nothing of the group itself", async () => {
    const { resources, calls, result } = await make(adopted, setting);
    assert.deepEqual(
      identities(resources),
      [
        ...[user, membership, profile, administrator].flatMap((type) => [
          `${type} Admin_2`,
          `${type} Administrator`,
        ]),
        `${component} administrators`,
      ].sort(),
    );
    assert.deepEqual(resources.filter(isProtected), []);
    assert.deepEqual(calls.map(({ token, inputs }) => [token, inputs as unknown]).sort(), [
      ["aws:iam/getGroup:getGroup", { groupName: "Admins" }],
      ["aws:index/getPartition:getPartition", {}],
    ]);
    assert.deepEqual(only(resources, membership, "Administrator").inputs.groups, ["Admins"]);
    assert.equal(await value(result.groupName), "Admins");
    assert.equal(await value(result.groupArn), "arn:aws:iam::123456789012:group/Admins");
  });

  it("leaves MFA to whoever manages the group, unless asked to require it", async () => {
    const { resources } = await make(adopted, setting);
    assert.equal(only(resources, component).inputs.requireMfa, false);
    const strict = await make({ ...adopted, requireMfa: true }, setting);
    assert.deepEqual(only(strict.resources, mfaRule), {
      type: mfaRule,
      name: "administrators",
      inputs: { name: "RequireMfa", group: "Admins", policy: JSON.stringify(requireMfaPolicy("aws")) },
      secretInputs: [],
      parent: `${component} administrators`,
      dependsOn: [],
      options: {},
    });
    assert.equal(strict.resources.length, resources.length + 1);
  });
});
