import { z } from "zod";

/** A string that must match one pattern; every mistake reports the same rule. */
export const text = (rule: string, pattern: RegExp, max = 512, min = 1) =>
  z
    .string({
      error: ({ input }) =>
        isPlain(input) ? `${rule}; put it in quotes, YAML reads it as a ${typeof input}` : rule,
    })
    .min(min, { error: rule })
    .max(max, { error: rule })
    .regex(pattern, { error: rule });

/** True or false. */
export const flag = () => z.boolean({ error: "must be true or false" });

/** A whole number from `min` to `max`. */
export const whole = (min: number, max: number) => {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z.int({ error: rule }).min(min, { error: rule }).max(max, { error: rule });
};

/** The keys that each rule about unknown keys lists, for "did you mean". */
export const keysByRule = new Map<string, readonly string[]>();

/** An object in which a key that is not listed is an error: a typo must not disable a guard. */
export const keys = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => {
  const known = Object.keys(shape);
  const rule = `unknown key, the keys here are ${known.join(", ")}`;
  keysByRule.set(rule, known);
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === "unrecognized_keys" ? rule : `must be an object with the keys ${known.join(", ")}`,
  });
};

/** The name of an IAM user or group. */
export const iamName = (max: number) =>
  text(
    `must be 1 to ${max} characters out of letters, digits and +=,.@_-`,
    new RegExp(`^(?!__proto__$)[A-Za-z0-9+=,.@_-]{1,${max}}$`),
  );

/** The path of an IAM user or group. */
export const iamPath = () =>
  text(
    "must begin and end with / and have at most 512 visible ASCII characters between",
    /^\/(?:[\x21-\x7e]+\/)?$/,
  );

/** An e-mail address. */
export const email = () => z.email({ error: "must be an e-mail address" });

const tagCharacters = "letters, digits, spaces and _.:/=+-@";
const tagKeyRule = `must be 1 to 128 characters out of ${tagCharacters}, and not begin with aws:`;
const tagValueRule = `must be a string of at most 256 characters out of ${tagCharacters}`;

/** Tags of an IAM user, by their keys. */
export const tags = () =>
  z.record(
    text(tagKeyRule, /^(?![aA][wW][sS]:)[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u, 128),
    text(tagValueRule, /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u, 256, 0),
    {
      error: (issue) =>
        issue.code === "invalid_key" ? tagKeyRule : "must be an object of tag keys and values",
    },
  );

function isPlain(value: unknown): boolean {
  return typeof value === "number" || typeof value === "boolean";
}
