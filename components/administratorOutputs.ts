import * as pulumi from "@pulumi/pulumi";
import type { Administrator } from "./administrator.ts";
import { whereKnown } from "./whereKnown.ts";

/** What is not secret of one administrator. What is not known is absent. */
export interface AdministratorOutput {
  /** The user's ARN. */
  readonly arn: string;
  /** Whether the initial password must be changed at the first sign-in. */
  readonly mustResetPassword?: boolean;
  /** The initial password, encrypted for the administrator's OpenPGP key and in base64. */
  readonly encryptedPassword?: string;
  /** What the owner of the key runs to read it. */
  readonly decryptCommand?: string;
}

/** What the stack exports of one administrator. */
export interface AdministratorStackOutput extends AdministratorOutput {
  /** The initial password, a secret: `pulumi stack output --show-secrets`. */
  readonly initialPassword?: pulumi.Output<string | undefined>;
}

type Administrators = ReadonlyMap<string, Administrator>;

/** The stack output `administrators`: the administrators by their names. */
export function administratorOutputs(
  administrators: Administrators,
): Record<string, pulumi.Output<AdministratorStackOutput | undefined>> {
  return byName(administrators, (administrator) => {
    const { initialPassword } = administrator;
    // Whether there is a password to hand over is no secret, only the password itself.
    const hasPassword = pulumi.unsecret(initialPassword.apply((password) => password !== undefined));
    // The password itself comes in last: a secret anywhere inside would make all of it one.
    return whereKnown(pulumi.all([publicOutput(administrator), hasPassword])).apply(
      (known) => known && { ...known[0], ...(known[1] ? { initialPassword } : {}) },
    );
  });
}

/** What is not secret of the administrators, by their names. */
export function publicOutputs(
  administrators: Administrators,
): pulumi.Output<Record<string, AdministratorOutput>> {
  return pulumi.output(byName(administrators, publicOutput));
}

/** The initial passwords to hand over, a secret, by the administrators' names. */
export function initialPasswords(administrators: Administrators): pulumi.Output<Record<string, string>> {
  const passwords = pulumi.output(byName(administrators, ({ initialPassword }) => initialPassword));
  return pulumi.secret(
    passwords.apply((all) =>
      Object.fromEntries(
        Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
    ),
  );
}

function byName<T>(
  administrators: Administrators,
  of: (administrator: Administrator) => T,
): Record<string, T> {
  return Object.fromEntries(Array.from(administrators, ([name, administrator]) => [name, of(administrator)]));
}

function publicOutput(administrator: Administrator): pulumi.Output<AdministratorOutput> {
  const { arn, mustResetPassword, encryptedPassword } = administrator;
  return pulumi.all([arn, mustResetPassword, encryptedPassword]).apply(([userArn, reset, encrypted]) => ({
    arn: userArn,
    ...(reset === undefined ? {} : { mustResetPassword: reset }),
    ...(encrypted === undefined
      ? {}
      : { encryptedPassword: encrypted, decryptCommand: decryptCommand(encrypted) }),
  }));
}

/** Base64 has no character that a shell reads in another way, so that nothing needs quotes. */
function decryptCommand(encryptedPassword: string): string {
  return `echo ${encryptedPassword} | base64 --decode | gpg --decrypt`;
}
