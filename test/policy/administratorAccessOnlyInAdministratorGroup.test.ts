import assert from "node:assert/strict";
import { administratorAccessOnlyInAdministratorGroup as rule } from "../../policy/rules/administratorAccessOnlyInAdministratorGroup.ts";
import {
  assertAccepts,
  assertReports,
  stackVerdict,
  UNKNOWN,
  verdict,
  type StackSample,
} from "./policyRule.ts";

const AWS = "arn:aws:iam::aws:policy";
const ADMIN = `${AWS}/AdministratorAccess`;

/** Every resource that gives one holder managed policies: its input for the policy, and the one for the holder. */
const HOLDERS = {
  "iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn group",
  "iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": "policyArns groupName",
  "iam/role:Role": "managedPolicyArns name",
  "iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn role",
  "iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns roleName",
  "iam/userPolicyAttachment:UserPolicyAttachment": "policyArn user",
  "iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns userName",
  "ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment": "managedPolicyArn permissionSetArn",
  "ssoadmin/managedPolicyAttachmentsExclusive:ManagedPolicyAttachmentsExclusive":
    "managedPolicyArns permissionSetArn",
};

describe("administrator-access-only-in-administrator-group", () => {
  for (const [type, inputs] of Object.entries(HOLDERS)) {
    const [policy = "", holder = ""] = inputs.split(" ");
    const of = (name: unknown, config = {}) => {
      const props = { [policy]: policy.endsWith("s") ? ["arn", ADMIN] : ADMIN, [holder]: name };
      return { type: `aws:${type}`, props, config };
    };

    it(`reports aws:${type}, and accepts the configured holders, or one that may be one of them`, () => {
      const config = { groups: ["x"], roles: ["x"], permissionSets: ["x"] };
      const remove = /remove \S+:policy\/AdministratorAccess from [a-z ]+ "[^"]*"; full power belongs to/;
      assertReports(rule, remove, [of("somebody"), of("y", config), of(undefined, config)]);
      assertReports(rule, remove, [of(UNKNOWN, { groups: [] })]);
      const samples = [of("x", config), of(UNKNOWN, config)];
      if (holder.startsWith("user")) assertReports(rule, remove, samples);
      else assertAccepts(rule, samples);
    });
  }

  const attached = (policyArn: unknown) => ({ props: { policyArn, group: "somebody" } });

  it("reports every AWS managed policy of full power, in any partition and letter case", () => {
    const names = ["IAMFullAccess", "AWSMcpServiceActionsFullAccess", "AWSOpsWorksRegisterCLI"];
    const sso = ["AWSSSODirectoryAdministrator", "AWSManagedAccountUserEntitlementAccess"];
    const others = [` ${AWS}/job-function/administratoraccess `, "arn:aws-iso:iam::aws:policy/IAMFullAccess"];
    const arns = [...[...names, ...sso].map((name) => `${AWS}/${name}`), ...others];
    assertReports(rule, /from group "somebody"/, arns.map(attached));
  });

  it("reports what an action of a budget attaches, whoever gets it", () => {
    const type = "aws:budgets/budgetAction:BudgetAction";
    const action = (holders: object, policyArn = ADMIN) => ({
      type,
      props: { definition: { iamActionDefinition: { policyArn, ...holders } } },
    });
    for (const holders of [{ users: ["eve"] }, { groups: ["Readers"] }, { roles: ["ci"] }]) {
      assertReports(rule, /remove \S+:policy\/AdministratorAccess from (user|group|role) "/, [
        action(holders),
      ]);
    }
    assertAccepts(rule, [
      action({ groups: ["Administrators"] }),
      action({ users: ["eve"] }, `${AWS}/AWSDenyAll`),
      action({ users: UNKNOWN }),
      { type, props: { definition: UNKNOWN } },
    ]);
  });

  it("accepts other policies, and one that is not known yet", () => {
    const names = ["AdministratorAccess-Amplify", "PowerUserAccess", "job-function/ViewOnlyAccess"];
    const own = ADMIN.replace("iam::aws", "iam::123456789012");
    assertAccepts(rule, [...names.map((name) => `${AWS}/${name}`), own, UNKNOWN, undefined].map(attached));
  });

  it("allows roles by pattern or ARN", () => {
    const arn = "arn:aws:iam::123456789012:role/deploy";
    const role = (name: string, allowed: string) => ({
      type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      props: { policyArn: ADMIN, role: name },
      config: { roles: [allowed] },
    });
    const path = "arn:aws:iam::123456789012:role/ci/deploy-*";
    assertAccepts(rule, [role("deploy-1a2b", "deploy-????"), role("deploy", arn), role("deploy-1a2b", path)]);
    assertAccepts(rule, [role(arn, arn)]);
    assertReports(rule, /from role/, [role("deploy2", "deploy"), role("Deploy", "deploy")]);
    assertReports(rule, /from role/, [role("my-deploy-1", "deploy-*"), role("deployer", arn)]);
  });

  describe("allows permission sets by name", () => {
    const arn = (set: number) => `arn:aws:sso:::permissionSet/ssoins-1/ps-${set}`;
    const config = { permissionSets: ["Admin*", arn(9)] };
    const set = (name: string, setArn: unknown): StackSample => ({
      type: "aws:ssoadmin/permissionSet:PermissionSet",
      name,
      props: { name, arn: setArn },
    });
    const attachment = (permissionSetArn: unknown, ...names: string[]): StackSample => ({
      type: "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment",
      name: "attachment",
      props: { managedPolicyArn: ADMIN, permissionSetArn },
      madeFrom: { permissionSetArn: names },
      config,
    });
    const reported = (name: string) => [
      [
        "attachment",
        `ManagedPolicyAttachment "attachment": remove ${ADMIN} from permission set "${name}"; ` +
          "full power belongs to the group Administrators (this rule's setting groups)",
      ],
    ];

    it("of the stack, by what the attachment is made from, whatever comes first", () => {
      for (const order of [1, -1]) {
        const stack = (name: string) =>
          [set("Admins", UNKNOWN), set("Devs", UNKNOWN), attachment(UNKNOWN, name)].sort(() => order);
        assert.deepEqual(stackVerdict(rule, stack("Admins"), config), []);
        assert.deepEqual(stackVerdict(rule, stack("Devs"), config), reported("Devs"));
      }
      const both = [set("Admins", UNKNOWN), set("Devs", UNKNOWN), attachment(UNKNOWN, "Admins", "Devs")];
      assert.deepEqual(stackVerdict(rule, both, config), reported("Admins,Devs"));
    });

    it("of the stack, by their ARN once it is known", () => {
      const sets = [set("Admins", arn(1)), set("Devs", arn(2))];
      const judge = (...attachments: StackSample[]) => stackVerdict(rule, [...attachments, ...sets], config);
      assert.deepEqual(judge(attachment(arn(1))), []);
      assert.deepEqual(judge(attachment(arn(2), "Admins")), reported("Devs"));
      assert.deepEqual(judge(attachment(arn(3))), reported(arn(3)));
      assert.deepEqual(judge(attachment(arn(9))), []);
    });

    it("and leaves each attachment to the stack only where names are allowed", () => {
      assertAccepts(rule, [attachment(arn(2)), attachment(UNKNOWN)]);
      assertReports(rule, /from permission set "arn/, [
        { ...attachment(arn(2)), config: { permissionSets: [arn(9)] } },
      ]);
      assert.deepEqual(stackVerdict(rule, [attachment(arn(2))], { permissionSets: [arn(9)] }), []);
    });
  });

  it("reports each wrong holder of a PolicyAttachment that is known, and none of its right ones", () => {
    const type = "aws:iam/policyAttachment:PolicyAttachment";
    const props = { policyArn: ADMIN, users: ["a"], groups: ["Administrators", "b"], roles: ["c", "d"] };
    const [remove, home] = [
      `"sample": remove ${ADMIN} from`,
      "full power belongs to the group Administrators (this rule's setting groups)",
    ];
    assert.deepEqual(verdict(rule, { type, props, config: { roles: ["c"] } }), [
      `PolicyAttachment ${remove} user "a"; ${home}`,
      `PolicyAttachment ${remove} group "b"; ${home}`,
      `PolicyAttachment ${remove} role "d"; ${home}`,
    ]);
    const unknown = { policyArn: ADMIN, users: UNKNOWN, groups: [UNKNOWN, "b"], roles: UNKNOWN };
    assertReports(rule, /from group "b"/, [{ type, props: unknown }]);
  });

  it("names all policies that are to go in one message, and no permissions boundary", () => {
    const type = "aws:iam/role:Role";
    const props = { name: "ci", managedPolicyArns: [UNKNOWN, ADMIN, `${AWS}/IAMFullAccess`] };
    const expected =
      /AdministratorAccess and .*IAMFullAccess from .*; full power belongs to no group at all$/;
    assertReports(rule, expected, [{ type, props, config: { groups: [] } }]);
    assertAccepts(rule, [{ type, props: { name: "ci", permissionsBoundary: ADMIN } }]);
  });
});
