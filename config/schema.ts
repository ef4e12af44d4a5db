import { z } from "zod";
import {
  checkAdministrator,
  checkEmails,
  checkRootActivity,
  checkStack,
  evenIfMalformed,
} from "./crossKeyRules.ts";
import { email, flag, iamName, iamPath, keys, tags, text, whole } from "./fields.ts";
import { toBase64PgpKey } from "./pgpKey.ts";

const defaultPath = "/";

/** One entry of the list `administrators`. */
export const administratorSchema = keys({
  name: iamName(64).describe("IAM user name, unique whatever the case"),
  // Filled in after the rules: beside import, a path that was written down is refused.
  path: iamPath().optional().meta({ description: "IAM path of the user", default: defaultPath }),
  email: email()
    .regex(/^[\p{L}\p{N}_.:/=+\-@]{1,256}$/u, {
      error: "must be an e-mail address of at most 256 letters, digits and _.:/=+-@, which a tag can hold",
    })
    .optional()
    .describe("Becomes the tag email"),
  tags: tags().optional().describe("Tags of the user"),
  backup: flag().default(false).describe("Marks a backup administrator; becomes the tag backup"),
  consoleAccess: flag().default(true).describe("Whether the user gets a password for the console"),
  passwordResetRequired: flag()
    .default(true)
    .describe("The first sign-in asks for a new password; false only for yourself"),
  passwordLength: whole(5, 128).default(24).describe("Length of the generated initial password"),
  pgpKey: z
    .string({ error: "must be an OpenPGP public key, armored or base64" })
    .min(1, { error: "must be an OpenPGP public key, armored or base64" })
    .transform(toBase64PgpKey)
    .optional()
    .describe(
      "OpenPGP public key for which the initial password is encrypted, or a file with it: keys/admin.asc",
    ),
  password: z
    .string({ error: "must be a string, set with: pulumi config set --secret --path" })
    .min(1, { error: "must not be empty" })
    .max(128, { error: "must have at most 128 characters" })
    .regex(/^[\t\n\r\x20-\xff]*$/, {
      error: "must not have characters beyond Latin-1: IAM does not take them",
    })
    .optional()
    .describe("Custom initial password, a secret: pulumi config set --secret --path"),
  passwordVersion: whole(1, 1_000_000).default(1).describe("Raise it to issue a new initial password"),
  permissionsBoundary: text(
    "must be the ARN of a policy: arn:aws:iam::ACCOUNT:policy/NAME",
    /^arn:aws[a-z-]*:iam::(?:\d{12}|aws):policy\/[\x21-\x7e]+$/,
  )
    .optional()
    .describe("ARN of the permissions boundary; absent leaves alone what is there"),
  import: flag()
    .default(false)
    .describe("Take over a user made by hand; path, tags, boundary and password stay"),
})
  .superRefine(checkAdministrator, evenIfMalformed)
  .transform(({ path = defaultPath, ...rest }) => ({ ...rest, path }))
  .describe("An administrator");

/** The validated form of one entry of `administrators`, defaults filled in. */
export type AdministratorConfig = z.infer<typeof administratorSchema>;

const accountAliasRule =
  "must be 3 to 63 lower-case letters, digits and single hyphens, begin and end with a letter or digit, and not be 12 digits (or an object {prefix})";
const accountAlias = z.union(
  [
    text(accountAliasRule, /^(?!\d{12}$)[a-z0-9](?:-?[a-z0-9])*$/, 63, 3),
    keys({
      prefix: text(
        "must be 1 to 54 lower-case letters, digits and single hyphens, and begin and end with a letter or digit",
        /^[a-z0-9](?:-?[a-z0-9])*$/,
        54,
      ).describe("The alias is this prefix, a hyphen and eight random characters that stay the same"),
    }),
  ],
  { error: accountAliasRule },
);

/**
 * Everything that a stack may set in the namespace `iam-administrators`.
 * The rules are IAM's own: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const stackConfigSchema = keys({
  administrators: z
    .array(administratorSchema, { error: "must be a list of administrators" })
    .min(1, { error: "must name at least one administrator" })
    .describe("The administrators"),
  group: keys({
    name: iamName(128).default("Administrators").describe("Name of the group"),
    path: iamPath().default(defaultPath).describe("IAM path of the group"),
    existing: flag()
      .default(false)
      .describe("Adopt a group that exists: users are added to it, nothing else changes"),
  })
    .prefault({})
    .describe("The administrator group"),
  requireMfa: flag()
    .optional()
    .describe("Without MFA only password and MFA can be set; default true, false with group.existing"),
  passwordPolicy: keys({
    minimumLength: whole(6, 128).default(14).describe("Shortest password allowed, in characters"),
    reusePrevention: whole(1, 24).default(24).describe("How many former passwords may not be used again"),
    maxAgeDays: whole(1, 1095).optional().describe("Days until a password must be changed; absent: never"),
    requireCharacterTypes: flag().default(true).describe("Lower case, upper case, a digit and a symbol"),
  })
    .optional()
    .describe("The account's password policy; absent leaves it alone"),
  accountAlias: accountAlias
    .optional()
    .describe("The account's alias in the sign-in URL; absent leaves it alone"),
  rootActivity: keys({
    emails: z
      .array(email(), { error: "must be a list of e-mail addresses" })
      .min(1, { error: "must name at least one e-mail address" })
      .superRefine(checkEmails, evenIfMalformed)
      .describe("Who is told about any use of root"),
    cloudTrailLogGroup: text(
      "must be the name of a CloudWatch Logs group: 1 to 512 characters out of letters, digits and _-/.#",
      /^[A-Za-z0-9_\-/.#]+$/,
    )
      .optional()
      .describe("Log group of the trail, for CIS's filter and alarm"),
    backupSignIns: flag().optional().describe("Alarm on sign-ins of backups; true with cloudTrailLogGroup"),
  })
    .superRefine(checkRootActivity, evenIfMalformed)
    .optional()
    .describe("Alarm on any use of root; absent means none"),
  organizationRootAccess: flag()
    .default(false)
    .describe("Central root access (the organization's management account only)"),
  protect: flag()
    .default(true)
    .describe("Protect the group, its policy attachment and its members from pulumi destroy"),
  bootstrapAsRoot: flag().default(false).describe("Permit this one deployment to run as root"),
}).superRefine(checkStack, evenIfMalformed);

/** The validated stack config, defaults filled in. */
export type StackConfig = z.infer<typeof stackConfigSchema>;

/** Fills in the one default that depends on another key: a rule for everybody in an adopted group has to be asked for. */
export function withRequireMfa(config: StackConfig) {
  return { ...config, requireMfa: config.requireMfa ?? !config.group.existing };
}
