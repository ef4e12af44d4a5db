import type * as pulumi from "@pulumi/pulumi";
import type { Administrator } from "./administrator.ts";

/** What the stack exports of one administrator. */
export interface AdministratorOutput {
  /** The user's ARN. */
  readonly arn: pulumi.Output<string>;
  /** Whether the initial password must be changed at the first sign-in. */
  readonly mustResetPassword: pulumi.Output<boolean>;
  /** The initial password, a secret: `pulumi stack output --show-secrets`. */
  readonly initialPassword?: pulumi.Output<string>;
  /** The initial password, encrypted for the administrator's OpenPGP key and in base64. */
  readonly encryptedPassword?: pulumi.Output<string>;
  /** What the owner of the key runs to read it. */
  readonly decryptCommand?: pulumi.Output<string>;
}

/** The stack output `administrators`: the administrators by their names. */
export function administratorOutputs(
  administrators: ReadonlyMap<string, Administrator>,
): Record<string, AdministratorOutput> {
  return Object.fromEntries(
    Array.from(administrators, ([name, { arn, mustResetPassword, initialPassword, encryptedPassword }]) => [
      name,
      {
        arn,
        mustResetPassword,
        ...(initialPassword === undefined ? {} : { initialPassword }),
        ...(encryptedPassword === undefined
          ? {}
          : { encryptedPassword, decryptCommand: encryptedPassword.apply(decryptCommand) }),
      },
    ]),
  );
}

/** Base64 has no character that a shell reads in another way, so that nothing needs quotes. */
function decryptCommand(encryptedPassword: string): string {
  return `echo ${encryptedPassword} | base64 --decode | gpg --decrypt`;
}
