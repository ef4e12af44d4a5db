import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { only, run, type Registered } from "../support/mocks.ts";

const stack = "pulumiservice:index:Stack";
const settings = "pulumiservice:index:DeploymentSettings";
const schedule = "pulumiservice:index:DriftSchedule";
const policyGroup = "pulumiservice:index:PolicyGroup";
const stackSet = "aws:cloudformation/stackSet:StackSet";
const instances = "aws:cloudformation/stackInstances:StackInstances";

const accounts = Array.from({ length: 500 }, (_, index) => String(100_000_000_000 + index * 7_919_123));
const [first = "", last = ""] = [accounts[0], accounts.at(-1)];

// What this does not prove: what Pulumi Cloud and CloudFormation make of it.
describe("examples/fleet with 500 accounts", () => {
  let resources: readonly Registered[];
  const ofType = (wanted: string) => resources.filter(({ type }) => type === wanted);

  before(async () => {
    const config = {
      organization: "example",
      repository: "example/iam-administrators",
      policyPackVersion: "1.0.0",
      organizationalUnits: JSON.stringify(["r-ab12"]),
      accounts: JSON.stringify(accounts),
    };
    ({ resources } = await run(async () => {
      const keys = Object.entries(config).map(([key, value]) => [`fleet:${key}`, value]);
      pulumi.runtime.setAllConfig(Object.fromEntries(keys) as Record<string, string>);
      await import("../../examples/fleet/index.ts");
    }));
  });
  after(() => {
    pulumi.runtime.setAllConfig({});
  });

  it("declares a stack, settings and a drift schedule for each, and what all share once", () => {
    for (const type of [stack, settings, schedule]) {
      assert.deepEqual(
        ofType(type)
          .map(({ name }) => name)
          .sort(),
        accounts,
        type,
      );
    }
    assert.equal(resources.length, 3 * accounts.length + 3);
  });

  it("deploys each stack from main as the role of its own account, when its file or the program changes", () => {
    assert.deepEqual(only(resources, settings, last).inputs, {
      organization: "example",
      project: "iam-administrators",
      stack: last,
      sourceContext: { git: { branch: "main" } },
      vcs: {
        provider: "github",
        repository: "example/iam-administrators",
        deployCommits: true,
        previewPullRequests: false,
        pullRequestTemplate: false,
        paths: [
          `Pulumi.${last}.yaml`,
          "index.ts",
          "preload.mjs",
          "components/**",
          "config/**",
          "guards/**",
          "package*.json",
          "Pulumi.yaml",
        ],
      },
      executorContext: { executorImage: "pulumi/pulumi-nodejs-22:3.260.0" },
      operationContext: {
        oidc: {
          aws: {
            roleARN: `arn:aws:iam::${last}:role/iam-administrators-deployment`,
            sessionName: "pulumi-${deployment.version}",
            duration: "1h",
          },
        },
        options: { skipIntermediateDeployments: true },
      },
    });
  });

  it("sets a stack up for deployment once it and its role are there", () => {
    for (const { name, dependsOn } of ofType(settings)) {
      assert.deepEqual(dependsOn, [`${instances} deployment-role`, `${stack} ${name}`].sort());
    }
  });

  it("looks for drift once a day, never at more than a few accounts in the same minute, and repairs nothing", () => {
    const perMinute = new Map<string, number>();
    for (const { inputs } of ofType(schedule)) {
      assert.equal(inputs.autoRemediate, false);
      const cron = inputs.scheduleCron as string;
      assert.match(cron, /^(?:[0-9]|[1-5][0-9]) (?:[0-9]|1[0-9]|2[0-3]) \* \* \*$/);
      perMinute.set(cron, (perMinute.get(cron) ?? 0) + 1);
    }
    assert.ok(Math.max(...perMinute.values()) <= 3);
  });

  it("gives the role to every account by one StackSet", () => {
    assert.deepEqual(only(resources, instances).inputs.deploymentTargets, {
      organizationalUnitIds: ["r-ab12"],
      accountFilterType: "INTERSECTION",
      accounts,
    });
    const { permissionModel, templateBody } = only(resources, stackSet).inputs;
    assert.equal(permissionModel, "SERVICE_MANAGED");
    assert.ok((templateBody as string).length < 51_200, "the most that CloudFormation takes");
  });

  it("trusts in each account that account's stack alone, for updates and looks for drift", () => {
    const { templateBody } = only(resources, stackSet).inputs;
    const { Resources } = JSON.parse(templateBody as string) as { Resources: Record<string, unknown> };
    const subject = (operation: string) => ({
      "Fn::Sub": `pulumi:deploy:org:example:project:iam-administrators:stack:\${AWS::AccountId}:operation:${operation}:scope:write`,
    });
    const { Properties } = Resources.Role as { Properties: Record<string, unknown> };
    assert.deepEqual(Properties.AssumeRolePolicyDocument, {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AllowDeploymentsOfThisAccountsStack",
          Effect: "Allow",
          Principal: { Federated: { Ref: "Provider" } },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              "api.pulumi.com/oidc:aud": "example",
              "api.pulumi.com/oidc:sub": [subject("update"), subject("refresh"), subject("detect-drift")],
            },
          },
        },
      ],
    });
    assert.deepEqual(Resources.Provider, {
      Type: "AWS::IAM::OIDCProvider",
      Properties: { Url: "https://api.pulumi.com/oidc", ClientIdList: ["example"] },
    });
  });

  it("enforces the policy pack on every one of the stacks, and stops what it forbids", () => {
    const { name, organizationName, mode, policyPacks, stacks } = only(resources, policyGroup).inputs;
    assert.deepEqual(
      { name, organizationName, mode, policyPacks },
      {
        name: "iam-administrators",
        organizationName: "example",
        mode: "preventative",
        policyPacks: [{ name: "iam-administrators", versionTag: "1.0.0" }],
      },
    );
    assert.deepEqual(
      stacks,
      accounts.map((account) => ({ name: account, routingProject: "iam-administrators" })),
    );
    assert.ok(only(resources, policyGroup).dependsOn.includes(`${stack} ${first}`));
  });
});
