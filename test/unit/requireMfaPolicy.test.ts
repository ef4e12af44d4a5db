import assert from "node:assert/strict";
import { requireMfaPolicy, type PolicyStatement } from "../../components/policyDocuments.ts";
import { simulate, type AwsCall, type SimulatedDocument, type Verdict } from "../support/policySimulator.ts";

/** AWS's managed policy, as published. */
const administratorAccess: SimulatedDocument = {
  Statement: [{ Sid: "AdministratorAccess", Effect: "Allow", Action: "*", Resource: "*" }],
};

const account = "arn:aws:iam::123456789012";
const rest = "DenyAllButMfaEnrolmentWithoutMfa";
const others = "DenyOtherUsersWithoutMfa";
const granted = "AdministratorAccess";

/** Whether the request says that MFA was used. With long-term access keys it says nothing: "missing". */
type Mfa = "true" | "false" | "missing";

interface Case {
  readonly user: string;
  readonly path: string;
  readonly action: string;
  readonly resource: string;
  readonly mfa: Mfa;
  /** The statement that decides: the managed policy's Allow, or the Sid of one of the rule's two Denies. */
  readonly decidedBy: string;
}

type Row = readonly [
  user: string,
  path: string,
  action: string,
  resource: string,
  mfa: Mfa,
  decidedBy: string,
];

const bob = (path = "/") => `${account}:user${path}bob`;

