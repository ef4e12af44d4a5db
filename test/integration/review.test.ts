import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { IAM } from "@aws-sdk/client-iam";
import { requireMfaPolicy } from "../../components/policyDocuments.ts";
import { validate } from "../../config/loadConfig.ts";
import type { Finding } from "../../review/findings.ts";
import type { Intent } from "../../review/intent.ts";
import { review } from "../../review/review.ts";
import { answeringClients, denied, type Answers } from "../support/awsAnswers.ts";
import { useEmulator } from "../support/emulator.ts";

const access = "arn:aws:iam::aws:policy/AdministratorAccess";
const everything = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } }],
});
const limits = { rootDays: 30, staleDays: 90, roles: [] };
const program = join(import.meta.dirname, "../../review/main.ts");

/** What the emulator knows nothing of: root, and when users signed in. */
const rested: Answers = {
  GetAccountSummary: () => ({ SummaryMap: { AccountMFAEnabled: 1, AccountAccessKeysPresent: 0 } }),
  ListUsers: () => ({
    Users: ["Administrator", "Admin_2"].map((UserName) => ({ UserName, PasswordLastUsed: new Date() })),
  }),
};

async function intent(config: object = {}): Promise<Intent> {
  const administrators = [
    { name: "Administrator", path: "/team/" },
    { name: "Admin_2", backup: true },
  ];
  const { config: valid } = await validate({
    administrators,
    passwordPolicy: {},
    accountAlias: "example",
    ...config,
  });
  assert.ok(valid);
  return {
    stack: "dev",
    config: { ...valid, requireMfa: true },
    allowedAccounts: [],
    sdk: {} as Intent["sdk"],
  };
}

