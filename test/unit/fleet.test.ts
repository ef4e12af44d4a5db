import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { only, run, type Registered } from "./mocks.ts";

const stack = "pulumiservice:index:Stack";
const settings = "pulumiservice:index:DeploymentSettings";
const schedule = "pulumiservice:index:DriftSchedule";
const policyGroup = "pulumiservice:index:PolicyGroup";
const stackSet = "aws:cloudformation/stackSet:StackSet";
const instances = "aws:cloudformation/stackInstances:StackInstances";

const accounts = Array.from({ length: 500 }, (_, index) => String(100_000_000_000 + index * 7_919_123));

// What this does not prove: what Pulumi Cloud and CloudFormation make of it.
describe("examples/fleet with 500 accounts", () => {
  let resources: readonly Registered[];
  const ofType = (wanted: string) => resources.filter(({ type }) => type === wanted);

  before(async () => {
    pulumi.runtime.setAllConfig({
      "fleet:organization": "example",
      "fleet:repository": "example/iam-administrators",
      "fleet:policyPackVersion": "1.0.0",
      "fleet:organizationalUnits": JSON.stringify(["r-ab12"]),
      "fleet:accounts": JSON.stringify(accounts),
    });
    ({ resources } = await run(() => import("../../examples/fleet/index.ts")));
  });
  after(() => {
    pulumi.runtime.setAllConfig({});
  });

  it("declares a stack, settings and a drift schedule for each, and what all share once", () => {
    for (const type of [stack, settings, schedule]) {
      const names = ofType(type).map(({ name }) => name);
      assert.deepEqual(names.sort(), accounts, type);
    }
    assert.equal(resources.length, 3 * accounts.length + 3);
  });

  it("deploys each stack from main as its own account's role, once both are there, and no pull request", () => {
    for (const { name, inputs, dependsOn } of ofType(settings)) {
      assert.deepEqual(dependsOn, [`${instances} deployment-role`, `${stack} ${name}`].sort());
      assert.equal(inputs.stack, name);
      assert.deepEqual(inputs.sourceContext, { git: { branch: "main" } });
      const { deployCommits, previewPullRequests, paths } = inputs.vcs as Record<string, unknown>;
      assert.deepEqual([deployCommits, previewPullRequests], [true, false]);
      const program = ["index.ts", "preload.mjs", "components/**", "config/**", "guards/**", "package*.json"];
      assert.deepEqual(paths, [`Pulumi.${name}.yaml`, ...program, "Pulumi.yaml"]);
      const roleARN = `arn:aws:iam::${name}:role/iam-administrators-deployment`;
      assert.deepEqual(inputs.operationContext, {
        oidc: { aws: { roleARN, sessionName: "pulumi-${deployment.version}", duration: "1h" } },
        options: { skipIntermediateDeployments: true },
      });
    }
  });

  it("looks for drift once a day, never at more than a few accounts in the same minute, and repairs nothing", () => {
    const crons = ofType(schedule).map(({ inputs }) => {
      assert.equal(inputs.autoRemediate, false);
      assert.match(String(inputs.scheduleCron), /^(?:[0-9]|[1-5][0-9]) (?:[0-9]|1[0-9]|2[0-3]) \* \* \*$/);
      return inputs.scheduleCron;
    });
    const perMinute = Object.values(Object.groupBy(crons, String)).map((same) => same?.length ?? 0);
    assert.ok(Math.max(...perMinute) <= 3);
  });

  it("gives the role to every account by one StackSet, for that account's stack alone", () => {
    assert.deepEqual(only(resources, instances).inputs.deploymentTargets, {
      organizationalUnitIds: ["r-ab12"],
      accountFilterType: "INTERSECTION",
      accounts,
    });
    const { permissionModel, capabilities, templateBody } = only(resources, stackSet).inputs;
    assert.deepEqual([permissionModel, capabilities], ["SERVICE_MANAGED", ["CAPABILITY_NAMED_IAM"]]);
    const { Resources } = JSON.parse(String(templateBody)) as {
      Resources: Record<"Role" | "Provider", { Type: string; Properties: Record<string, unknown> }>;
    };
    const subjects = ["update", "refresh", "detect-drift"].map((operation) => ({
      "Fn::Sub": `pulumi:deploy:org:example:project:iam-administrators:stack:\${AWS::AccountId}:operation:${operation}:scope:write`,
    }));
    assert.equal(Resources.Role.Type, "AWS::IAM::Role");
    assert.deepEqual(Resources.Role.Properties.AssumeRolePolicyDocument, {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AllowDeploymentsOfThisAccountsStack",
          Effect: "Allow",
          Principal: { Federated: { Ref: "Provider" } },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: { "api.pulumi.com/oidc:aud": "example", "api.pulumi.com/oidc:sub": subjects },
          },
        },
      ],
    });
    const provider = { Url: "https://api.pulumi.com/oidc", ClientIdList: ["example"] };
    assert.deepEqual(Resources.Provider, { Type: "AWS::IAM::OIDCProvider", Properties: provider });
  });

  it("enforces the policy pack on every one of the stacks, once they are there", () => {
    const { inputs, dependsOn } = only(resources, policyGroup);
    assert.deepEqual(inputs, {
      name: "iam-administrators",
      organizationName: "example",
      mode: "preventative",
      policyPacks: [{ name: "iam-administrators", versionTag: "1.0.0" }],
      stacks: accounts.map((name) => ({ name, routingProject: "iam-administrators" })),
      entityType: "stacks",
    });
    assert.deepEqual(dependsOn, accounts.map((name) => `${stack} ${name}`).sort());
  });
});