// IAM has no characters in names that are wildcards in patterns: `[A-Za-z0-9+=,.@_-]`.
const table: readonly Row[] = [
  // The first sign-in: a new password, then a device, each with what the console asks on the way.
  ["bob", "/", "iam:GetAccountPasswordPolicy", "*", "false", granted],
  ["bob", "/", "iam:ChangePassword", bob(), "false", granted],
  ["bob", "/", "iam:GetUser", bob(), "false", granted],
  ["bob", "/", "iam:ListMFADevices", bob(), "false", granted],
  ["bob", "/", "iam:ListVirtualMFADevices", "*", "false", granted],
  ["bob", "/", "iam:CreateVirtualMFADevice", `${account}:mfa/bob`, "false", granted],
  ["bob", "/", "iam:CreateVirtualMFADevice", `${account}:mfa/phone`, "false", granted],
  ["bob", "/", "iam:CreateVirtualMFADevice", `${account}:mfa/phones/bob`, "false", granted],
  ["bob", "/", "iam:EnableMFADevice", bob(), "false", granted],
  ["bob", "/", "iam:GetMFADevice", bob(), "false", granted],
  ["bob", "/", "iam:ResyncMFADevice", bob(), "false", granted],
  ["bob", "/", "sts:GetSessionToken", "*", "false", granted],
  // The same from the command line, with long-term keys.
  ["bob", "/", "iam:ChangePassword", bob(), "missing", granted],
  ["bob", "/", "iam:EnableMFADevice", bob(), "missing", granted],
  ["bob", "/", "sts:GetSessionToken", "*", "missing", granted],
  // Actions have no letter case.
  ["bob", "/", "IAM:changepassword", bob(), "false", granted],
  ["bob", "/", "iam:createaccesskey", bob(), "false", rest],
  // Users with paths.
  ["bob", "/team/", "iam:ChangePassword", bob("/team/"), "false", granted],
  ["bob", "/team/", "iam:EnableMFADevice", bob("/team/"), "false", granted],
  ["bob", "/a/b/c/", "iam:ChangePassword", bob("/a/b/c/"), "false", granted],
  ["bob", "/bob/", "iam:ChangePassword", bob("/bob/"), "missing", granted],
  ["a+=,.@_-z", "/", "iam:ChangePassword", `${account}:user/a+=,.@_-z`, "false", granted],
  ["a.c", "/", "iam:ChangePassword", `${account}:user/abc`, "false", others],
  // Nobody else's password and devices, however alike the names and paths.
  ["bob", "/", "iam:ChangePassword", `${account}:user/alice`, "false", others],
  ["bob", "/", "iam:ChangePassword", `${account}:user/alice`, "missing", others],
  ["bob", "/", "iam:EnableMFADevice", `${account}:user/alice`, "false", others],
  ["bob", "/", "iam:ResyncMFADevice", `${account}:user/alice`, "false", others],
  ["bob", "/", "iam:ListMFADevices", `${account}:user/alice`, "false", others],
  ["bob", "/", "iam:GetMFADevice", `${account}:user/alice`, "false", others],
  ["bob", "/", "iam:ChangePassword", `${account}:user/bobby`, "false", others],
  ["bob", "/", "iam:ChangePassword", `${account}:user/xbob`, "false", others],
  ["bobby", "/", "iam:ChangePassword", bob(), "false", others],
  ["ob", "/", "iam:ChangePassword", bob(), "false", others],
  ["bob", "/", "iam:ChangePassword", `${account}:user/Bob`, "false", others],
  ["bob", "/", "iam:ChangePassword", `${account}:user/bob/alice`, "false", others],
  ["bob", "/", "iam:ChangePassword", `${account}:user/team/bobby`, "false", others],
  ["bob", "/", "iam:ChangePassword", `${account}:user/team/x-bob`, "false", others],
  ["bob", "/team/", "iam:EnableMFADevice", `${account}:user/team/alice`, "false", others],
  ["bob", "/", "iam:EnableMFADevice", `${account}:role/bob`, "false", others],
  ["bob", "/", "iam:CreateVirtualMFADevice", "*", "false", others],
  // A device that is there cannot be taken away: a stolen password would be enough otherwise.
  ["bob", "/", "iam:DeactivateMFADevice", bob(), "false", rest],
  ["bob", "/", "iam:DeactivateMFADevice", `${account}:user/alice`, "false", rest],
  ["bob", "/", "iam:DeleteVirtualMFADevice", `${account}:mfa/bob`, "false", rest],
  ["bob", "/", "iam:DeleteVirtualMFADevice", `${account}:mfa/bob`, "missing", rest],
  // Nothing else without MFA.
  ["bob", "/", "iam:CreateAccessKey", bob(), "false", rest],
  ["bob", "/", "iam:CreateAccessKey", bob(), "missing", rest],
  ["bob", "/", "iam:UpdateLoginProfile", bob(), "false", rest],
  ["bob", "/", "iam:CreateLoginProfile", `${account}:user/alice`, "false", rest],
  ["bob", "/", "iam:UpdateLoginProfile", `${account}:user/alice`, "missing", rest],
  ["bob", "/", "iam:AttachUserPolicy", bob(), "false", rest],
  ["bob", "/", "iam:PutUserPolicy", bob(), "missing", rest],
  ["bob", "/", "iam:DeleteGroupPolicy", `${account}:group/Administrators`, "false", rest],
  ["bob", "/", "iam:RemoveUserFromGroup", `${account}:group/Administrators`, "missing", rest],
  ["bob", "/", "iam:CreateUser", `${account}:user/mallory`, "false", rest],
  ["bob", "/", "iam:ListUsers", "*", "false", rest],
  ["bob", "/", "iam:ListAccessKeys", bob(), "false", rest],
  ["bob", "/", "s3:ListAllMyBuckets", "*", "false", rest],
  ["bob", "/", "s3:GetObject", "arn:aws:s3:::bucket/key", "missing", rest],
  ["bob", "/", "sts:AssumeRole", `${account}:role/deploy`, "false", rest],
  ["bob", "/", "sts:AssumeRole", `${account}:role/deploy`, "missing", rest],
  ["bob", "/", "ec2:RunInstances", "*", "missing", rest],
  ["bob", "/", "organizations:LeaveOrganization", "*", "false", rest],
  // Only reading, and of everyone: what AWS's own example spares, too.
  ["bob", "/", "iam:GetUser", `${account}:user/alice`, "false", granted],
  // With MFA an administrator is one.
  ["bob", "/", "iam:ChangePassword", `${account}:user/alice`, "true", granted],
  ["bob", "/", "iam:EnableMFADevice", `${account}:user/alice`, "true", granted],
  ["bob", "/", "iam:DeactivateMFADevice", `${account}:user/alice`, "true", granted],
  ["bob", "/", "iam:DeleteVirtualMFADevice", `${account}:mfa/alice`, "true", granted],
  ["bob", "/", "iam:CreateAccessKey", bob(), "true", granted],
  ["bob", "/", "iam:AttachUserPolicy", bob(), "true", granted],
  ["bob", "/", "iam:UpdateLoginProfile", `${account}:user/alice`, "true", granted],
  ["bob", "/", "s3:DeleteBucket", "arn:aws:s3:::bucket", "true", granted],
  ["bob", "/", "sts:AssumeRole", `${account}:role/deploy`, "true", granted],
];

const cases = table.map(([user, path, action, resource, mfa, decidedBy]): Case => ({
  user,
  path,
  action,
  resource,
  mfa,
  decidedBy,
}));

function title({ user, path, action, resource, mfa, decidedBy }: Case, partition = "aws"): string {
  const may = decidedBy === granted ? "may" : "may not";
  return `${inPartition(`${path}${user}`, partition)} ${may} ${action} on ${resource} with MFA ${mfa}`;
}

