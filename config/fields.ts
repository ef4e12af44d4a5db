import { z } from "zod";

/** The text that Pulumi makes of a date without quotes, such as `2024-01-15`. */
const date = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [+-]\d{4} \S+$/;

/** A string that must match one pattern; every mistake reports the same rule. */
export const text = (rule: string, pattern: RegExp, max = 512, min = 1) => {
  const error = ({ input }: { readonly input?: unknown }) => `${rule}${quotesFor(input)}`;
  return z
    .string({ error })
    .min(min, { error })
    .max(max, { error })
    .regex(pattern, { error })
    .refine((value) => !date.test(value), { error });
};

/** What to say of a value that would be right in quotes. */
export function quotesFor(value: unknown): string {
  const isPlain = typeof value === "number" || typeof value === "boolean";
  const readAs = isPlain ? typeof value : typeof value === "string" && date.test(value) ? "date" : undefined;
  return readAs === undefined ? "" : `; put it in quotes, YAML reads it as a ${readAs}`;
}

/** True or false. */
export const flag = () => z.boolean({ error: "must be true or false" });

/** A whole number from `min` to `max`. */
export const whole = (min: number, max: number) => {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z.int({ error: rule }).min(min, { error: rule }).max(max, { error: rule });
};

/** An object in which a key that is not listed is an error: a typo must not disable a guard. */
export const keys = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => {
  const known = Object.keys(shape);
  const list = known.join(", ");
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys") return `must be an object with the keys ${list}`;
      // For "did you mean": zod hands on what an issue carries.
      Object.assign(issue, { params: { known } });
      return `unknown key, the keys here are ${list}`;
    },
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
        issue.code === "invalid_key" ? issue.issues[0]?.message : "must be an object of tag keys and values",
    },
  );
