import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readAccount } from "../../review/account.ts";
import type { Intent } from "../../review/intent.ts";
import { lastUseOfRoot } from "../../review/root.ts";
import { answeringClients, denied, type Answers } from "../support/awsAnswers.ts";

const header =
  "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation," +
  "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region," +
  "access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date," +
  "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active," +
  "cert_2_last_rotated";
const user =
  "a_b,arn:aws:iam::123456789012:user/team,x/a_b,2026-01-01T00:00:00+00:00,true,2026-11-24T01:02:03+00:00,N/A,N/A," +
  "true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A";

/** The report, with root's last uses: of the password and of the two access keys. */
function report(password: string, key1 = "N/A", key2 = "N/A"): string {
  const root =
    `<root_account>,arn:aws:iam::123456789012:root,2020-01-01T00:00:00+00:00,not_supported,${password},not_supported,` +
    `not_supported,true,false,N/A,${key1},us-east-1,iam,false,N/A,${key2},N/A,N/A,false,N/A,false,N/A`;
  return [header, user, root, ""].join("\n");
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `Admin_${index}`);

function intent(count: number, allowedAccounts: string[] = []): Intent {
  const administrators = names(count).map((name) => ({ name }));
  return { stack: "dev", config: { administrators }, allowedAccounts, sdk: {} } as unknown as Intent;
}

const arn = "arn:aws:sts::123456789012:assumed-role/reader/me";
/** AWS with so many administrators, in pages of a thousand. */
function account(count: number): Answers {
  const page = (key: string, entries: readonly object[], marker: unknown) => {
    const start = Number(marker ?? 0);
    const end = start + 1000;
    const IsTruncated = end < entries.length;
    return { [key]: entries.slice(start, end), IsTruncated, ...(IsTruncated && { Marker: String(end) }) };
  };
  const users = names(count).map((UserName) => ({ UserName, Path: "/", GroupList: ["Administrators"] }));
  return {
    GetCallerIdentity: () => ({ Account: "123456789012", Arn: arn }),
    GenerateCredentialReport: () => ({ State: "COMPLETE" }),
    GetCredentialReport: () => ({
      Content: new TextEncoder().encode(report("no_information")),
      GeneratedTime: new Date("2026-11-24T08:00:00Z"),
    }),
    GetAccountSummary: () => ({ SummaryMap: { AccountMFAEnabled: 1, AccountAccessKeysPresent: 0 } }),
    GetAccountAuthorizationDetails: ({ Marker }) => page("UserDetailList", users, Marker),
    ListUsers: ({ Marker }) => page("Users", users, Marker),
    ListServiceSpecificCredentials: ({ Marker }) =>
      page("ServiceSpecificCredentials", [{ UserName: "Admin_0" }, { UserName: "Bob" }], Marker),
    GetAccountPasswordPolicy: () => {
      throw Object.assign(new Error("none"), { name: "NoSuchEntityException" });
    },
    ListAccountAliases: () => ({ AccountAliases: [] }),
    GetLoginProfile: () => ({ LoginProfile: { PasswordResetRequired: true } }),
    ListMFADevices: () => ({ MFADevices: [{}] }),
    ListAccessKeys: () => ({ AccessKeyMetadata: [{ Status: "Inactive" }] }),
    ListSSHPublicKeys: () => ({ SSHPublicKeys: [{}, {}] }),
    ListSigningCertificates: () => ({ Certificates: [{}] }),
  };
}

function read(answers: Answers, count = 1, pauses: string[] = []) {
  const { iam, sts, calls } = answeringClients(answers);
  const pause = () => Promise.resolve(pauses.push("pause"));
  const done: number[] = [];
  const progress = (one: number, total: number) => done.push(one / total);
  return { facts: readAccount(intent(count), { iam, sts, pause, progress }), calls, done };
}