function inPartition(text: string, partition: string): string {
  return text.replace(/^arn:aws:/, `arn:${partition}:`);
}

function callOf({ user, path, action, resource, mfa }: Case, partition = "aws"): AwsCall {
  return {
    action,
    resource: inPartition(resource, partition),
    context: {
      "aws:username": user,
      "aws:PrincipalArn": `arn:${partition}:iam::123456789012:user${path}${user}`,
      ...(mfa === "missing" ? {} : { "aws:MultiFactorAuthPresent": mfa }),
    },
  };
}

function decide(rule: SimulatedDocument, one: Case, partition?: string): Verdict {
  return simulate([administratorAccess, rule], callOf(one, partition));
}

/** The cases that come out otherwise than in the table, by allowed or denied and not by the reason. */
function noticed(rule: SimulatedDocument): string[] {
  return cases
    .filter((one) => decide(rule, one).allowed !== (one.decidedBy === granted))
    .map((one) => title(one));
}

// What this does not prove: that AWS evaluates as the simulator does, and which actions the console calls on the way.
describe("An administrator under the MFA rule", () => {
  const rule = requireMfaPolicy("aws");

  for (const one of cases) {
    it(title(one), () => {
      assert.deepEqual(decide(rule, one), { allowed: one.decidedBy === granted, by: one.decidedBy });
    });
  }

  it("is described by different cases, which cover each outcome with and without MFA", () => {
    assert.equal(new Set(cases.map((one) => title(one))).size, cases.length);
    assert.ok(cases.length >= 40, `${cases.length} cases`);
    const outcomes = new Set(cases.map(({ mfa, decidedBy }) => `${mfa} ${decidedBy}`));
    assert.deepEqual(
      [...outcomes].sort(),
      [
        `false ${granted}`,
        `false ${rest}`,
        `false ${others}`,
        `missing ${granted}`,
        `missing ${rest}`,
        `missing ${others}`,
        `true ${granted}`,
      ].sort(),
    );
  });

  for (const partition of ["aws-us-gov", "aws-cn", "aws-iso-b"]) {
    it(`may do exactly the same in the partition ${partition}`, () => {
      for (const one of cases) {
        assert.equal(
          decide(requireMfaPolicy(partition), one, partition).by,
          one.decidedBy,
          title(one, partition),
        );
      }
    });
  }

  it("could not even change the password if the rule were made for another partition", () => {
    const first = cases.find(({ action }) => action === "iam:ChangePassword");
    assert.ok(first);
    assert.deepEqual(decide(requireMfaPolicy("aws"), first, "aws-cn"), { allowed: false, by: others });
  });

  it("may do nothing without MFA when a request comes from a role session, which has no user name", () => {
    const call = (action: string, resource: string) =>
      simulate([administratorAccess, rule], {
        action,
        resource,
        context: { "aws:MultiFactorAuthPresent": "false" },
      });
    assert.deepEqual(call("iam:ChangePassword", bob()), { allowed: false, by: others });
    assert.deepEqual(call("s3:ListAllMyBuckets", "*"), { allowed: false, by: rest });
  });
});

