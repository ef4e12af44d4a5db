import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { mock } from "node:test";
import { constants, runInThisContext } from "node:vm";
import { InitialPassword, setPassword, type PasswordSetting } from "../../components/initialPassword.ts";
import { startIamServer, type IamAnswer, type IamServer } from "../support/iamServer.ts";
import { only, run } from "./mocks.ts";

const setting: PasswordSetting = {
  userName: "alice",
  userArn: "arn:aws:iam::123456789012:user/team/alice",
  password: "Hunter2-Hunter2",
  passwordResetRequired: true,
  passwordVersion: 1,
  generatedPassword: "generated",
  sdkOptions: {},
};
const getUser = { Action: "GetUser", UserName: "alice" };
const update = (PasswordResetRequired: boolean) => ({
  Action: "UpdateLoginProfile",
  UserName: "alice",
  Password: "Hunter2-Hunter2",
  PasswordResetRequired: String(PasswordResetRequired),
});

let iam: IamServer | undefined;
/** IAM, in which alice is this user, and which has these answers for UpdateLoginProfile, the last one for ever. */
async function serve(arn: string, ...answers: IamAnswer[]) {
  iam = await startIamServer(({ Action }) => {
    if (Action === "GetUser") return { result: `<User><Arn>${arn}</Arn></User>` };
    return (answers.length > 1 ? answers.shift() : answers[0]) ?? { result: "" };
  });
  return iam.requests;
}
async function close() {
  await iam?.close();
  iam = undefined;
}

describe("setPassword", () => {
  const { setTimeout: start } = globalThis;
  /** How often it waited for two seconds, which take no time here. */
  let waits: number;
  beforeEach(() => {
    waits = 0;
    mock.method(globalThis, "setTimeout", (callback: () => void, delay?: number) => {
      if (delay !== 2000) return start(callback, delay);
      waits += 1;
      return start(callback);
    });
  });
  afterEach(() => {
    mock.restoreAll();
    return close();
  });

  it("sets nothing where the credentials lead to a user of this name in another account", async () => {
    const other = "arn:aws:iam::999999999999:user/team/alice";
    const requests = await serve(other);
    await assert.rejects(setPassword(setting), {
      message:
        `the password of ${setting.userArn} cannot be set: the AWS SDK's credentials lead to ${other}. ` +
        "Give pulumi the same credentials through AWS_PROFILE or the environment.",
    });
    assert.deepEqual(requests, [getUser]);
  });

  it("tries again while AWS does not know the user or profile yet that was made a moment ago", async () => {
    const unknown = { error: "NoSuchEntity", status: 404 };
    const locked = { error: "EntityTemporarilyUnmodifiable", status: 409 };
    const requests = await serve(setting.userArn, unknown, locked, { result: "" });
    await setPassword(setting);
    assert.deepEqual(requests, [getUser, update(true), update(true), update(true)]);
  });

  for (const [error, status, attempts] of [
    ["PasswordPolicyViolation", 400, 1],
    ["NoSuchEntity", 404, 15],
  ] as const) {
    it(`says after attempt ${attempts} what AWS says, without the password: ${error}`, async () => {
      const requests = await serve(setting.userArn, { error, status });
      const refused = await setPassword(setting).catch((reason: unknown) => reason as Error);
      const message = new RegExp(`^setting the initial password of alice: ${error}.*: refused$`);
      assert.match(refused?.message ?? "", message);
      assert.doesNotMatch(refused?.stack ?? "", /Hunter2/);
      assert.deepEqual([requests.length, waits], [1 + attempts, attempts - 1]);
    });
  }
});

describe("The provider of a custom password, as Pulumi hands it to another process,", () => {
  /** Pulumi does not export the types of what it serializes. */
  interface Provider {
    create(inputs: object): Promise<object>;
    update(id: string, olds: object, news: object): Promise<object>;
    diff(id: string, olds: object, news: object): Promise<object>;
  }
  let provider: Provider;
  afterEach(close);
  before(async () => {
    const { resources } = await run(() => new InitialPassword("alice", setting));
    const text = only(resources, "Resource").inputs.__provider as string;
    const module = { handler: (): Provider => assert.fail("no handler") };
    const load = runInThisContext(`(function (exports, require) { ${text} })`, {
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }) as (exports: object, require: NodeJS.Require) => void;
    load(module, createRequire(import.meta.url));
    provider = module.handler();
  });

  it("sets the password when it is made and when it is updated, with the reset that is asked for", async () => {
    const requests = await serve(setting.userArn);
    assert.deepEqual(await provider.create(setting), { id: "alice", outs: setting });
    const news = { ...setting, passwordResetRequired: false };
    assert.deepEqual(await provider.update("alice", setting, news), { outs: news });
    assert.deepEqual(requests, [getUser, update(true), getUser, update(false)]);
  });

  for (const [name, change, changes] of [
    ["nothing has changed", {}, false],
    ["the password is another one", { password: "Other" }, true],
    ["the issue is raised", { passwordVersion: 2 }, true],
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
