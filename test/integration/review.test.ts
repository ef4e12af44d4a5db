import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { requireMfaPolicy } from "../../components/policyDocuments.ts";
import type { Review } from "../../review/judge.ts";
import { useEmulator } from "../support/emulator.ts";
import { documentOf, enforced, keyFor } from "../support/permissions.ts";
import { startIamServer } from "../support/iamServer.ts";

const program = join(import.meta.dirname, "../../review/main.ts");
const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };

/** Runs the command as npm does. */
async function run(options: readonly string[], environment: NodeJS.ProcessEnv = {}) {
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

describe("The review of the stack dev in the emulator", function () {
  this.timeout(120_000);
  const emulator = useEmulator();
  const runInEmulator = (...options: string[]) =>
    run(options, { ...credentials, AWS_ENDPOINT_URL: emulator.endpoint });

  async function found(): Promise<string[]> {
    const { stdout, stderr, code } = await runInEmulator("--json");
    assert.deepEqual([stderr, code], ["", 1]);
    return (JSON.parse(stdout) as Review).findings.map(({ id, subject }) => `${id} ${subject}`);
  }

  // The emulator has a root without MFA, and knows nothing of sign-ins.
  it("finds what is missing, and when everybody has taken over what is too much", async () => {
    assert.deepEqual(await found(), [
      "root-mfa-missing root",
      "administrator-missing Administrator",
      "administrator-missing Admin_2",
      "group-changed Administrators",
    ]);
    const { iam } = emulator.aws;
    const GroupName = "Administrators";
    await iam.createGroup({ GroupName });
    await iam.attachGroupPolicy({ GroupName, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" });
    const PolicyDocument = JSON.stringify(requireMfaPolicy("aws"));
    await iam.putGroupPolicy({ GroupName, PolicyName: "RequireMfa", PolicyDocument });
    for (const UserName of ["Administrator", "Admin_2"]) {
      await iam.createUser({ UserName });
      await iam.addUserToGroup({ GroupName, UserName });
      await iam.createLoginProfile({ UserName, Password: "Chosen-by-hand-4711" });
      const { VirtualMFADevice } = await iam.createVirtualMFADevice({ VirtualMFADeviceName: UserName });
      const codes = { AuthenticationCode1: "123456", AuthenticationCode2: "654321" };
      await iam.enableMFADevice({ UserName, SerialNumber: VirtualMFADevice?.SerialNumber, ...codes });
    }
    const everything = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
    };
    const own = { PolicyName: "own", PolicyDocument: JSON.stringify(everything) };
    await iam.createUser({ UserName: "Mallory" });
    const { Policy } = await iam.createPolicy(own);
    await iam.attachUserPolicy({ UserName: "Mallory", PolicyArn: Policy?.Arn });
    await iam.createAccessKey({ UserName: "Admin_2" });
    assert.deepEqual(await found(), [
      "root-mfa-missing root",
      "never-signed-in Administrator",
      "never-signed-in Admin_2",
      "long-lived-credential Admin_2",
      "full-power-elsewhere user Mallory",
    ]);
  });

  it("is denied nothing with the document for it, which is that for adopting, too", async () => {
    const key = await keyFor(emulator.aws.iam, "reviewing");
    const credentials = { AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret };
    const { stdout } = await enforced(emulator.endpoint, () =>
      run(["--json"], { ...credentials, AWS_ENDPOINT_URL: emulator.endpoint }),
    );
    const { denied, administrators } = JSON.parse(stdout) as Review;
    assert.deepEqual([denied, administrators.length], [[], 2]);
    assert.equal(documentOf("adopting"), documentOf("reviewing"));
  });

  it("is a page of Markdown, or tables where nothing is asked for", async () => {
    const [page, tables] = await Promise.all([runInEmulator("--markdown"), runInEmulator()]);
    assert.match(page.stdout, /^# Account 123456789012, stack dev, /);
    assert.match(tables.stdout, /^Account 123456789012, stack dev, /);
  });

  for (const [what, options, sentence] of [
    ["no credentials", [], "Could not load credentials from any providers"],
    ["no such stack", ["--stack", "none"], "Pulumi.none.yaml does not exist; the stacks here are dev, prod"],
    ["a path for a stack", ["--stack", "../dev"], '--stack "../dev" is not a stack\'s name'],
    ["no number of days", ["--root-days", "soon"], '--root-days "soon" is not a number of days'],
    ["both formats", ["--json", "--markdown"], "--json and --markdown: give one of them"],
    ["an unknown option", ["--all"], "Unknown option '--all'"],
  ] as const) {
    it(`says with ${what} why it could not look, in one sentence, with status 2`, async () => {
      const { stdout, stderr, code } = await run(options);
      assert.deepEqual([stdout, stderr.split("\n").length, code], ["", 2, 2]);
      assert.ok(stderr.startsWith(`The review could not look: ${sentence}`), stderr);
    });
  }

  it("says in one sentence that nobody listens", async () => {
    // Nobody listens on the port that TCP keeps for a multiplexer.
    const AWS_ENDPOINT_URL = "http://127.0.0.1:1";
    const { stderr, code } = await run([], { ...credentials, AWS_ENDPOINT_URL });
    assert.equal(stderr, "The review could not look: the connection to http://127.0.0.1:1 was refused\n");
    assert.equal(code, 2);
  });

  it("has status 2 where every call is denied, names the actions, and asks again what was throttled", async () => {
    const caller = "<Arn>arn:aws:iam::123456789012:user/me</Arn><Account>123456789012</Account>";
    const answers = [{ error: "Throttling", status: 400 }, { result: caller }];
    const denied = { error: "AccessDenied", status: 403 };
    const server = await startIamServer(({ Action }) =>
      Action === "GetCallerIdentity" ? (answers.shift() ?? denied) : denied,
    );
    const { stdout, stderr, code } = await run(["--json"], process.env).finally(server.close);
    const result = JSON.parse(stdout) as Review;
    assert.deepEqual([answers, result.findings, stderr, code], [[], [], "", 2]);
    assert.equal(result.denied.length, 12);
  });
});