describe("The table of cases about the MFA rule", () => {
  const rule = requireMfaPolicy("aws");
  const change = (
    sid: string,
    changed: (statement: PolicyStatement) => PolicyStatement[],
  ): SimulatedDocument => ({
    Statement: rule.Statement.flatMap((it) => (it.Sid === sid ? changed(it) : [it])),
  });
  const title1 = (user: string, action: string, resource: string, mfa: Mfa) => {
    const found = cases.find(
      (one) => one.user === user && one.action === action && one.resource === resource && one.mfa === mfa,
    );
    assert.ok(found, `${user} ${action} ${resource} ${mfa} is not in the table`);
    return title(found);
  };

  interface Mutation {
    readonly name: string;
    readonly mutant: SimulatedDocument;
    readonly notices: readonly string[];
  }
  const alice = `${account}:user/alice`;
  const mutations: readonly Mutation[] = [
    {
      name: "the first statement is gone",
      mutant: change(rest, () => []),
      notices: [
        title1("bob", "iam:CreateAccessKey", bob(), "false"),
        title1("bob", "iam:DeactivateMFADevice", bob(), "false"),
        title1("bob", "sts:AssumeRole", `${account}:role/deploy`, "missing"),
      ],
    },
    {
      name: "the second statement is gone",
      mutant: change(others, () => []),
      notices: [
        title1("bob", "iam:ChangePassword", alice, "false"),
        title1("bob", "iam:EnableMFADevice", alice, "false"),
        title1("bob", "iam:ChangePassword", `${account}:user/bobby`, "false"),
      ],
    },
    ...[rest, others].map((sid) => ({
      name: `${sid} holds only where the request speaks of MFA (Bool for BoolIfExists)`,
      mutant: change(sid, (it) => [
        { ...it, Condition: { Bool: { "aws:MultiFactorAuthPresent": "false" } } },
      ]),
      notices: [
        sid === rest
          ? title1("bob", "iam:CreateAccessKey", bob(), "missing")
          : title1("bob", "iam:ChangePassword", alice, "missing"),
      ],
    })),
    ...[rest, others].map((sid) => ({
      name: `${sid} holds with MFA too (no condition)`,
      mutant: change(sid, (it) => [{ ...it, Condition: {} }]),
      notices: [
        sid === rest
          ? title1("bob", "iam:CreateAccessKey", bob(), "true")
          : title1("bob", "iam:ChangePassword", alice, "true"),
      ],
    })),
    ...[
      ...["iam:ChangePassword", "iam:EnableMFADevice", "iam:ListMFADevices", "iam:GetMFADevice"],
      ...["iam:ResyncMFADevice", "iam:GetUser"],
    ].map((action) => ({
      name: `${action} is not spared`,
      mutant: change(rest, (it) => [
        { ...it, NotAction: it.NotAction?.filter((other) => other !== action) ?? [] },
      ]),
      notices: [title1("bob", action, bob(), "false")],
    })),
    ...["iam:GetAccountPasswordPolicy", "iam:ListVirtualMFADevices", "sts:GetSessionToken"].map((action) => ({
      name: `${action} is not spared`,
      mutant: change(rest, (it) => [
        { ...it, NotAction: it.NotAction?.filter((other) => other !== action) ?? [] },
      ]),
      notices: [title1("bob", action, "*", "false")],
    })),
    {
      name: "iam:CreateVirtualMFADevice is not spared",
      mutant: change(rest, (it) => [
        { ...it, NotAction: it.NotAction?.filter((other) => !other.startsWith("iam:Create")) ?? [] },
      ]),
      notices: [title1("bob", "iam:CreateVirtualMFADevice", `${account}:mfa/phone`, "false")],
    },
    {
      name: "all of MFA is spared (iam:*MFADevice)",
      mutant: change(rest, (it) => [{ ...it, NotAction: [...(it.NotAction ?? []), "iam:*MFADevice"] }]),
      notices: [
        title1("bob", "iam:DeactivateMFADevice", bob(), "false"),
        title1("bob", "iam:DeleteVirtualMFADevice", `${account}:mfa/bob`, "false"),
      ],
    },
    {
      name: "users with paths are forgotten",
      mutant: change(others, (it) => [
        { ...it, NotResource: it.NotResource?.filter((resource) => !resource.includes("user/*/")) ?? [] },
      ]),
      notices: [title1("bob", "iam:ChangePassword", bob("/team/"), "false")],
    },
    {
      name: "the path's slash is forgotten (user/*${aws:username})",
      mutant: change(others, (it) => [
        { ...it, NotResource: [...(it.NotResource ?? []), "arn:aws:iam::*:user/*${aws:username}"] },
      ]),
      notices: [
        title1("bob", "iam:ChangePassword", `${account}:user/xbob`, "false"),
        title1("ob", "iam:ChangePassword", bob(), "false"),
      ],
    },
    {
      name: "the name may go on (user/${aws:username}*)",
      mutant: change(others, (it) => [
        { ...it, NotResource: [...(it.NotResource ?? []), "arn:aws:iam::*:user/${aws:username}*"] },
      ]),
      notices: [
        title1("bob", "iam:ChangePassword", `${account}:user/bobby`, "false"),
        title1("bob", "iam:ChangePassword", `${account}:user/bob/alice`, "false"),
      ],
    },
    {
      name: "devices are forgotten",
      mutant: change(others, (it) => [
        { ...it, NotResource: it.NotResource?.filter((resource) => !resource.includes(":mfa/")) ?? [] },
      ]),
      notices: [title1("bob", "iam:CreateVirtualMFADevice", `${account}:mfa/bob`, "false")],
    },
  ];

  for (const { name, mutant, notices } of mutations) {
    it(`notices when ${name}`, () => {
      const found = noticed(mutant);
      assert.deepEqual(
        notices.filter((one) => !found.includes(one)),
        [],
      );
    });
  }

  it("is content with the rule as it is", () => {
    assert.deepEqual(noticed(rule), []);
  });
});

