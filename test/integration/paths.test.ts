import assert from "node:assert/strict";
import type { IAM } from "@aws-sdk/client-iam";
import { STS } from "@aws-sdk/client-sts";
import type { Identity } from "../../account/identities.ts";
import { withRequireMfa } from "../../config/schema.ts";
import { validate } from "../../config/loadConfig.ts";
import { review } from "../../review/review.ts";
import { ACCOUNT, ADMINISTRATOR, allow, arn, identity, trust } from "../support/accounts.ts";
import { useEmulator } from "../support/emulator.ts";
import { pathfindingAccount } from "../support/pathfinding.ts";

/** AWS's own policies for functions of jobs, apart from AdministratorAccess. */
const JOBS = [
  ...["Billing", "DatabaseAdministrator", "DataScientist", "NetworkAdministrator", "SupportUser"],
  ...["SystemAdministrator", "ViewOnlyAccess"],
].map((name) => `job-function/${name}`);
const OTHERS = ["PowerUserAccess", "ReadOnlyAccess", "SecurityAudit"];

/** Makes everybody in the emulator, with their policies. */
async function seed(iam: IAM, identities: readonly Identity[]) {
  const made = new Set<string>();
  const managed = async (name: string, policy: string, document?: string) => {
    if (document === undefined || !policy.includes(`:${ACCOUNT}:`) || made.has(policy)) return;
    made.add(policy);
    await iam.createPolicy({ PolicyName: name, PolicyDocument: document });
  };
  const sorted = identities.toSorted((one, other) => one.kind.localeCompare(other.kind));
  for (const { kind, name, path, policies, boundary, trust: AssumeRolePolicyDocument, groups } of sorted) {
    const PermissionsBoundary = boundary?.arn;
    if (boundary?.arn) await managed(boundary.name, boundary.arn, boundary.document);
    if (kind === "group") await iam.createGroup({ GroupName: name });
    else if (kind === "user") await iam.createUser({ UserName: name, PermissionsBoundary });
    else await iam.createRole({ RoleName: name, Path: path, AssumeRolePolicyDocument, PermissionsBoundary });
    for (const GroupName of groups) await iam.addUserToGroup({ GroupName, UserName: name });
    const whose = { UserName: name, GroupName: name, RoleName: name };
    for (const { name: PolicyName, arn: PolicyArn, document: PolicyDocument } of policies) {
      const inline = { ...whose, PolicyName, PolicyDocument };
      const attached = { ...whose, PolicyArn };
      if (PolicyArn) await managed(PolicyName, PolicyArn, PolicyDocument);
      if (kind === "user") await (PolicyArn ? iam.attachUserPolicy(attached) : iam.putUserPolicy(inline));
      if (kind === "group") await (PolicyArn ? iam.attachGroupPolicy(attached) : iam.putGroupPolicy(inline));
      if (kind === "role") await (PolicyArn ? iam.attachRolePolicy(attached) : iam.putRolePolicy(inline));
    }
  }
}

describe("The review of an account in the emulator", function () {
  this.timeout(240_000);

  /** Who can become administrator there, beside those of the config. */
  async function found(endpoint: string, iam: IAM, roles: readonly string[]) {
    const { config } = await validate({ "iam-administrators:administrators": [{ name: "Administrator" }] });
    assert.ok(config);
    const sts = new STS({
      endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    const intent = { stack: "dev", config: withRequireMfa(config), allowedAccounts: [], sdk: {} };
    const limits = { rootDays: 30, staleDays: 90, roles };
    const { findings } = await review(intent, limits, { iam, sts, pause: () => Promise.resolve() });
    return findings.filter(({ id }) => id === "can-become-administrator").map(({ subject }) => subject);
  }

  describe("with somebody for each published path and harmless twins", () => {
    const emulator = useEmulator();

    it("finds everybody who has a path, and none of the twins", async () => {
      const { identities, withWay } = pathfindingAccount();
      await seed(emulator.aws.iam, identities);
      assert.deepEqual((await found(emulator.endpoint, emulator.aws.iam, [])).sort(), withWay.sort());
    });
  });

  describe("with AWS's policies for jobs, and the roles that AWS makes", () => {
    const emulator = useEmulator();

    it("accuses nobody", async () => {
      const full = { policies: [ADMINISTRATOR] };
      const jobs = [...JOBS, ...OTHERS].map((name) => {
        const PolicyName = name.replace("job-function/", "");
        return identity("user", PolicyName, [], {
          policies: [{ name: PolicyName, arn: `arn:aws:iam::aws:policy/${name}` }],
        });
      });
      const byAnother = trust({ AWS: "arn:aws:iam::999999999999:root" });
      const made = ["OrganizationAccountAccessRole", "AWSControlTowerExecution"];
      await seed(emulator.aws.iam, [
        identity("group", "Administrators", [], full),
        identity("user", "Administrator", [], { groups: ["Administrators"] }),
        ...jobs,
        ...made.map((name) => identity("role", name, [], { ...full, trust: byAnother })),
        identity(
          "role",
          "aws-controltower-AdministratorExecutionRole",
          [allow("sts:AssumeRole", "arn:aws:iam::*:role/AWSControlTowerExecution")],
          {
            trust: trust({ Service: "lambda.amazonaws.com" }),
          },
        ),
        identity("role", "AWSReservedSSO_AdministratorAccess_1a2b", [], {
          ...{ ...full, path: "/aws-reserved/sso.amazonaws.com/" },
          trust: trust(
            { Federated: arn("saml-provider", "AWSSSO_1a2b_DO_NOT_DELETE") },
            undefined,
            "sts:AssumeRoleWithSAML",
          ),
        }),
        identity("role", "AWSServiceRoleForOrganizations", [allow("iam:*")], {
          ...{ path: "/aws-service-role/organizations.amazonaws.com/" },
          trust: trust({ Service: "organizations.amazonaws.com" }),
        }),
      ]);
      assert.deepEqual(await found(emulator.endpoint, emulator.aws.iam, made), []);
    });
  });
});
