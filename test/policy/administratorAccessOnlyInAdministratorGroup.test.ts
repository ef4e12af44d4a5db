import assert from "node:assert/strict";
import { administratorAccessOnlyInAdministratorGroup as rule } from "../../policy/rules/administratorAccessOnlyInAdministratorGroup.ts";
import { shown, UNKNOWN, verdict } from "../support/policyRule.ts";

const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";
const GROUP_ATTACHMENT = "aws:iam/groupPolicyAttachment:GroupPolicyAttachment";
const POLICY_ATTACHMENT = "aws:iam/policyAttachment:PolicyAttachment";

/** Every resource that can attach a managed policy: the input for the policy, and the one for the holder. */
const HOLDERS = [
  { type: GROUP_ATTACHMENT, policy: "policyArn", holder: "group", key: "groups" },
  {
    type: "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive",
    policy: "policyArns",
    holder: "groupName",
    key: "groups",
  },
  { type: "aws:iam/role:Role", policy: "managedPolicyArns", holder: "name", key: "roles" },
  {
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    policy: "policyArn",
    holder: "role",
    key: "roles",
  },
  {
    type: "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
    policy: "policyArns",
    holder: "roleName",
    key: "roles",
  },
  {
    type: "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    policy: "policyArn",
    holder: "user",
    key: undefined,
  },
  {
    type: "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
    policy: "policyArns",
    holder: "userName",
    key: undefined,
  },
  {
    type: "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment",
    policy: "managedPolicyArn",
    holder: "permissionSetArn",
    key: "permissionSets",
  },
  {
    type: "aws:ssoadmin/managedPolicyAttachmentsExclusive:ManagedPolicyAttachmentsExclusive",
    policy: "managedPolicyArns",
    holder: "permissionSetArn",
    key: "permissionSets",
  },
];

