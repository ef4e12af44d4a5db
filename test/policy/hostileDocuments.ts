/**
 * Policy documents that cost a judge the most, each about as long as asked. AWS takes 6,144 characters in a managed
 * policy, and 32,768 in the inline policy of a permission set.
 */
export function hostileDocuments(length: number): Readonly<Record<string, string>> {
  const account = (index: number) => String(100_000_000_000 + index * 7_919);
  const all = { Effect: "Allow", Action: "iam:*" };
  /** Statements as they are, or texts as the actions or resources of one statement. */
  const documents: Readonly<Record<string, (index: number) => unknown>> = {
    "accounts of one statement": (index) => `arn:aws:iam::${account(index)}:user/*`,
    "a statement for each account": (index) => ({
      ...all,
      Resource: `arn:aws:iam::${account(index)}:${index % 2 ? "role" : "user"}/*`,
    }),
    "exclusions of accounts": (index) => ({ ...all, NotResource: `arn:aws:iam::${account(index)}:*` }),
    "partitions and accounts": (index) =>
      `arn:aws-${"abcdefgh"[index % 8] ?? ""}:iam::${account(index)}:role/*`,
    "actions of many stars": (index) => `${"*a".repeat(15)}${index}`,
    "actions of many stars in iam": (index) => `iam:${"*e".repeat(12)}*${index}`,
    "short actions": (index) => `${index.toString(36)}*`,
    "resources of many stars": (index) => `arn:*:iam::*:${"*r".repeat(10)}*${index}`,
    "short statements": (index) => ({ Effect: "Allow", Action: `iam:*${index}`, Resource: "*" }),
    "excluded actions": (index) => ({ Effect: "Allow", NotAction: `iam:*${index}`, Resource: "*" }),
    conditions: (index) => ({
      ...all,
      Resource: "*",
      Condition: { StringLike: { "iam:PolicyARN": `${"*p".repeat(10)}${index}` } },
    }),
    "unclosed variables": (index) => `${"${".repeat(20)}${index}`,
    "one resource of unclosed variables": () => "${".repeat(length / 2 - 100),
    "one account of stars": () => `arn:aws:iam::${"1*".repeat(length / 2 - 100)}x:role/*`,
    "names of stars": (index) => `arn:aws:iam::*:*r*o*l*e*/*${index.toString(36)}*`,
    "stars of one name": () => `*r${"*o".repeat(length / 2 - 100)}`,
    "listed policies that may be written": (index) => ({
      ...all,
      Resource: `arn:aws:iam::*:policy/*${index}`,
      Condition: { ArnLike: { "iam:PolicyARN": `arn:aws:iam::${account(index)}:policy/*${index}*` } },
    }),
    "tags that may be set": (index) => ({
      ...all,
      Resource: `arn:aws:iam::*:role/${index}*`,
      Condition: { StringLike: { [`aws:ResourceTag/${index}`]: "${aws:PrincipalTag/a}" } },
    }),
    denials: (index) => ({ Effect: "Deny", Action: "iam:*", Resource: `arn:aws:iam::${account(index)}:*` }),
  };
  const wrap = (name: string, parts: readonly unknown[]): string => {
    const actions = { Effect: "Allow", Action: [...parts, "iam:*"], Resource: "arn:aws:iam::*:user/*" };
    const texts = name.includes("actions") ? actions : { ...all, Resource: parts };
    return JSON.stringify({ Statement: typeof parts[0] === "object" ? parts : [texts] });
  };
  return Object.fromEntries(
    Object.entries(documents).map(([name, part]) => {
      // As many parts as fit.
      const each = JSON.stringify(part(1000)).length + 1;
      const count = Math.floor((length - wrap(name, [part(1)]).length) / each) + 1;
      return [
        name,
        wrap(
          name,
          Array.from({ length: count }, (_, index) => part(index)),
        ),
      ];
    }),
  );
}
