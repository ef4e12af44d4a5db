import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AdministratorGroup, type AdministratorGroupArgs } from "../../components/administratorGroup.ts";
import { requireMfaPolicy } from "../../components/policyDocuments.ts";
import { identities, only, run, value, type Account, type Registered } from "../support/mocks.ts";

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
const make = (args: AdministratorGroupArgs, account?: Account) =>
  run(() => new AdministratorGroup(args.group?.name ?? "Administrators", args), account);

/** All resources, by type and name. */
const sorted = (resources: readonly Registered[]) =>
  resources.toSorted((a, b) => (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1));

function childrenOf(name: string, path: string, tags: object): Registered[] {
  const common = { name, secretInputs: [], parent: `${administrator} ${name}` };
  return [
    {
      ...common,
      type: user,
      inputs: { name, path, tags, forceDestroy: true },
      dependsOn: [],
      options: {},
    },
    {
      ...common,
      type: membership,
      inputs: { user: name, groups: ["Administrators"] },
      dependsOn: [`${group} Administrators`, `${user} ${name}`],
      options: {},
    },
    {
      ...common,
      type: profile,
      inputs: { user: name, passwordResetRequired: true, passwordLength: 24 },
      dependsOn: [`${user} ${name}`],
      options: {
        deleteBeforeReplace: true,
        ignoreChanges: ["passwordLength", "passwordResetRequired", "pgpKey"],
        additionalSecretOutputs: ["password"],
        replacementTrigger: 1,
      },
    },
  ];
}