describe("The policy simulator", () => {
  const call = (context: AwsCall["context"] = {}, resource = "arn:aws:s3:::bucket/a"): AwsCall => ({
    action: "s3:GetObject",
    resource,
    context,
  });
  const statement = (parts: object): SimulatedDocument => ({
    Statement: [{ Sid: "it", Effect: "Allow", Action: "*", Resource: "*", ...parts }],
  });
  const allows = (parts: object, one = call()) => simulate([statement(parts)], one).allowed;

  it("denies what no statement allows", () => {
    assert.deepEqual(simulate([], call()), { allowed: false, by: "no statement allows it" });
  });

  it("lets a Deny win, whatever the order", () => {
    const deny = statement({ Sid: "no", Effect: "Deny" });
    assert.deepEqual(simulate([statement({}), deny], call()), { allowed: false, by: "no" });
    assert.deepEqual(simulate([deny, statement({})], call()), { allowed: false, by: "no" });
  });

  it("matches actions whatever the case, with wildcards, whole", () => {
    for (const Action of ["s3:GetObject", "S3:getobject", "s3:*", "s3:Get*", "s3:G?tObject", ["x:y", "*"]]) {
      assert.equal(allows({ Action }), true, String(Action));
    }
    for (const Action of ["s3:Get", "s3:GetObjec", "3:GetObject", "s3:GetObject?", "s3.GetObject", []]) {
      assert.equal(allows({ Action }), false, String(Action));
    }
  });

  it("matches resources with their case, and regular expressions' own characters as they are", () => {
    assert.equal(allows({ Resource: "arn:aws:s3:::bucket/*" }), true);
    assert.equal(allows({ Resource: "arn:aws:s3:::Bucket/*" }), false);
    assert.equal(allows({ Resource: "arn:aws:s3:::b.*" }), false);
    assert.equal(allows({ Resource: "arn:aws:s3:::bucke(t)/a" }), false);
  });

  it("turns Not forms round, for the whole list", () => {
    assert.equal(allows({ Action: undefined, NotAction: ["iam:*", "s3:*"] }), false);
    assert.equal(allows({ Action: undefined, NotAction: ["iam:*"] }), true);
    assert.equal(allows({ Resource: undefined, NotResource: ["arn:aws:s3:::bucket/*"] }), false);
    assert.equal(allows({ Resource: undefined, NotResource: ["arn:aws:s3:::other/*"] }), true);
  });

  it("fills variables in as text, not as patterns, and matches nothing where the request lacks one", () => {
    const Resource = "arn:aws:s3:::bucket/${aws:username}";
    assert.equal(allows({ Resource }, call({ "aws:username": "a" })), true);
    assert.equal(allows({ Resource }, call({ "AWS:UserName": "a" })), true);
    assert.equal(allows({ Resource }, call({ "aws:username": "*" })), false);
    assert.equal(allows({ Resource }, call()), false);
  });

  it("judges conditions, those about absent keys included", () => {
    const when = (Condition: object, context: AwsCall["context"]) => allows({ Condition }, call(context));
    const mfa = { "aws:MultiFactorAuthPresent": "false" };
    assert.equal(when({ Bool: mfa }, { "aws:multifactorauthpresent": "FALSE" }), true);
    assert.equal(when({ Bool: mfa }, { "aws:MultiFactorAuthPresent": "true" }), false);
    assert.equal(when({ Bool: mfa }, {}), false);
    assert.equal(when({ BoolIfExists: mfa }, {}), true);
    assert.equal(when({ BoolIfExists: mfa }, { "aws:MultiFactorAuthPresent": "true" }), false);
    assert.equal(when({ Null: { a: "true" } }, {}), true);
    assert.equal(when({ Null: { a: "false" } }, {}), false);
    assert.equal(when({ StringEquals: { a: ["x", "y"] } }, { a: "y" }), true);
    assert.equal(when({ StringEquals: { a: "x" } }, { a: "X" }), false);
    assert.equal(when({ StringNotEquals: { a: ["x", "y"] } }, { a: "y" }), false);
    assert.equal(when({ StringNotEquals: { a: "x" } }, {}), true);
    assert.equal(when({ StringLike: { a: "x*" } }, { a: "xyz" }), true);
    assert.equal(when({ NumericLessThan: { a: "10" } }, { a: "9" }), true);
    assert.equal(when({ StringEquals: { a: "x" }, Bool: { b: "true" } }, { a: "x", b: "false" }), false);
  });

  it("throws for what it does not know, instead of passing over it", () => {
    assert.throws(() => allows({ Principal: "*" }), /does not know the element Principal/);
    assert.throws(() => allows({ Condition: { DateLessThan: { a: "1" } } }), /does not know the condition/);
    assert.throws(() => allows({ NotAction: "*" }), /either an element or its Not form/);
  });
});
