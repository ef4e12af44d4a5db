import { isObject } from "./stackConfig.ts";

/** What stands for a secret in outputs: the CLI's own word for it. */
export const secretMark = "[secret]";

/**
 * The lines at the end of a successful run: what there is now, and what to do next.
 *
 * @param stack - name of the stack
 * @param outputs - its outputs, {@link secretMark} for every secret
 * @param hasEngine - whether there is a Pulumi CLI, that can read the secret ones
 * @param handover - what is still to be handed over
 */
export function report(
  stack: string,
  outputs: Readonly<Record<string, unknown>>,
  hasEngine: boolean,
  handover: readonly string[] = [],
): string[] {
  const { signInUrl, groupName, groupArn, administrators } = outputs;
  return [
    "",
    `Sign-in URL     ${text(signInUrl)}`,
    `Group           ${text(groupName)} (${text(groupArn)})`,
    "Administrators",
    ...Object.entries(isObject(administrators) ? administrators : {}).map(
      ([name, administrator]) =>
        `  ${name.padEnd(14)}${describe(isObject(administrator) ? administrator : {})}`,
    ),
    ...(handover.length === 0 ? [] : ["", "Still to be handed over (npm run review)", ...handover]),
    "",
    "What next",
    hasEngine
      ? "  read a password   npm start -- --keep, then pulumi stack output administrators --show-secrets"
      : "  read a password   install the Pulumi CLI, then npm start -- --keep",
    `  edit the config   Pulumi.${stack}.yaml, then npm start again`,
    '  a real account    README.md, "On a real account"',
  ];
}

function describe({ arn, mustResetPassword, ...passwords }: Readonly<Record<string, unknown>>): string {
  const isSecret = Object.values(passwords).includes(secretMark);
  const password = isSecret
    ? "initial password is a secret output"
    : "encryptedPassword" in passwords
      ? "initial password encrypted with PGP"
      : "no initial password from here";
  const reset = mustResetPassword === true ? ", to be changed at the first sign-in" : "";
  return `${text(arn)}\n${" ".repeat(16)}${password}${reset}`;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "not known";
}
