import { z } from "zod";

/** A required or optional string that must match one pattern; every mistake reports the same rule. */
const text = (rule: string, pattern: RegExp, max = 512, min = 1) =>
  z
    .string({ error: rule })
    .min(min, { error: rule })
    .max(max, { error: rule })
    .regex(pattern, { error: rule });

const flag = () => z.boolean({ error: "must be true or false" });

const whole = (min: number, max: number) => {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z.int({ error: rule }).min(min, { error: rule }).max(max, { error: rule });
};

/** An object in which a key that is not listed is an error: a typo must not disable a guard. */
const keys = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `unknown key, the keys here are ${Object.keys(shape).join(", ")}`
        : `must be an object with the keys ${Object.keys(shape).join(", ")}`,
  });

const iamName = (max: number) =>
  text(
    `must be 1 to ${max} characters out of letters, digits and +=,.@_-`,
    new RegExp(`^[A-Za-z0-9+=,.@_-]{1,${max}}$`),
  );

const iamPath = () =>
  text(
    "must begin and end with / and have at most 512 visible ASCII characters between",
    /^\/(?:[\x21-\x7e]+\/)?$/,
  );

const email = () => z.email({ error: "must be an e-mail address", abort: true });

const tagCharacters = "letters, digits, spaces and _.:/=+-@";
const tagKeyRule = `must be 1 to 128 characters out of ${tagCharacters}, and not begin with aws:`;
const tagValueRule = `must be a string of at most 256 characters out of ${tagCharacters}`;
const tags = () =>
  z.record(
    text(tagKeyRule, /^(?![aA][wW][sS]:)[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u, 128),
    text(tagValueRule, /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u, 256, 0),
    {
      error: (issue) =>
        issue.code === "invalid_key" ? tagKeyRule : "must be an object of tag keys and values",
    },
  );

/** One entry of the list `administrators`. */
export const administratorSchema = keys({
  name: iamName(64).describe("IAM user name, unique whatever the case"),
  path: iamPath().default("/").describe("IAM path of the user"),
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
    .describe(
      "Whether the initial password must be changed at the first sign-in; false only if this administrator is you",
    ),
  passwordLength: whole(5, 128)
    .default(24)
    .describe("Length of the generated initial password, in characters"),
  pgpKey: z
    .string({ error: "must be an OpenPGP public key, armored or base64" })
    .min(1, { error: "must be an OpenPGP public key, armored or base64" })
    .optional()
    .describe("OpenPGP public key, armored or base64, that the initial password is encrypted for"),
  password: z
    .string({ error: "must be a string, set with: pulumi config set --secret --path" })
    .min(1, { error: "must not be empty" })
    .max(128, { error: "must have at most 128 characters" })
    .regex(/^[\t\n\r\x20-\xff]*$/, {
      error: "must not have characters beyond Latin-1: IAM does not take them",
    })
    .optional()
    .describe("The custom initial password, a secret: pulumi config set --secret --path"),
  passwordIssue: whole(1, 1_000_000).default(1).describe("Raise it to issue a new initial password"),
  import: flag().default(false).describe("Take over a user that was made by hand"),
}).describe("An administrator");

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
    path: iamPath().default("/").describe("IAM path of the group"),
    existing: flag()
      .default(false)
      .describe("Adopt a group that exists: users are added to it, nothing else changes"),
  })
    .prefault({})
    .describe("The administrator group"),
  requireMfa: flag()
    .optional()
    .describe(
      "Without MFA an administrator can only change the password and enrol MFA; default true, or false for an existing group",
    ),
  passwordPolicy: keys({
    minimumLength: whole(6, 128).default(14).describe("Shortest password allowed, in characters"),
    reusePrevention: whole(1, 24).default(24).describe("How many former passwords may not be used again"),
    maxAgeDays: whole(1, 1095)
      .optional()
      .describe("Days until a password must be changed; absent means never"),
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
      .refine((all) => new Set(all.map((one) => one.toLowerCase())).size === all.length, {
        error: "must name each address once",
      })
      .describe("Who is told about any use of root"),
    cloudTrailLogGroup: text(
      "must be the name of a CloudWatch Logs group: 1 to 512 characters out of letters, digits and _-/.#",
      /^[A-Za-z0-9_\-/.#]+$/,
    )
      .optional()
      .describe("CloudWatch Logs group of the account's trail, for the CIS metric filter and alarm"),
  })
    .optional()
    .describe("Alarm on any use of root; absent means none"),
  organizationRootAccess: flag()
    .default(false)
    .describe("Central management of the member accounts' root access (management account only)"),
  protect: flag().default(true).describe("Protect the group and its policy attachment from deletion"),
  bootstrapAsRoot: flag().default(false).describe("Permit this one deployment to run as root"),
});

/** The validated stack config, defaults filled in, before the rules that span several keys. */
export type StackConfig = z.infer<typeof stackConfigSchema>;
