import type { IAM, SummaryKeyType } from "@aws-sdk/client-iam";
import type { Ask } from "./ask.ts";

/**
 * Reads what AWS tells about root. Its last use stands in the credential report only, which is up to four hours old.
 *
 * @param pause - waits while AWS makes the report
 * @throws {Error} when AWS does not finish the report
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
 */
export async function readRoot(iam: IAM, ask: Ask, pause: () => Promise<unknown>) {
  const [report, summary] = await Promise.all([
    credentialReport(iam, ask, pause),
    ask("iam:GetAccountSummary", async () => (await iam.getAccountSummary({})).SummaryMap),
  ]);
  const has = (name: SummaryKeyType) => (summary?.[name] === undefined ? undefined : summary[name] > 0);
  return {
    lastUsed: report && lastUseOfRoot(new TextDecoder().decode(report.Content)),
    asOf: report?.GeneratedTime,
    mfa: has("AccountMFAEnabled"),
    accessKey: has("AccountAccessKeysPresent"),
    // A member account of an organization may have no root password.
    password: has("AccountPasswordPresent"),
  };
}

async function credentialReport(iam: IAM, ask: Ask, pause: () => Promise<unknown>) {
  // With two seconds after each attempt, a minute.
  for (let attempt = 0; attempt < 30; attempt++) {
    const made = await ask("iam:GenerateCredentialReport", () => iam.generateCredentialReport({}));
    if (!made) return undefined;
    if (made.State === "COMPLETE") {
      const get = () => iam.getCredentialReport({});
      const report = await ask("iam:GetCredentialReport", get, /CredentialReport/);
      if (report !== null) return report;
    }
    await pause();
  }
  throw new Error("AWS has not finished the credential report in a minute, run the review again");
}

/** The last use of root in a credential report: null if none is on record, undefined if the report has no such row. */
export function lastUseOfRoot(csv: string): Date | null | undefined {
  // Names of users may have commas in them, root's row has none.
  const [header = "", ...lines] = csv.split(/\r?\n/);
  const row = lines.find((line) => line.startsWith("<root_account>,"))?.split(",");
  const times = header.split(",").flatMap((name, column) => {
    // Where there is no time, the value is N/A, no_information or not_supported.
    const time = /last_used(?:_date)?$/.test(name) ? Date.parse(row?.[column] ?? "") : NaN;
    return Number.isNaN(time) ? [] : [time];
  });
  return row && (times.length > 0 ? new Date(Math.max(...times)) : null);
}
