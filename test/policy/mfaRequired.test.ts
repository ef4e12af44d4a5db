import { mfaRequired as rule } from "../../policy/rules/mfaRequired.ts";
import { requireMfaPolicy } from "../../components/policyDocuments.ts";
import { assertAccepts, assertReports, UNKNOWN, type Sample } from "./policyRule.ts";

const own = { name: "Administrators", path: "/", existing: false };
const component = (requireMfa: unknown, group: unknown = own): Sample => ({ props: { group, requireMfa } });

describe("mfa-required", () => {
  it("reports a group of our own that does not require MFA, and accepts one that may", () => {
    const groups = [own, { name: "Ops" }, undefined, { existing: "false" }];
    const expected = /^AdministratorGroup "sample": set requireMfa to true/;
    assertReports(rule, expected, [
      ...groups.map((group) => component(false, group)),
      ...["false", 0, "no"].map((requireMfa) => component(requireMfa)),
    ]);
    for (const requireMfa of [true, "true", undefined, UNKNOWN]) assertAccepts(rule, [component(requireMfa)]);
  });

  it("accepts an adopted group, whose MFA rule is not ours, and waits where that is not known", () => {
    for (const group of [{ existing: true }, { existing: UNKNOWN }, UNKNOWN]) {
      assertAccepts(rule, [{ ...component(false, group), stack: "adopting" }]);
    }
  });

  describe("believes that a group was there before, unless the stack makes it", () => {
    const adopted = (stack: string, name?: string) => ({
      ...component(false, { name, existing: true }),
      stack,
    });
    const made = (stack: string, name: string) => ({ type: "aws:iam/group:Group", props: { name }, stack });

    it("before the component, which need not say the default name", () => {
      assertAccepts(rule, [made("before", "ops"), made("before", "Administrators")]);
      assertReports(rule, /set requireMfa/, [adopted("before", "Ops"), adopted("before")]);
    });

    it("after the component", () => {
      assertAccepts(rule, [adopted("after", "Ops")]);
      assertReports(rule, /remove existing from group "ops"/, [made("after", "ops")]);
    });

    it("but not where another stack, or another group, is made", () => {
      assertAccepts(rule, [made("one", "ops"), made("two", "Others"), made("two", UNKNOWN)]);
      assertAccepts(rule, [adopted("two", "Ops")]);
    });
  });
});

