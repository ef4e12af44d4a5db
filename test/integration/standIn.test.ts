import assert from "node:assert/strict";
import { UnfinishedResourceError } from "../../sandbox/plugin/errors.ts";
import { configure, type Provider } from "../../sandbox/plugin/provider.ts";
import { invoke, StandIn } from "../../sandbox/plugin/standIn.ts";
import { unknownValue, type Properties } from "../../sandbox/plugin/values.ts";
import { useEmulator } from "../support/emulator.ts";

const userType = "aws:iam/user:User";
const profileType = "aws:iam/userLoginProfile:UserLoginProfile";
const policyType = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy";
const boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess";

// What the official plugin does where a kinder one would hide it; through the engine, test/e2e shows what becomes of it.
describe("the stand-in for the AWS plugin, as the official one", function () {
  this.timeout(60_000);
  const emulator = useEmulator();
  let provider: Provider;
  beforeEach(async () => {
    await fetch(`${emulator.endpoint}/moto-api/reset`, { method: "POST" });
    provider = await configured();
  });

  const configured = (config: Properties = {}, env: NodeJS.ProcessEnv = {}) =>
    configure(config, { AWS_ENDPOINT_URL: emulator.endpoint, ...env });
  const aws = (type: string) => new StandIn(provider, type);
  const iam = () => emulator.aws.iam;
  const check = (type: string, given: Properties, olds?: Properties) =>
    aws(type).check("test", given, olds).inputs;
  const create = (type: string, given: Properties) => aws(type).create(check(type, given));

  describe("a login profile", () => {
    beforeEach(() => iam().createUser({ UserName: "Administrator" }));

    it("is its user and nothing else when it is imported, and is replaced after a refresh: ignoreChanges cannot ignore the default length", async () => {
      await iam().createLoginProfile({ UserName: "Administrator", Password: "Made-by-hand-4711" });
      const profile = aws(profileType);
      const imported = await profile.read("Administrator");
      const unread = { passwordResetRequired: null, passwordLength: null, pgpKey: null, password: null };
      const empty = { encryptedPassword: "", keyFingerprint: "" };
      assert.deepEqual(imported, {
        id: "Administrator",
        inputs: { user: "Administrator", __defaults: [] },
        outputs: { id: "Administrator", user: "Administrator", ...unread, ...empty },
      });
      const given = { user: "Administrator", passwordResetRequired: true, passwordLength: 24 };
      const first = check(profileType, given, imported.inputs);
      const { inputs, outputs } =
        (await profile.read("Administrator", imported.outputs, first)) ?? assert.fail();
      // The engine takes from the refreshed inputs what is ignored.
      const next = check(profileType, { ...given, passwordLength: inputs.passwordLength ?? null }, inputs);
      const plan = profile.diff(outputs, next, ["passwordLength", "passwordResetRequired", "pgpKey"]);
      assert.deepEqual(plan.replaces, ["passwordLength"]);
    });

    it("exists although its password could not be encrypted, and the engine is told so", async () => {
      const failed = create(profileType, { user: "Administrator", pgpKey: "no key" });
      await assert.rejects(failed, (error) => {
        assert.ok(error instanceof UnfinishedResourceError);
        assert.equal(error.id, "Administrator");
        return /^creating IAM User Login Profile for "Administrator": .*PGP key/.test(error.message);
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
      const { outputs, inputs } = (await aws(userType).read("Administrator")) ?? assert.fail();
      assert.equal(inputs.permissionsBoundary, boundary);
      const news = check(userType, { name: "Administrator" }, inputs);
      assert.deepEqual(aws(userType).diff(outputs, news).changed, ["permissionsBoundary"]);
      await aws(userType).update("Administrator", outputs, news);
      const { User } = await iam().getUser({ UserName: "Administrator" });
      assert.equal(User?.PermissionsBoundary, undefined);
    });

    it("has the provider's default tags among tagsAll, its own in tags, and changes them", async () => {
      provider = await configured({ defaultTags: JSON.stringify({ tags: { stack: "dev", team: "none" } }) });
      const { outputs } = await create(userType, { name: "Alice", tags: { team: "platform", old: "1" } });
      assert.deepEqual(outputs.tags, { team: "platform", old: "1" });
      assert.deepEqual(outputs.tagsAll, { stack: "dev", team: "platform", old: "1" });
      await aws(userType).update("Alice", outputs, check(userType, { name: "Alice", tags: { team: "two" } }));
      const { User: { Tags } = {} } = await iam().getUser({ UserName: "Alice" });
      const tags = Object.fromEntries(Tags?.map(({ Key = "", Value }) => [Key, Value]) ?? []);
      assert.deepEqual(tags, { stack: "dev", team: "two" });
    });

    it("is refused two tags that differ in letter case only, and more than 50, as IAM does", async () => {
      provider = await configured({ defaultTags: JSON.stringify({ tags: { Backup: "daily" } }) });
      const twins =
        /^creating IAM User \(Alice\): operation error IAM: CreateUser, .*Duplicate tag keys found/;
      const tagged = (tags: Record<string, string>) => create(userType, { name: "Alice", tags });
      await assert.rejects(tagged({ backup: "true" }), { message: twins });
      const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`t${index}`, ""]));
      await assert.rejects(tagged(many), {
        message: /LimitExceeded: Cannot exceed quota for TagsPerUser: 50$/,
      });
      const { outputs } = await tagged({ team: "a" });
      const news = check(userType, { name: "Alice", tags: { ...many, team: "a" } });
      await assert.rejects(aws(userType).update("Alice", outputs, news), /TagUser, .*LimitExceeded/);
    });

    it("gets a name of its own where the program gives none, and keeps it", () => {
      const inputs = check(userType, {});
      assert.match(JSON.stringify(inputs.name), /^"test-[0-9a-f]{7}"$/);
      assert.equal(check(userType, {}, inputs).name, inputs.name);
    });

    it("is deleted by force with its policies, attached and inline", async () => {
      const { id, outputs } = await create(userType, { name: "Alice", forceDestroy: true });
      const user = { UserName: "Alice" };
      await iam().attachUserPolicy({ ...user, PolicyArn: boundary });
      const Statement = [{ Effect: "Deny", Action: "ec2:*", Resource: "*" }];
      const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
      await iam().putUserPolicy({ ...user, PolicyName: "own", PolicyDocument });
      await aws(userType).delete(id, outputs);
      assert.deepEqual((await iam().listUsers({})).Users, []);
    });
  });

  it("sends what a password policy leaves out as false, and lets an age that is taken out stand", async () => {
    await iam().updateAccountPasswordPolicy({ RequireSymbols: true, MaxPasswordAge: 30 });
    const { outputs } = await create(policyType, { minimumPasswordLength: 14, maxPasswordAge: 90 });
    const { PasswordPolicy } = await iam().getAccountPasswordPolicy({});
    assert.equal(PasswordPolicy?.RequireSymbols, false);
    for (const maxPasswordAge of [null, 90]) {
      const news = check(policyType, { minimumPasswordLength: 14, maxPasswordAge });
      assert.deepEqual(aws(policyType).diff(outputs, news).changed, []);
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

  for (const [region, partition] of [
    ["us-gov-west-1", "aws-us-gov"],
    ["eusc-de-east-1", "aws-eusc"],
    ["us-isof-south-1", "aws-iso-f"],
  ] as const) {
    it(`answers for ${partition}, the partition of ${region}`, async () => {
      provider = await configured({ region });
      const { outputs } = await create(userType, { name: "Alice" });
      assert.equal(outputs.arn, `arn:${partition}:iam::123456789012:user/Alice`);
      const caller = await invoke(provider, "aws:index/getCallerIdentity:getCallerIdentity", {});
      assert.equal(caller.arn, `arn:${partition}:sts::123456789012:user/moto`);
      const answer = await invoke(provider, "aws:index/getPartition:getPartition", {});
      assert.equal(answer.partition, partition);
    });
  }

  it("says of a group and an alias that are not there what the SDK for Go says", async () => {
    await assert.rejects(invoke(provider, "aws:iam/getGroup:getGroup", { groupName: "None" }), {
      message:
        /^getting group: operation error IAM: GetGroup, https response error StatusCode: 404, RequestID: .*, NoSuchEntity: /,
    });
    const alias = invoke(provider, "aws:iam/getAccountAlias:getAccountAlias", {});
    await assert.rejects(alias, /^Error: reading IAM Account Alias: empty result$/);
  });

  it("leaves unknown at a preview what AWS decides, and makes nothing", async () => {
    const planned = aws(userType).preview(check(userType, { name: "Alice" }));
    assert.equal(planned.arn, unknownValue);
    assert.deepEqual((await iam().listUsers({})).Users, []);
  });

  it("refuses a type and a property that it does not carry, rather than to leave them out", () => {
    assert.throws(
      () => aws("aws:s3/bucket:Bucket"),
      /stand-in for the AWS plugin does not carry aws:s3\/bucket:Bucket; install the official plugin/,
    );
    const { problems } = aws("aws:sns/topic:Topic").check("test", { fifoTopic: true, tags: {} });
    assert.deepEqual(problems, { fifoTopic: "the sandbox's stand-in does not carry this property" });
  });

  it("talks to an emulator on this machine only, and to an account that the provider allows", async () => {
    for (const AWS_ENDPOINT_URL of ["", "https://iam.amazonaws.com", "http://127.0.0.1.example.com"])
      await assert.rejects(configured({}, { AWS_ENDPOINT_URL }), /only talks to an emulator on this machine/);
    const other = configured({ allowedAccountIds: '["210987654321"]' });
    await assert.rejects(other, /AWS account ID not allowed: 123456789012/);
  });
});