describe("The review of an account in the emulator", function () {
  this.timeout(120_000);
  const emulator = useEmulator();

  const pause = () => Promise.resolve();
  async function found(answers: Answers = rested, config: object = {}): Promise<string[]> {
    const reading = answeringClients(answers, emulator.endpoint);
    const { findings } = await review(await intent(config), limits, { ...reading, pause });
    return findings.map(({ id, subject }) => `${id} ${subject}`);
  }
  const iam = (): IAM => answeringClients({}, emulator.endpoint).iam;

  before(async () => {
    const GroupName = "Administrators";
    await iam().createGroup({ GroupName });
    await iam().attachGroupPolicy({ GroupName, PolicyArn: access });
    const PolicyDocument = JSON.stringify(requireMfaPolicy("aws"));
    await iam().putGroupPolicy({ GroupName, PolicyName: "RequireMfa", PolicyDocument });
    for (const [UserName, Path] of [
      ["Administrator", "/team/"],
      ["Admin_2", "/"],
    ] as const) {
      await iam().createUser({ UserName, Path });
      await iam().addUserToGroup({ GroupName, UserName });
      await iam().createLoginProfile({ UserName, Password: "Chosen-by-hand-4711" });
      await enrol(UserName);
    }
    await iam().createAccountAlias({ AccountAlias: "example" });
    await setPasswordPolicy();
  });

  const setPasswordPolicy = () =>
    iam().updateAccountPasswordPolicy({
      ...{ MinimumPasswordLength: 14, PasswordReusePrevention: 24, AllowUsersToChangePassword: true },
      ...{ RequireLowercaseCharacters: true, RequireUppercaseCharacters: true },
      ...{ RequireNumbers: true, RequireSymbols: true },
    });

  async function enrol(UserName: string) {
    const { VirtualMFADevice } = await iam().createVirtualMFADevice({ VirtualMFADeviceName: UserName });
    const SerialNumber = VirtualMFADevice?.SerialNumber;
    const codes = { AuthenticationCode1: "123456", AuthenticationCode2: "654321" };
    await iam().enableMFADevice({ UserName, SerialNumber, ...codes });
  }

  it("finds nothing where everybody has taken over and root rests", async () => {
    assert.deepEqual(await found(), []);
  });

  it("finds root without MFA and users who never signed in, of which the emulator is full", async () => {
    assert.deepEqual(await found({}), [
      "root-mfa-missing root",
      "never-signed-in Administrator",
      "never-signed-in Admin_2",
      "backup-untested Admin_2",
    ]);
  });

  const UserName = "Admin_2";
  const GroupName = "Administrators";
  const rule = { GroupName, PolicyName: "RequireMfa" };
  const written = JSON.stringify(requireMfaPolicy("aws"));
  const policy = { PolicyName: "everything", PolicyDocument: everything };
  const issuePassword = async (PasswordResetRequired: boolean) => {
    await iam().deleteLoginProfile({ UserName });
    await iam().createLoginProfile({ UserName, Password: "Chosen-by-hand-4712", PasswordResetRequired });
  };
  const faults: readonly [finding: string, make: () => Promise<unknown>, undo: () => Promise<unknown>][] = [
    [
      "not-in-group Admin_2",
      () => iam().removeUserFromGroup({ GroupName, UserName }),
      () => iam().addUserToGroup({ GroupName, UserName }),
    ],
    ["initial-password-unchanged Admin_2", () => issuePassword(true), () => issuePassword(false)],
    [
      "mfa-missing Admin_2",
      async () => {
        const { MFADevices: [device] = [] } = await iam().listMFADevices({ UserName });
        await iam().deactivateMFADevice({ UserName, SerialNumber: device?.SerialNumber });
        await iam().deleteVirtualMFADevice({ SerialNumber: device?.SerialNumber });
      },
      () => enrol(UserName),
    ],
    [
      "long-lived-credential Admin_2",
      async () => {
        const { AccessKey } = await iam().createAccessKey({ UserName });
        await iam().updateAccessKey({ UserName, AccessKeyId: AccessKey?.AccessKeyId, Status: "Inactive" });
      },
      async () => {
        const { AccessKeyMetadata: [key] = [] } = await iam().listAccessKeys({ UserName });
        await iam().deleteAccessKey({ UserName, AccessKeyId: key?.AccessKeyId });
      },
    ],
    [
      "own-policy Admin_2",
      () => iam().attachUserPolicy({ UserName, PolicyArn: access }),
      () => iam().detachUserPolicy({ UserName, PolicyArn: access }),
    ],
    [
      "unlisted-member Mallory",
      async () => {
        await iam().createUser({ UserName: "Mallory" });
        await iam().addUserToGroup({ GroupName, UserName: "Mallory" });
      },
      async () => {
        await iam().removeUserFromGroup({ GroupName, UserName: "Mallory" });
        await iam().deleteUser({ UserName: "Mallory" });
      },
    ],
    [
      "full-power-elsewhere group Others",
      async () => {
        await iam().createGroup({ GroupName: "Others" });
        await iam().putGroupPolicy({ GroupName: "Others", ...policy });
      },
      async () => {
        await iam().deleteGroupPolicy({ GroupName: "Others", PolicyName: policy.PolicyName });
        await iam().deleteGroup({ GroupName: "Others" });
      },
    ],
    [
      "full-power-elsewhere role deploy",
      async () => {
        await iam().createRole({ RoleName: "deploy", AssumeRolePolicyDocument: trust });
        const { Policy } = await iam().createPolicy(policy);
        await iam().attachRolePolicy({ RoleName: "deploy", PolicyArn: Policy?.Arn });
      },
      async () => {
        const PolicyArn = "arn:aws:iam::123456789012:policy/everything";
        await iam().detachRolePolicy({ RoleName: "deploy", PolicyArn });
        await iam().deleteRole({ RoleName: "deploy" });
        await iam().deletePolicy({ PolicyArn });
      },
    ],
    [
      "group-changed Administrators",
      () => iam().detachGroupPolicy({ GroupName, PolicyArn: access }),
      () => iam().attachGroupPolicy({ GroupName, PolicyArn: access }),
    ],
    [
      "mfa-rule-changed Administrators",
      () => iam().putGroupPolicy({ ...rule, PolicyDocument: everything.replace("Allow", "Deny") }),
      () => iam().putGroupPolicy({ ...rule, PolicyDocument: written }),
    ],
    [
      "alias-differs accountAlias",
      () => iam().createAccountAlias({ AccountAlias: "another" }),
      () => iam().createAccountAlias({ AccountAlias: "example" }),
    ],
    ["password-policy-weaker passwordPolicy", () => iam().deleteAccountPasswordPolicy({}), setPasswordPolicy],
  ];
  for (const [finding, make, undo] of faults) {
    it(`finds ${finding}, and no more of it once it is undone`, async () => {
      await make();
      assert.deepEqual(await found(), [finding]);
      await undo();
      assert.deepEqual(await found(), []);
    });
  }

  it("finds an administrator who is gone", async () => {
    const config = { administrators: [{ name: "Administrator" }, { name: "Admin_2" }, { name: "Admin_3" }] };
    assert.deepEqual(await found(rested, config), ["administrator-missing Admin_3"]);
  });

  it("reviews what is left where a call is denied", async () => {
    const reading = answeringClients(
      { ...rested, GetAccountAuthorizationDetails: denied },
      emulator.endpoint,
    );
    const result = await review(await intent({ accountAlias: "another" }), limits, { ...reading, pause });
    assert.deepEqual(result.denied, ["iam:GetAccountAuthorizationDetails"]);
    assert.deepEqual(
      result.findings.map(({ id }) => id),
      ["alias-differs"],
    );
  });

  /** Runs the command as npm does, on the stack dev. */
  async function run(options: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const env = {
      ...{ PATH: process.env.PATH, AWS_EC2_METADATA_DISABLED: "true" },
      ...{ AWS_CONFIG_FILE: "none", AWS_SHARED_CREDENTIALS_FILE: "none" },
      ...environment,
    };
    const child = spawn(process.execPath, [program, ...options], { env, stdio: ["ignore", "pipe", "pipe"] });
    const status = once(child, "exit") as Promise<[number]>;
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), status]);
    return { stdout, stderr, code };
  }
  const inEmulator = () => ({
    ...{ AWS_ENDPOINT_URL: emulator.endpoint, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
  });

  it("is one JSON document, with status 1 for findings of severity high", async () => {
    const { stdout, stderr, code } = await run(["--json"], inEmulator());
    const { account, stack, findings, ...parts } = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual([account, stack, stderr, code], ["123456789012", "dev", "", 1]);
    assert.deepEqual(Object.keys(parts), [
      "at",
      "root",
      "administrators",
      "group",
      "others",
      "settings",
      "denied",
    ]);
    assert.deepEqual((findings as Finding[])[0], {
      id: "root-mfa-missing",
      severity: "high",
      subject: "root",
      message: "has no MFA device: sign in as root and assign an MFA device",
    });
  });

  it("is a page of Markdown, or tables where nothing is asked for", async () => {
    const [page, tables] = await Promise.all([run(["--markdown"], inEmulator()), run([], inEmulator())]);
    assert.match(page.stdout, /^# Account 123456789012, stack dev, /);
    assert.match(tables.stdout, /^Account 123456789012, stack dev, /);
  });

  for (const [what, options, environment, sentence] of [
    ["no credentials", [], {}, "Could not load credentials from any providers"],
    [
      "no such stack",
      ["--stack", "none"],
      {},
      "Pulumi.none.yaml does not exist, name another stack with --stack",
    ],
    ["a path for a stack", ["--stack", "../dev"], {}, '--stack "../dev" is not a stack\'s name'],
    ["no number of days", ["--root-days", "soon"], {}, '--root-days "soon" is not a number of days'],
    ["an unknown option", ["--all"], {}, "Unknown option '--all'"],
  ] as const) {
    it(`says with ${what} why it could not look, in one sentence, with status 2`, async () => {
      const { stdout, stderr, code } = await run(options, environment);
      assert.deepEqual(
        { stdout, stderr, code },
        { stdout: "", stderr: `The review could not look: ${sentence}\n`, code: 2 },
      );
    });
  }

  it("has status 2 where every call is denied, names the actions, and asks again what was throttled", async () => {
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        const isCaller = body.includes("Action=GetCallerIdentity");
        const isFirst = isCaller && asked++ === 0;
        const code = isFirst ? "Throttling" : "AccessDenied";
        response.writeHead(isFirst ? 400 : isCaller ? 200 : 403, { "content-type": "text/xml" });
        response.end(
          isCaller && !isFirst ? caller : `<R><Error><Code>${code}</Code><Message>no</Message></Error></R>`,
        );
      });
    });
    let asked = 0;
    const result = "<Arn>arn:aws:iam::123456789012:user/me</Arn><Account>123456789012</Account>";
    const caller = `<R><GetCallerIdentityResult>${result}</GetCallerIdentityResult></R>`;
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const { stdout, stderr, code } = await run(["--json"], {
      ...inEmulator(),
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    });
    server.close();
    const { findings, denied } = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual({ asked, findings, stderr, code }, { asked: 2, findings: [], stderr: "", code: 2 });
    assert.deepEqual(denied, [
      "iam:GenerateCredentialReport",
      "iam:GetAccountAuthorizationDetails",
      "iam:GetAccountPasswordPolicy",
      "iam:GetAccountSummary",
      "iam:GetLoginProfile",
      "iam:ListAccessKeys",
      "iam:ListAccountAliases",
      "iam:ListMFADevices",
      "iam:ListSSHPublicKeys",
      "iam:ListServiceSpecificCredentials",
      "iam:ListSigningCertificates",
      "iam:ListUsers",
    ]);
  });

  it("refuses another account than the one of the stack", async () => {
    const { stderr, code } = await run(["--stack", "prod"], inEmulator());
    const accounts =
      "the credentials are of account 123456789012, and aws:allowedAccountIds names 111122223333";
    assert.deepEqual({ stderr, code }, { stderr: `The review could not look: ${accounts}\n`, code: 2 });
  });
});