describe("mfa-required on the group's inline policy", () => {
  const named = (props: object): Sample => ({
    type: "aws:iam/groupPolicy:GroupPolicy",
    props: { name: "RequireMfa", group: "Administrators", policy: { Statement: [] }, ...props },
  });
  const policy = (...Statement: unknown[]) => named({ policy: { Statement } });
  const mfa = (value: unknown) => ({ "aws:MultiFactorAuthPresent": value });
  const Condition = { BoolIfExists: mfa("false") };
  const NotAction = ["iam:ChangePassword", "iam:EnableMFADevice"];
  const deny = { Effect: "Deny", NotAction, Resource: "*", Condition };
  const nobody = { StringEquals: { "aws:username": "nobody" } };

  it("accepts the document that this project writes, in every partition", () => {
    for (const partition of ["aws", "aws-cn", "aws-us-gov"]) {
      assertAccepts(rule, [policy(...requireMfaPolicy(partition).Statement)]);
    }
  });

  it("accepts others that deny the same or more, and what is not known yet", () => {
    assertAccepts(rule, [
      policy({ ...deny, Condition: { boolIfExists: { "aws:multifactorauthpresent": false } } }),
      policy({ ...deny, Condition: { BoolIfExists: mfa(["false"]) } }),
      policy({ ...deny, Condition: undefined }),
      policy({ ...deny, Condition: { Bool: mfa("false") } }, { ...deny, Condition: { Null: mfa("true") } }),
      policy(deny, { Effect: "Allow", Action: "*", Resource: "*" }),
      policy(
        { ...deny, NotAction: ["iam:GetUser", "s3:*"] },
        { ...deny, NotAction: undefined, Action: "s3:*" },
      ),
      policy({ ...deny, NotAction: undefined, Action: "*" }),
      policy({ ...deny, Condition: UNKNOWN }),
      named({ policy: UNKNOWN }),
    ]);
  });

  for (const [why, statement] of Object.entries({
    "nothing denied": { ...deny, Effect: "Allow" },
    "everything spared": { ...deny, NotAction: "*" },
    "all of iam spared": { ...deny, NotAction: ["iam:*"] },
    "one action denied": { Effect: "Deny", Action: "iam:CreateUser", Resource: "*", Condition },
    "the removal of the rule spared": { ...deny, NotAction: [...NotAction, "iam:DeleteGroupPolicy"] },
    "deletions spared": { ...deny, NotAction: ["iam:Delete*"] },
    "an attachment spared": { ...deny, NotAction: ["iam:AttachGroupPolicy"] },
    "leaving the group spared": { ...deny, NotAction: ["iam:RemoveUserFromGroup"] },
    "secrets spared": { ...deny, NotAction: [...NotAction, "secretsmanager:*"] },
    "the organization spared": { ...deny, NotAction: ["organizations:*"] },
    "a wildcard spared": { ...deny, NotAction: ["iam:ListMFADevice?"] },
    "many services denied, and not all": {
      Effect: "Deny",
      Action: ["iam:*", "s3:*", "ec2:*", "sts:*", "kms:*", "lambda:*", "*:C*"],
      Resource: "*",
      Condition,
    },
    "all resources but one denied": { ...deny, Resource: undefined, NotResource: "arn:aws:s3:::bucket" },
    "all that has an ARN denied": { ...deny, Resource: "arn:*" },
    "one resource denied": { ...deny, Resource: "arn:aws:s3:::bucket" },
    "the condition inverted": { ...deny, Condition: { BoolIfExists: mfa("true") } },
    "access keys spared": { ...deny, Condition: { Bool: mfa("false") } },
    "passwords spared": { ...deny, Condition: { Null: mfa("true") } },
    "another condition beside": { ...deny, Condition: { ...Condition, ...nobody } },
  })) {
    it(`reports ${why}`, () => {
      const expected = /^GroupPolicy "sample": its document does not deny group "Administrators"/;
      assertReports(rule, expected, [policy(statement)]);
    });
  }

  it("says which action is spared beyond what enrolling a device takes, if there is one", () => {
    const spares = { ...deny, NotAction: [...NotAction, "iam:GetUser", "s3:Get*", "kms:Decrypt"] };
    assertReports(
      rule,
      /without MFA \(it spares s3:get\*\); the Deny must spare nothing except what enrolling/,
      [policy(spares), policy({ Effect: "Deny", Action: "kms:*", Resource: "*", Condition }, spares)],
    );
    const [first, other] = ["iam:*", "s3:*"].map((Action) => ({
      Effect: "Deny",
      Action,
      Resource: "*",
      Condition,
    }));
    assertReports(rule, /without MFA; the Deny must spare nothing except what enrolling/, [
      policy(first, other),
    ]);
  });

  it("reports an unreadable one, by its name in any letter case, in the component's group and in configured ones", () => {
    assertReports(rule, /does not deny/, [named({ name: "requiremfa", policy: "{" })]);
    const parents = ["iam-administrators:index:AdministratorGroup"];
    const ops = named({ group: "Ops" });
    assertReports(rule, /deny group "Ops"/, [
      { ...ops, parents },
      { ...ops, config: { groups: ["Ops"] } },
    ]);
    assertAccepts(rule, [named({ name: "Other" }), named({ group: UNKNOWN }), ops]);
  });
});

describe("mfa-required on the list of the group's inline policies", () => {
  const listed = (policyNames: unknown, groupName = "Administrators"): Sample => ({
    type: "aws:iam/groupPoliciesExclusive:GroupPoliciesExclusive",
    props: { groupName, policyNames },
  });

  it("reports an administrators group's that certainly lacks the rule", () => {
    const expected = /: add RequireMfa to policyNames, or group "Administrators" loses its MFA rule$/;
    assertReports(rule, expected, [listed([]), listed(["Other"]), listed(undefined)]);
    assertAccepts(rule, [listed(["Other", "RequireMfa"]), listed(["Other", UNKNOWN]), listed(UNKNOWN)]);
    assertAccepts(rule, [listed([], "Readers")]);
  });
});