describe("The reading of an account", () => {
  it("tells what does not exist from what is there", async () => {
    const { identities, credentials, signIns, passwordPolicy, alias, root } = await read(account(1)).facts;
    assert.deepEqual(identities, [
      { kind: "user", name: "Admin_0", path: "/", groups: ["Administrators"], policies: [] },
    ]);
    assert.deepEqual(
      [...credentials],
      [
        [
          "Admin_0",
          {
            password: "initial",
            mfaDevices: 1,
            longLived: [
              "access key",
              "SSH key",
              "SSH key",
              "signing certificate",
              "service-specific credential",
            ],
          },
        ],
      ],
    );
    assert.deepEqual([...(signIns ?? [])], [["Admin_0", null]]);
    assert.deepEqual([passwordPolicy, alias], [null, null]);
    assert.deepEqual(root, {
      lastUsed: null,
      asOf: new Date("2026-11-24T08:00:00Z"),
      mfa: true,
      accessKey: false,
      password: undefined,
    });
  });

  it("makes four calls more for 2,500 administrators than for one, apart from five for each of them", async () => {
    const one = read(account(1));
    const many = read(account(2500), 2500);
    await Promise.all([one.facts, many.facts]);
    const common = one.calls.length - 5;
    assert.equal(common, 9);
    assert.equal(many.calls.length - 5 * 2500 - common, 4);
    assert.equal(many.done.length, 2500);
    assert.equal(many.done.at(-1), 1);
  });

  it("never has more than ten administrators in hand", async () => {
    let inHand = 0;
    let most = 0;
    const ListMFADevices = async () => {
      most = Math.max(most, ++inHand);
      await new Promise(setImmediate);
      inHand--;
      return { MFADevices: [] };
    };
    await read({ ...account(50), ListMFADevices }, 50).facts;
    assert.equal(most, 10);
  });

  it("goes on where a call is denied, and names the action", async () => {
    const answers = account(1);
    const everyAction = Object.keys(answers).filter((name) => name !== "GetCallerIdentity");
    // Without the report there is nothing to get.
    for (const name of everyAction) {
      const { facts, calls } = read({ ...answers, [name]: denied });
      assert.deepEqual((await facts).denied, [`iam:${name}`], name);
      const expected = everyAction.filter(
        (other) => name !== "GenerateCredentialReport" || other !== "GetCredentialReport",
      );
      assert.deepEqual(new Set(calls), new Set(["GetCallerIdentity", ...expected]), name);
    }
  });

  it("calls nothing but what the page about it asks permission for", async () => {
    const page = readFileSync(join(import.meta.dirname, "../../docs/review.md"), "utf8");
    const documented = Array.from(page.matchAll(/"(iam:\w+)"/g), ([, action]) => action);
    const { facts, calls } = read(account(1));
    await facts;
    // GetCallerIdentity needs no permission.
    const called = calls.filter((name) => name !== "GetCallerIdentity").map((name) => `iam:${name}`);
    assert.deepEqual([...new Set(called)].sort(), documented.sort());
  });

  it("refuses another account than the config's before it asks anything else", async () => {
    const { iam, sts, calls } = answeringClients(account(1));
    const reading = { iam, sts, pause: () => Promise.resolve(), progress: () => undefined };
    await assert.rejects(readAccount(intent(1, ["111122223333"]), reading), {
      message: "the credentials are of account 123456789012, and aws:allowedAccountIds names 111122223333",
    });
    assert.deepEqual(calls, ["GetCallerIdentity"]);
  });

  it("stops at an error that is not a denial", async () => {
    const expired = () => {
      throw Object.assign(new Error("The security token is expired"), { name: "ExpiredToken" });
    };
    await assert.rejects(read({ ...account(1), ListMFADevices: expired }).facts, {
      message: "The security token is expired",
    });
  });
});

describe("The credential report", () => {
  const states = (...list: string[]) => ({
    ...account(1),
    GenerateCredentialReport: () => ({ State: list.shift() ?? "COMPLETE" }),
  });

  it("is waited for while AWS makes it", async () => {
    const pauses: string[] = [];
    const { root } = await read(states("STARTED", "INPROGRESS", "COMPLETE"), 1, pauses).facts;
    assert.equal(root.lastUsed, null);
    assert.deepEqual(pauses, ["pause", "pause"]);
  });

  for (const name of ["CredentialReportExpiredException", "CredentialReportNotReadyException"]) {
    it(`is asked for again after ${name}`, async () => {
      const { GetCredentialReport: get } = account(1);
      const errors = [Object.assign(new Error("not now"), { name })];
      const getLater = (input: Record<string, unknown>) => {
        const error = errors.shift();
        if (error) throw error;
        return get?.(input);
      };
      const pauses: string[] = [];
      const { root } = await read({ ...account(1), GetCredentialReport: getLater }, 1, pauses).facts;
      assert.equal(root.lastUsed, null);
      assert.deepEqual(pauses, ["pause"]);
    });
  }

  it("is given up after thirty attempts", async () => {
    const pauses: string[] = [];
    const never = { ...account(1), GenerateCredentialReport: () => ({ State: "INPROGRESS" }) };
    await assert.rejects(read(never, 1, pauses).facts, {
      message: "AWS has not finished the credential report in a minute, run the review again",
    });
    assert.equal(pauses.length, 30);
  });

  it("tells the latest use of root, by password or by key", () => {
    const [older, newer] = ["2026-01-02T03:04:05+00:00", "2026-05-06T07:08:09+00:00"];
    assert.deepEqual(lastUseOfRoot(report(older)), new Date(older));
    assert.deepEqual(lastUseOfRoot(report(older, newer)), new Date(newer));
    assert.deepEqual(lastUseOfRoot(report("no_information", "N/A", newer)), new Date(newer));
  });

  for (const value of ["N/A", "no_information", "not_supported"]) {
    it(`tells no use of root by ${value}`, () => {
      assert.equal(lastUseOfRoot(report(value)), null);
    });
  }

  it("without a row of root tells nothing, whatever users did", () => {
    assert.equal(lastUseOfRoot([header, user].join("\r\n")), undefined);
    assert.equal(lastUseOfRoot(""), undefined);
  });
});
