import { isObject } from "../config/namespace.ts";
import { readIntent } from "../review/intent.ts";
import { review } from "../review/review.ts";

/** What stands for a secret in outputs: the CLI's own word for it. */
export const secretMark = "[secret]";

/**
 * The lines at the end of a successful run: what there is now, and what to do next.
 *
 * @param outputs - the stack's, {@link secretMark} for every secret
 * @param toReadOne - how to read a password
 */
export function report(
  stack: string,
  outputs: Readonly<Record<string, unknown>>,
  toReadOne: string,
  handover: readonly string[],
): string[] {
  const { signInUrl, groupName, groupArn } = outputs;
  const administrators = Object.entries(isObject(outputs.administrators) ? outputs.administrators : {});
  const width = Math.max(14, ...administrators.map(([name]) => name.length + 2));
  return [
    "",
    `Sign-in URL     ${text(signInUrl)}`,
    `Group           ${text(groupName)} (${text(groupArn)})`,
    "Administrators",
    ...administrators.map(
      ([name, administrator]) =>
        `  ${name.padEnd(width)}${describe(isObject(administrator) ? administrator : {}, width + 2)}`,
    ),
    ...(handover.length === 0 ? [] : ["", "Still to be handed over (npm run review)", ...handover]),
    "",
    "What next",
    `  read a password   ${toReadOne}`,
    `  edit the config   Pulumi.${stack}.yaml, then npm start again`,
    '  a real account    README.md, "On a real account"',
  ];
}

function describe(
  { arn, mustResetPassword, ...passwords }: Readonly<Record<string, unknown>>,
  indent: number,
): string {
  let password = "no initial password from here";
  if ("encryptedPassword" in passwords) password = "initial password encrypted with PGP";
  if (Object.values(passwords).includes(secretMark)) password = "initial password is a secret output";
  const reset = mustResetPassword === true ? ", to be changed at the first sign-in" : "";
  return `${text(arn)}\n${" ".repeat(indent)}${password}${reset}`;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "not known";
}

/**
 * What `npm run review` finds in the account just made, a line each: everybody still has an initial password and no
 * MFA. Of root there is nothing to say, the emulator has none.
 */
export async function handover(projectDir: string, stack: string, region: string): Promise<string[]> {
  const intent = await readIntent(projectDir, stack);
  const { findings } = await review(
    { ...intent, sdk: { region } },
    { rootDays: 30, staleDays: 90, roles: [] },
    { pause: () => Promise.resolve() },
  );
  return findings
    .filter(({ id }) => !id.startsWith("root-"))
    .map(({ severity, subject, message }) => `  ${severity.padEnd(8)}${subject} ${message}`);
}