// What this does not prove: what the engine and AWS make of it. The end-to-end tests do.
describe("An AdministratorGroup", () => {
  it("is exactly these resources", async () => {
    const { resources } = await make({ ...two, deployedBy: "arn:aws:iam::123456789012:user/Operator" });
    const common = { secretInputs: [], parent: `${component} Administrators` };
    const seen = { path: "/", backup: false, consoleAccess: true, passwordResetRequired: true };
    const first = { ...seen, name: "Administrator" };
    const second = { ...seen, name: "Admin_2", path: "/team/", backup: true };
    const memberOptions = {
      ...common,
      type: administrator,
      dependsOn: [`${group} Administrators`, `${mfaRule} Administrators`],
      options: {},
    };
    const expected: Registered[] = [
      {
        type: component,
        name: "Administrators",
        inputs: {
          group: { name: "Administrators", path: "/", existing: false },
          requireMfa: true,
          protect: true,
          deployedBy: "arn:aws:iam::123456789012:user/Operator",
          administrators: [second, first],
        },
        secretInputs: [],
        parent: undefined,
        dependsOn: [],
        options: {},
      },
      {
        ...common,
        type: group,
        name: "Administrators",
        inputs: { name: "Administrators", path: "/" },
        dependsOn: [],
        options: { protect: true },
      },
      {
        ...common,
        type: attachment,
        name: "Administrators",
        inputs: { group: "Administrators", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
        dependsOn: [
          `${group} Administrators`,
          ...[user, membership, profile].flatMap((type) => [`${type} Admin_2`, `${type} Administrator`]),
        ],
        options: { protect: true },
      },
      {
        ...common,
        type: mfaRule,
        name: "Administrators",
        inputs: {
          name: "RequireMfa",
          group: "Administrators",
          policy: JSON.stringify(requireMfaPolicy("aws")),
        },
        dependsOn: [`${group} Administrators`],
        options: {},
      },
      { ...memberOptions, name: "Administrator", inputs: { ...first, group: "Administrators" } },
      { ...memberOptions, name: "Admin_2", inputs: { ...second, group: "Administrators" } },
      ...childrenOf("Administrator", "/", {}),
      ...childrenOf("Admin_2", "/team/", { backup: "true" }),
    ];
    assert.deepEqual(sorted(resources), sorted(expected));
  });

  it("makes the rule that binds members before the first of them", async () => {
    const { resources } = await make(two);
    const types = resources.map(({ type }) => type);
    assert.ok(types.indexOf(mfaRule) < types.indexOf(user));
    assert.ok(types.indexOf(mfaRule) < types.indexOf(membership));
  });

  it("is the same whatever the order of the list", async () => {
    const three = [...two.administrators, { name: "b", email: "b@example.com" }];
    const [given, reversed, turned] = [
      await make({ administrators: three }),
      await make({ administrators: three.toReversed() }),
      await make({ administrators: [...three.slice(1), ...three.slice(0, 1)] }),
    ];
    assert.equal(given.resources.length, 4 + 3 * 4);
    assert.deepEqual(sorted(reversed.resources), sorted(given.resources));
    assert.deepEqual(sorted(turned.resources), sorted(given.resources));
  });

  it("leaves the others untouched when one administrator is removed or added", async () => {
    const [both, one] = [await make(two), await make({ administrators: two.administrators.slice(0, 1) })];
    const ofFirst = ({ name }: Registered) => name === "Administrator";
    assert.deepEqual(one.resources.filter(ofFirst), both.resources.filter(ofFirst));
    const gone = identities(both.resources).filter((it) => !identities(one.resources).includes(it));
    assert.deepEqual(
      gone,
      [user, membership, profile, administrator].map((type) => `${type} Admin_2`),
    );
  });

  for (const partition of ["aws", "aws-us-gov", "aws-cn"]) {
    it(`has ARNs of the partition ${partition}`, async () => {
      const { resources, result } = await make(two, { partition });
      assert.equal(
        only(resources, attachment).inputs.policyArn,
        `arn:${partition}:iam::aws:policy/AdministratorAccess`,
      );
      assert.equal(only(resources, mfaRule).inputs.policy, JSON.stringify(requireMfaPolicy(partition)));
      assert.equal(await value(result.groupArn), `arn:${partition}:iam::123456789012:group/Administrators`);
      const others = JSON.stringify(resources).match(/arn:[a-z-]+:/g) ?? [];
      assert.deepEqual([...new Set(others)], [`arn:${partition}:`]);
    });
  }

  it("has a name and a path of its own, and its logical names from it", async () => {
    const { resources, result } = await make({ ...two, group: { name: "Root+Admins", path: "/x/" } });
    assert.deepEqual(only(resources, group).inputs, { name: "Root+Admins", path: "/x/" });
    assert.deepEqual(
      [group, attachment, mfaRule, component].map((type) => only(resources, type).name),
      Array<string>(4).fill("Root+Admins"),
    );
    assert.deepEqual(only(resources, membership, "Admin_2").inputs.groups, ["Root+Admins"]);
    assert.equal(await value(result.groupName), "Root+Admins");
    assert.equal(await value(result.groupArn), "arn:aws:iam::123456789012:group/x/Root+Admins");
  });

  it("stands the administrator beside the group of the same name", async () => {
    const { resources } = await make({ administrators: [{ name: "Administrators" }] });
    assert.equal(resources.length, 8);
  });

  it("is not protected where the config says so", async () => {
    const { resources } = await make({ ...two, protect: false });
    assert.deepEqual(
      resources.filter(({ options }) => options.protect === true),
      [],
    );
    assert.equal(only(resources, component).inputs.protect, false);
  });

  it("protects the group and its attachment, and no administrator", async () => {
    const { resources } = await make(two);
    assert.deepEqual(identities(resources.filter(({ options }) => options.protect === true)), [
      `${group} Administrators`,
      `${attachment} Administrators`,
    ]);
  });

  it("has no rule about MFA where the config says so", async () => {
    const { resources } = await make({ ...two, requireMfa: false });
    assert.equal(resources.filter(({ type }) => type === mfaRule).length, 0);
    assert.equal(only(resources, component).inputs.requireMfa, false);
    assert.deepEqual(only(resources, administrator, "Admin_2").dependsOn, [`${group} Administrators`]);
  });

  it("gives the administrators by name, in the list's order", async () => {
    const { result } = await make(two);
    assert.deepEqual([...result.administrators.keys()], ["Administrator", "Admin_2"]);
    assert.equal(
      await value(result.administrators.get("Admin_2")?.arn),
      "arn:aws:iam::123456789012:user/team/Admin_2",
    );
  });

  it("shows policies nothing of passwords, keys, tags and addresses", async () => {
    const { resources } = await run(
      () =>
        new AdministratorGroup("Administrators", {
          administrators: [
            {
              name: "alice",
              password: pulumi.secret("Hunter2-Hunter2"),
              passwordLength: 77,
              email: "alice@example.com",
              tags: { team: "crimson" },
            },
            { name: "bob", pgpKey: "a2V5" },
          ],
        }),
    );
    for (const { inputs } of resources.filter(({ type }) => type.startsWith("iam-administrators:"))) {
      assert.doesNotMatch(JSON.stringify(inputs), /Hunter2|77|example|crimson|a2V5/);
    }
  });

  it("is the same in a preview, where nothing that AWS computes is known", async () => {
    const [preview, update] = [await make(two, { preview: true }), await make(two)];
    assert.deepEqual(sorted(preview.resources), sorted(update.resources));
  });
});

describe("An AdministratorGroup that adopts an existing group", () => {
  const adopted: AdministratorGroupArgs = { ...two, group: { name: "Admins", existing: true } };
  const account: Account = { groups: { Admins: ["Root", "Other"] } };

  it("looks the group up, adds users to it, and manages nothing of the group itself", async () => {
    const { resources, calls, result } = await make(adopted, account);
    assert.deepEqual(identities(resources), [
      ...[user, membership, profile, administrator].flatMap((type) => [
        `${type} Admin_2`,
        `${type} Administrator`,
      ]),
      `${component} Admins`,
    ]);
    assert.deepEqual(
      calls.map(({ token, inputs }) => [token, inputs as unknown]),
      [["aws:iam/getGroup:getGroup", { groupName: "Admins" }]],
    );
    assert.deepEqual(only(resources, membership, "Administrator").inputs, {
      user: "Administrator",
      groups: ["Admins"],
    });
    assert.equal(await value(result.groupName), "Admins");
    assert.equal(await value(result.groupArn), "arn:aws:iam::123456789012:group/Admins");
  });

  it("leaves MFA to whoever manages the group, unless asked to require it", async () => {
    const { resources } = await make(adopted, account);
    assert.equal(only(resources, component).inputs.requireMfa, false);
    const strict = await make({ ...adopted, requireMfa: true }, account);
    assert.deepEqual(only(strict.resources, mfaRule), {
      type: mfaRule,
      name: "Admins",
      inputs: { name: "RequireMfa", group: "Admins", policy: JSON.stringify(requireMfaPolicy("aws")) },
      secretInputs: [],
      parent: `${component} Admins`,
      dependsOn: [],
      options: {},
    });
    assert.equal(strict.resources.length, resources.length + 1);
  });

  it("protects nothing, since nothing of the group is there to delete", async () => {
    const { resources } = await make(adopted, account);
    assert.deepEqual(
      resources.filter(({ options }) => options.protect === true),
      [],
    );
  });
});
