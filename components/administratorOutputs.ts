import * as pulumi from "@pulumi/pulumi";
import type { Administrator } from "./administrator.ts";

/** What the stack exports of one administrator. What is not known is absent. */
export interface AdministratorOutput {
  /** The user's ARN. */
  readonly arn: pulumi.Output<string>;
  /** Whether the initial password must be changed at the first sign-in. */
  readonly mustResetPassword?: boolean;
  /** The initial password, a secret: `pulumi stack output --show-secrets`. */
  readonly initialPassword?: pulumi.Output<string | undefined>;
  /** The initial password, encrypted for the administrator's OpenPGP key and in base64. */
  readonly encryptedPassword?: string;
  /** What the owner of the key runs to read it. */
  readonly decryptCommand?: string;
}

/** The stack output `administrators`: the administrators by their names. */
export function administratorOutputs(
  administrators: ReadonlyMap<string, Administrator>,
): Record<string, pulumi.Output<AdministratorOutput>> {
  return Object.fromEntries(
    Array.from(administrators, ([name, administrator]) => [name, outputOf(administrator)]),
  );
}

function outputOf(administrator: Administrator): pulumi.Output<AdministratorOutput> {
  const { arn, mustResetPassword, initialPassword, encryptedPassword } = administrator;
  // Whether there is a password to hand over is no secret, only the password itself.
  const hasPassword = pulumi.unsecret(initialPassword.apply((password) => password !== undefined));
  return pulumi.all([mustResetPassword, hasPassword, encryptedPassword]).apply(([reset, has, encrypted]) => ({
    arn,
    ...(reset === undefined ? {} : { mustResetPassword: reset }),
    ...(has ? { initialPassword } : {}),
    ...(encrypted === undefined
      ? {}
      : { encryptedPassword: encrypted, decryptCommand: decryptCommand(encrypted) }),
  }));
}

/** Base64 has no character that a shell reads in another way, so that nothing needs quotes. */
function decryptCommand(encryptedPassword: string): string {
  return `echo ${encryptedPassword} | base64 --decode | gpg --decrypt`;
}
