import assert from "node:assert/strict";
import { configureAws } from "../../sandbox/plugin/aws/configure.ts";
import { UnfinishedResourceError } from "../../sandbox/plugin/errors.ts";
import type { StandIn } from "../../sandbox/plugin/standIn.ts";
import { unknownValue, type Properties } from "../../sandbox/plugin/values.ts";
import { useEmulator } from "../support/emulator.ts";

const userType = "aws:iam/user:User";
const profileType = "aws:iam/userLoginProfile:UserLoginProfile";
const policyType = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy";
const boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess";

type Plugin = Pick<StandIn<never>, keyof StandIn<never>>;

// What the official plugin does where a kinder one would hide it; through the engine, test/e2e shows what becomes of it.
describe("the stand-in for the AWS plugin, as the official one", function () {
  this.timeout(60_000);
  const emulator = useEmulator();
  let aws: Plugin;
  beforeEach(async () => {
    await fetch(`${emulator.endpoint}/moto-api/reset`, { method: "POST" });
    aws = await configure();
  });

  const configure = (config: Properties = {}, env: NodeJS.ProcessEnv = {}) =>
    configureAws(config, { AWS_ENDPOINT_URL: emulator.endpoint, ...env });
  const iam = () => emulator.aws.iam;

  /** Checks and creates, as the engine does. */
  const create = async (type: string, given: Properties, name = "test") => {
    const inputs = aws.check(type, name, given);
    return { inputs, ...(await aws.create(type, inputs)) };
  };
  /** What the engine plans after a refresh, `ignoreChanges` taken from the refreshed inputs. */
  const planAfterRefresh = async (type: string, given: Properties, ignored: readonly string[]) => {
    const imported = await aws.read(type, "Administrator");
    const first = aws.check(type, "test", given, imported?.inputs);
    const refreshed = await aws.read(type, "Administrator", imported?.outputs, first);
    const kept = ignored.map((key) => [key, refreshed?.inputs[key] ?? null]);
    const next = aws.check(
      type,
      "test",
      { ...given, ...(Object.fromEntries(kept) as Properties) },
      refreshed?.inputs,
    );
    return aws.diff(type, refreshed?.outputs ?? {}, next, ignored);
  };

  describe("a login profile", () => {
    beforeEach(() => iam().createUser({ UserName: "Administrator" }));

    it("is read as its user and nothing else when it is imported", async () => {
      await iam().createLoginProfile({ UserName: "Administrator", Password: "Made-by-hand-4711" });
      const imported = await aws.read(profileType, "Administrator");
      assert.deepEqual(imported, {
        id: "Administrator",
        inputs: { user: "Administrator", __defaults: [] },
        outputs: {
          user: "Administrator",
          passwordResetRequired: null,
          passwordLength: null,
          pgpKey: null,
          password: null,
          encryptedPassword: "",
          id: "Administrator",
          keyFingerprint: "",
        },
      });
    });

    it("that was imported is replaced after a refresh: ignoreChanges cannot ignore the default length", async () => {
      await iam().createLoginProfile({ UserName: "Administrator", Password: "Made-by-hand-4711" });
      const given = { user: "Administrator", passwordResetRequired: true, passwordLength: 24 };
      const ignored = ["passwordLength", "passwordResetRequired", "pgpKey"];
      const plan = await planAfterRefresh(profileType, given, ignored);
      assert.deepEqual(plan.replaces, ["passwordLength"]);
    });

    it("exists although its password could not be encrypted, and the engine is told so", async () => {
      const failed = create(profileType, { user: "Administrator", pgpKey: "no key" });
      await assert.rejects(failed, (error) => {
        assert.ok(error instanceof UnfinishedResourceError);
        assert.match(error.message, /^creating IAM User Login Profile for "Administrator": .*PGP key/);
        return error.id === "Administrator";
      });
      await iam().getLoginProfile({ UserName: "Administrator" });
    });

    it("is not tried again for a user that AWS does not see yet", async () => {
      await assert.rejects(create(profileType, { user: "Nobody" }), {
        message:
          /^creating IAM User Login Profile for "Nobody": operation error IAM: CreateLoginProfile, https response error StatusCode: 404, RequestID: .*, NoSuchEntity: /,
      });
    });
  });

  describe("a user", () => {
    it("loses a boundary that was read into the state, when the program gives none", async () => {
      await iam().createUser({ UserName: "Administrator", PermissionsBoundary: boundary });
      const imported = await aws.read(userType, "Administrator");
      assert.equal(imported?.inputs.permissionsBoundary, boundary);
      const news = aws.check(userType, "test", { name: "Administrator" }, imported.inputs);
      assert.deepEqual(aws.diff(userType, imported.outputs, news).changed, ["permissionsBoundary"]);
      await aws.update(userType, "Administrator", imported.outputs, news);
      const { User } = await iam().getUser({ UserName: "Administrator" });
      assert.equal(User?.PermissionsBoundary, undefined);
    });

    it("has the provider's default tags among tagsAll, and its own in tags", async () => {
      aws = await configure({ defaultTags: JSON.stringify({ tags: { stack: "dev", team: "none" } }) });
      const { outputs } = await create(userType, { name: "Alice", tags: { team: "platform" } });
      assert.deepEqual(outputs.tags, { team: "platform" });
      assert.deepEqual(outputs.tagsAll, { stack: "dev", team: "platform" });
      const { User } = await iam().getUser({ UserName: "Alice" });
      assert.equal(User?.Tags?.length, 2);
    });

    it("gets a name of its own where the program gives none, and keeps it", () => {
      const inputs = aws.check(userType, "test", {});
      assert.match(JSON.stringify(inputs.name), /^"test-[0-9a-f]{7}"$/);
      assert.equal(aws.check(userType, "test", {}, inputs).name, inputs.name);
    });

    it("is deleted by force with its policies, attached and inline", async () => {
      const { id, outputs } = await create(userType, { name: "Alice", forceDestroy: true });
      await iam().attachUserPolicy({ UserName: "Alice", PolicyArn: boundary });
      const document = {
        Version: "2012-10-17",
        Statement: [{ Effect: "Deny", Action: "ec2:*", Resource: "*" }],
      };
      await iam().putUserPolicy({
        UserName: "Alice",
        PolicyName: "own",
        PolicyDocument: JSON.stringify(document),
      });
      await aws.delete(userType, id, outputs);
      assert.deepEqual((await iam().listUsers({})).Users, []);
    });
  });

  it("sends what a password policy leaves out as false, and lets an age that is taken out stand", async () => {
    await iam().updateAccountPasswordPolicy({ RequireSymbols: true, MaxPasswordAge: 30 });
    const { outputs } = await create(policyType, { minimumPasswordLength: 14, maxPasswordAge: 90 });
    const { PasswordPolicy } = await iam().getAccountPasswordPolicy({});
    assert.equal(PasswordPolicy?.RequireSymbols, false);
    for (const maxPasswordAge of [null, 90]) {
      const news = aws.check(policyType, "test", { minimumPasswordLength: 14, maxPasswordAge });
      assert.deepEqual(aws.diff(policyType, outputs, news).changed, []);
    }
  });

  it("refuses a topic whose name is taken, and overwrites a rule", async () => {
    const topic = { name: "alarm" };
    await create("aws:sns/topic:Topic", topic);
    await assert.rejects(create("aws:sns/topic:Topic", topic), /SNS Topic \(alarm\) already exists$/);
    const rule = { name: "alarm", eventPattern: '{"source":["aws.iam"]}' };
    await create("aws:cloudwatch/eventRule:EventRule", rule);
    await create("aws:cloudwatch/eventRule:EventRule", { ...rule, description: "another" });
  });

  it("renames a group in place", async () => {
    const type = "aws:iam/group:Group";
    const { outputs } = await create(type, { name: "Administrators" });
    const news = aws.check(type, "test", { name: "Admins" });
    assert.deepEqual(aws.diff(type, outputs, news), {
      changed: ["name"],
      replaces: [],
      deleteBeforeReplace: false,
    });
    const renamed = await aws.update(type, "Administrators", outputs, news);
    assert.equal(renamed.arn, "arn:aws:iam::123456789012:group/Admins");
  });

  it("answers for the partition of its region", async () => {
    for (const [region, partition] of [
      ["us-gov-west-1", "aws-us-gov"],
      ["eusc-de-east-1", "aws-eusc"],
      ["us-isof-south-1", "aws-iso-f"],
    ] as const) {
      aws = await configure({ region });
      const { outputs } = await create(userType, { name: "Alice" });
      assert.equal(outputs.arn, `arn:${partition}:iam::123456789012:user/Alice`);
      const answer = await aws.invoke("aws:index/getPartition:getPartition", {});
      assert.equal(answer.partition, partition);
    }
  });

  it("says of a group and an alias that are not there what the SDK for Go says", async () => {
    await assert.rejects(aws.invoke("aws:iam/getGroup:getGroup", { groupName: "None" }), {
      message:
        /getting group: operation error IAM: GetGroup, https response error StatusCode: 404, RequestID: .*, NoSuchEntity: /,
    });
    const alias = aws.invoke("aws:iam/getAccountAlias:getAccountAlias", {});
    await assert.rejects(alias, /reading IAM Account Alias: empty result$/);
  });

  it("leaves unknown at a preview what AWS decides, and makes nothing", async () => {
    const planned = aws.preview(userType, aws.check(userType, "test", { name: "Alice" }));
    assert.equal(planned.arn, unknownValue);
    assert.deepEqual((await iam().listUsers({})).Users, []);
  });

  it("refuses a type and a property that it does not carry, rather than to leave them out", () => {
    assert.throws(
      () => aws.check("aws:s3/bucket:Bucket", "test", {}),
      /stand-in for the AWS plugin does not carry aws:s3\/bucket:Bucket; install the official plugin/,
    );
    const problems = aws.validate(
      "aws:sns/topic:Topic",
      aws.check("aws:sns/topic:Topic", "t", { fifoTopic: true }),
    );
    assert.deepEqual(Object.keys(problems), ["fifoTopic"]);
  });

  it("talks to an emulator on this machine only, and to an account that the provider allows", async () => {
    for (const AWS_ENDPOINT_URL of ["", "https://iam.amazonaws.com", "http://127.0.0.1.example.com"])
      await assert.rejects(configure({}, { AWS_ENDPOINT_URL }), /only talks to an emulator on this machine/);
    const other = configure({ allowedAccountIds: '["210987654321"]' });
    await assert.rejects(other, /AWS account ID not allowed: 123456789012/);
  });

  it("names the caller that the sandbox says", async () => {
    const SANDBOX_CALLER_ARN = "arn:aws:iam::123456789012:user/alice";
    aws = await configure({}, { SANDBOX_CALLER_ARN });
    const answer = await aws.invoke("aws:index/getCallerIdentity:getCallerIdentity", {});
    assert.equal(answer.arn, SANDBOX_CALLER_ARN);
  });
});
