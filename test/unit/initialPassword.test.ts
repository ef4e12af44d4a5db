import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { constants, runInThisContext } from "node:vm";
import * as pulumi from "@pulumi/pulumi";
import { InitialPassword, setPassword, type PasswordSetting } from "../../components/initialPassword.ts";
import { startIamServer, type IamAnswer, type IamRequest, type IamServer } from "../support/iamServer.ts";
import { run } from "../support/mocks.ts";

const arn = "arn:aws:iam::123456789012:user/team/alice";
const setting: PasswordSetting = {
  userName: "alice",
  userArn: arn,
  password: "Hunter2-Hunter2",
  passwordResetRequired: true,
  passwordIssue: 1,
  generatedPassword: "generated",
  sdkOptions: {},
};

let iam: IamServer | undefined;
/** IAM, in which alice is this user; other calls are answered as given. */
async function serve(found: string, answer: (request: IamRequest) => IamAnswer = () => ({ result: "" })) {
  iam = await startIamServer((request) =>
    request.Action === "GetUser" ? { result: `<User><Arn>${found}</Arn></User>` } : answer(request),
  );
  return iam.requests;
}
async function close() {
  await iam?.close();
  iam = undefined;
}

const getUser = { Action: "GetUser", UserName: "alice" };
const update = (PasswordResetRequired: boolean) => ({
  Action: "UpdateLoginProfile",
  UserName: "alice",
  Password: "Hunter2-Hunter2",
  PasswordResetRequired: String(PasswordResetRequired),
});

describe("setPassword", () => {
  afterEach(close);

  it("sets nothing where the credentials lead to a user of this name in another account", async () => {
    const requests = await serve("arn:aws:iam::999999999999:user/team/alice");
    await assert.rejects(setPassword(setting), {
      message:
        `the password of ${arn} cannot be set: the AWS SDK's credentials lead to arn:aws:iam::999999999999:user/team/alice. ` +
        "Give pulumi the same credentials through AWS_PROFILE or the environment.",
    });
    assert.deepEqual(requests, [getUser]);
  });

  it("tries again while AWS does not know the user or profile yet that was made a moment ago", async () => {
    const refusals = [
      { error: "NoSuchEntity", status: 404 },
      { error: "EntityTemporarilyUnmodifiable", status: 409 },
    ];
    const requests = await serve(arn, () => refusals.shift() ?? { result: "" });
    await setPassword(setting);
    assert.deepEqual(requests, [getUser, update(true), update(true), update(true)]);
  }).timeout(30_000);

  it("says what AWS says, without the password", async () => {
    await serve(arn, () => ({ error: "PasswordPolicyViolation", status: 400 }));
    await assert.rejects(setPassword(setting), (error: Error) => {
      assert.match(
        error.message,
        /^setting the initial password of alice: PasswordPolicyViolation.*: refused$/,
      );
      assert.doesNotMatch(String(error.stack), /Hunter2/);
      return true;
    });
  });
});

describe("The provider of a custom password, as Pulumi hands it to another process,", () => {
  /** Pulumi does not export the types of what it serializes. */
  interface Provider {
    create(inputs: object): Promise<{ readonly id: string; readonly outs: object }>;
    update(id: string, olds: object, news: object): Promise<{ readonly outs: object }>;
    diff(id: string, olds: object, news: object): Promise<{ readonly changes: boolean }>;
  }
  let provider: Provider;
  afterEach(close);
  before(async () => {
    const { resources } = await run(() => {
      new InitialPassword("alice", { ...setting, password: pulumi.secret(setting.password) });
    });
    const text = resources[0]?.inputs.__provider as string;
    const module = { handler: (): Provider => assert.fail("no handler") };
    const load = runInThisContext(`(function (exports, require) { ${text} })`, {
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }) as (exports: object, require: NodeJS.Require) => void;
    load(module, createRequire(import.meta.url));
    provider = module.handler();
  });

  it("sets the password when it is made and when it is updated, with the reset that is asked for", async () => {
    const requests = await serve(arn);
    assert.deepEqual(await provider.create(setting), { id: "alice", outs: setting });
    const news = { ...setting, passwordResetRequired: false };
    assert.deepEqual(await provider.update("alice", setting, news), { outs: news });
    assert.deepEqual(requests, [getUser, update(true), getUser, update(false)]);
  });

  for (const [name, change, changes] of [
    ["nothing has changed", {}, false],
    ["the password is another one", { password: "Other" }, true],
    ["the issue is raised", { passwordIssue: 2 }, true],
    ["the login profile is a new one", { generatedPassword: "another" }, true],
    ["the user moved to another path", { userArn: "arn:aws:iam::123456789012:user/alice" }, false],
    ["only passwordResetRequired is another one", { passwordResetRequired: false }, false],
    ["another profile or region leads to AWS", { sdkOptions: { region: "eu-west-1" } }, false],
  ] as const) {
    it(`${changes ? "sets" : "leaves"} the password when ${name}`, async () => {
      assert.deepEqual(await provider.diff("alice", setting, { ...setting, ...change }), { changes });
    });
  }
});
