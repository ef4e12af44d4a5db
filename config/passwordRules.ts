/** What a password must look like; the names are those of IAM's GetAccountPasswordPolicy. */
export interface PasswordRules {
  readonly MinimumPasswordLength?: number | undefined;
  readonly RequireUppercaseCharacters?: boolean | undefined;
  readonly RequireLowercaseCharacters?: boolean | undefined;
  readonly RequireNumbers?: boolean | undefined;
  readonly RequireSymbols?: boolean | undefined;
}

const characterTypes = [
  { key: "RequireUppercaseCharacters", pattern: /[A-Z]/, name: "an upper-case letter" },
  { key: "RequireLowercaseCharacters", pattern: /[a-z]/, name: "a lower-case letter" },
  { key: "RequireNumbers", pattern: /[0-9]/, name: "a digit" },
  {
    key: "RequireSymbols",
    pattern: /[!@#$%^&*()_+\-=[\]{}|']/,
    name: "a symbol out of !@#$%^&*()_+-=[]{}|'",
  },
] as const;

/**
 * What a password lacks, or undefined if it lacks nothing.
 *
 * @param password - the password
 * @param rules - a password policy; undefined where an account has none, so that AWS's own rules apply
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
 */
export function missingIn(password: string, rules: PasswordRules | undefined): string | undefined {
  if (rules === undefined) {
    const types = characterTypes.filter(({ pattern }) => pattern.test(password)).length;
    return password.length >= 8 && types >= 3
      ? undefined
      : "at least 8 characters, with three of upper-case letters, lower-case letters, digits and symbols";
  }
  const minimum = rules.MinimumPasswordLength ?? 6;
  const missing = [
    ...(password.length < minimum ? [`at least ${minimum} characters`] : []),
    ...characterTypes
      .filter(({ key, pattern }) => rules[key] && !pattern.test(password))
      .map(({ name }) => name),
  ];
  return missing.length === 0 ? undefined : missing.join(", ");
}
