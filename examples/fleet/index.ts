// Everything that runs the program iam-administrators in many accounts: for each of them its stack, how Pulumi Cloud
// deploys it and looks for drift; for all of them the role that deployments assume, and the policy pack.
import * as pulumi from "@pulumi/pulumi";
import * as service from "@pulumi/pulumiservice";
import { deployDeploymentRole, deploymentRoleArn } from "./deploymentRole.ts";

const config = new pulumi.Config("fleet");
const organization = config.require("organization");
const accounts = config.requireObject<string[]>("accounts");
const project = "iam-administrators";

/** What a push must have changed to deploy an account: its file, or the program. */
const program = [
  "index.ts",
  "preload.mjs",
  "components/**",
  "config/**",
  "guards/**",
  "package*.json",
  "Pulumi.yaml",
];

const role = deployDeploymentRole({
  organization,
  project,
  accounts,
  organizationalUnits: config.requireObject<string[]>("organizationalUnits"),
});

const stacks = accounts.map((account) => {
  const id = { organization, project, stack: account };
  // Never deleted with resources in it: first `pulumi destroy`, then out of the list.
  const stack = new service.Stack(account, {
    organizationName: organization,
    projectName: project,
    stackName: account,
  });
  const settings = new service.DeploymentSettings(
    account,
    {
      ...id,
      sourceContext: { git: { branch: "main" } },
      vcs: {
        provider: "github",
        repository: config.require("repository"),
        deployCommits: true,
        // The one role of a stack may change everything: not for code that nobody has reviewed.
        previewPullRequests: false,
        paths: [`Pulumi.${account}.yaml`, ...program],
      },
      // Node 22.18 or later runs the program as it stands.
      executorContext: { executorImage: "pulumi/pulumi-nodejs-22:3.260.0" },
      operationContext: {
        oidc: {
          aws: {
            roleARN: deploymentRoleArn(account),
            sessionName: "pulumi-${deployment.version}",
            duration: "1h",
          },
        },
        options: { skipIntermediateDeployments: true },
      },
    },
    { dependsOn: [stack, role] },
  );
  new service.DriftSchedule(
    account,
    { ...id, scheduleCron: dailyCron(account), autoRemediate: false },
    { dependsOn: [settings] },
  );
  return stack;
});

new service.PolicyGroup(
  "administrators",
  {
    name: project,
    organizationName: organization,
    mode: "preventative",
    stacks: accounts.map((name) => ({ name, routingProject: project })),
    policyPacks: [{ name: project, versionTag: config.require("policyPackVersion") }],
  },
  { dependsOn: stacks },
);

/** Once a day, at a minute that follows from the account's number: the accounts share the day evenly. */
function dailyCron(account: string): string {
  const minute = Number(account) % (24 * 60);
  return `${minute % 60} ${Math.floor(minute / 60)} * * *`;
}
