import assert from "node:assert/strict";
import { CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DisableKeyRotationCommand,
  ListKeysCommand,
  PutKeyPolicyCommand,
  UpdateKeyDescriptionCommand,
} from "@aws-sdk/client-kms";
import { actionsOf, enforced, keyFor } from "../support/permissions.ts";
import { useEngine, type StackConfig, type TestStack } from "../support/stack.ts";
import { collectCredentials, createBoundary } from "../support/stackAccount.ts";
import { assertSucceeded, assertUnchanged } from "../support/stackAsserts.ts";
import { stopAtFirstFailure } from "../support/stopAtFirstFailure.ts";

describe("docs/permissions", function () {
  this.timeout(300_000);
  const engine = useEngine();
  stopAtFirstFailure();
  let stack: TestStack;
  let first: StackConfig;
  let edited: StackConfig;

  before(async () => {
    stack = await engine.stack();
    const { iam } = engine;
    const permissionsBoundary = await createBoundary(iam);
    await iam.createUser({ UserName: "by-hand" });
    await iam.createLoginProfile({ UserName: "by-hand", Password: "Chosen-by-hand-4711" });
    await engine.aws.logs.send(new CreateLogGroupCommand({ logGroupName: "trail" }));
    const [password, other] = [
      await stack.secret("First-Custom-4711"),
      await stack.secret("Second-Custom-4711"),
    ];
    const imported = { name: "by-hand", import: true };
    const rootActivity = (email: string) => ({ emails: [email], cloudTrailLogGroup: "trail" });
    first = {
      "aws:defaultTags": { tags: { team: "one" } },
      administrators: [
        { name: "Administrator", password, email: "administrator@example.com" },
        { name: "Admin_2", backup: true, tags: { floor: "1" } },
        { name: "leaver" },
        imported,
      ],
      ...{ passwordPolicy: {}, accountAlias: "example", organizationRootAccess: true, protect: false },
      rootActivity: rootActivity("first@example.com"),
    };
    edited = {
      "aws:defaultTags": { tags: { owner: "two" } },
      administrators: [
        { name: "Administrator", password: other, path: "/moved/", permissionsBoundary },
        { name: "Admin_2", backup: true, passwordVersion: 2 },
        imported,
      ],
      ...{
        group: { name: "Admins" },
        passwordPolicy: { minimumLength: 16 },
        accountAlias: "other",
        protect: false,
      },
      rootActivity: rootActivity("second@example.com"),
    };
    await stack.configure(first);
  });

  const previewed = async () => {
    stack.deployWith(await keyFor(engine.iam, "previewing"));
  };

  it("allows to preview what there is not yet, previewing.json", async () => {
    await previewed();
    assertSucceeded(await enforced(engine.endpoint, () => stack.preview()));
  });

  it("allows every edit and every deletion, deploying.json, and nothing that none of them needs", async () => {
    const calls = engine.proxy.calls.length;
    stack.deployWith(await keyFor(engine.iam, "deploying"));
    const { aws, endpoint, iam } = engine;
    await enforced(endpoint, () => stack.deploy());
    await collectCredentials(iam, "leaver");
    await enforced(endpoint, () => stack.deploy(edited));
    const { Keys: [{ KeyId } = {}] = [] } = await aws.kms.send(new ListKeysCommand());
    await aws.kms.send(new DisableKeyRotationCommand({ KeyId }));
    await aws.kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: "by hand" }));
    const Policy = '{"Version":"2012-10-17","Statement":[]}';
    await aws.kms.send(new PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy }));
    await enforced(endpoint, async () => {
      await stack.deploy(undefined, { refresh: true });
      assertUnchanged(await stack.up({ refresh: true }));
      assertSucceeded(await stack.destroy());
    });
    const used = engine.proxy.calls.slice(calls).map(({ service, action }) => `${service}:${action}`);
    // The emulator knows no such credentials.
    used.push("iam:DeleteServiceSpecificCredential");
    assert.deepEqual([...new Set(used)].sort(), actionsOf("deploying").sort());
  });
});