describe("administrator-access-only-in-administrator-group", () => {
  for (const { type, policy, holder, key } of HOLDERS) {
    describe(type, () => {
      const attach = (arn: unknown) => (policy.endsWith("s") ? [arn] : arn);
      const judge = (arn: unknown, name: unknown, config = {}) =>
        verdict(rule, { type, props: { [policy]: attach(arn), [holder]: name }, config });

      for (const arn of [
        ADMIN,
        "arn:aws-cn:iam::aws:policy/AdministratorAccess",
        "arn:aws-us-gov:iam::aws:policy/AdministratorAccess",
        "arn:aws-iso:iam::aws:policy/IAMFullAccess",
        "arn:aws:iam::aws:policy/AWSMcpServiceActionsFullAccess",
        "arn:aws:iam::aws:policy/AWSOpsWorksRegisterCLI",
        "arn:aws:iam::aws:policy/AWSSSOMasterAccountAdministrator",
        "arn:aws:iam::aws:policy/AWSSSOMemberAccountAdministrator",
        " arn:aws:iam::aws:policy/administratoraccess ",
      ]) {
        it(`reports ${arn} once, with the holder's name`, () => {
          const messages = judge(arn, "somebody");
          assert.equal(messages.length, 1);
          const [message = ""] = messages;
          assert.ok(message.includes('"somebody"'));
          assert.ok(message.includes(arn));
        });
      }

      for (const arn of [
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:iam::aws:policy/AdministratorAccess-Amplify",
        "arn:aws:iam::aws:policy/PowerUserAccess",
        "arn:aws:iam::123456789012:policy/AdministratorAccess",
        "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
        UNKNOWN,
        undefined,
      ]) {
        it(`accepts ${shown(arn)}`, () => {
          assert.deepEqual(judge(arn, "somebody"), []);
        });
      }

      it("accepts the holders that are configured, and no others", () => {
        const config = { groups: ["x"], roles: ["x"], permissionSets: ["x"] };
        assert.equal(judge(ADMIN, "x", config).length, key === undefined ? 1 : 0);
        assert.equal(judge(ADMIN, "y", config).length, 1);
        assert.equal(judge(ADMIN, undefined, config).length, 1);
      });

      it("waits with a holder that is not known yet if any of its kind may have full power", () => {
        const config = { groups: ["x"], roles: ["x"], permissionSets: ["x"] };
        assert.equal(judge(ADMIN, UNKNOWN, config).length, key === undefined ? 1 : 0);
        assert.equal(judge(ADMIN, UNKNOWN, { groups: [] }).length, 1);
      });
    });
  }

  describe("with roles by pattern or ARN", () => {
    const judge = (role: unknown, ...roles: string[]) =>
      verdict(rule, {
        type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        props: { policyArn: ADMIN, role },
        config: { roles },
      });

    for (const [role, allowed] of [
      ["deploy-1a2b3c4", "deploy-*"],
      ["deploy-1a2b3c4", "deploy-???????"],
      ["deploy", "arn:aws:iam::123456789012:role/deploy"],
      ["deploy-1a2b3c4", "arn:aws:iam::123456789012:role/ci/deploy-*"],
      ["arn:aws:iam::123456789012:role/deploy", "arn:aws:iam::123456789012:role/deploy"],
    ] as const) {
      it(`accepts ${role} where ${allowed} is allowed`, () => {
        assert.deepEqual(judge(role, allowed), []);
      });
    }

    for (const [role, allowed] of [
      ["deploy2", "deploy"],
      ["Deploy", "deploy"],
      ["my-deploy-1", "deploy-*"],
      ["deployer", "arn:aws:iam::123456789012:role/deploy"],
    ] as const) {
      it(`reports ${role} where ${allowed} is allowed`, () => {
        assert.equal(judge(role, allowed).length, 1);
      });
    }
  });

  describe("with permission sets by name, whose ARN nobody knows before the first deployment", () => {
    const set = (name: string, stack: string) => ({
      type: "aws:ssoadmin/permissionSet:PermissionSet",
      props: { name },
      stack,
      config: { permissionSets: ["Administrators"] },
    });
    const attachment = (permissionSetArn: unknown, stack: string) => ({
      type: "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment",
      props: { managedPolicyArn: ADMIN, permissionSetArn },
      stack,
      config: { permissionSets: ["Administrators"] },
    });
    const arn = "arn:aws:sso:::permissionSet/ssoins-1/ps-1";

    it("accepts the attachment in a stack that makes such a permission set", () => {
      assert.deepEqual(verdict(rule, set("Administrators", "org")), []);
      assert.deepEqual(verdict(rule, attachment(arn, "org")), []);
    });

    it("reports it in a stack that makes others only", () => {
      assert.deepEqual(verdict(rule, set("Developers", "dev")), []);
      assert.equal(verdict(rule, attachment(arn, "dev")).length, 1);
    });
  });

  it("accepts the group Administrators by default", () => {
    assert.deepEqual(
      verdict(rule, { type: GROUP_ATTACHMENT, props: { policyArn: ADMIN, group: "Administrators" } }),
      [],
    );
  });

  it("reports each wrong holder of a PolicyAttachment, and none of its right ones", () => {
    const props = { policyArn: ADMIN, users: ["a"], groups: ["Administrators", "b"], roles: ["c", "d"] };
    const messages = verdict(rule, { type: POLICY_ATTACHMENT, props, config: { roles: ["c"] } });
    assert.equal(messages.length, 3);
    assert.deepEqual(
      messages.map((message) => /from (.*);/.exec(message)?.[1]),
      ['user "a"', 'group "b"', 'role "d"'],
    );
  });

  it("judges the known part of a PolicyAttachment whose other part is not known yet", () => {
    const props = { policyArn: ADMIN, users: UNKNOWN, groups: [UNKNOWN, "b"], roles: UNKNOWN };
    assert.equal(verdict(rule, { type: POLICY_ATTACHMENT, props }).length, 1);
  });

  it("finds full power among other policies, and names all that is to go in one message", () => {
    const props = {
      name: "ci",
      managedPolicyArns: [UNKNOWN, ADMIN, "arn:aws:iam::aws:policy/IAMFullAccess"],
    };
    const messages = verdict(rule, { type: "aws:iam/role:Role", props });
    assert.equal(messages.length, 1);
    assert.match(messages[0] ?? "", /AdministratorAccess and .*IAMFullAccess from role "ci"/);
  });

  it("accepts full power as a permissions boundary, which gives nothing", () => {
    assert.deepEqual(
      verdict(rule, { type: "aws:iam/role:Role", props: { name: "ci", permissionsBoundary: ADMIN } }),
      [],
    );
  });
});
