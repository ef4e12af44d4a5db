import * as pulumi from "@pulumi/pulumi";

/** Sets the stack config as the engine hands it over: texts as they are, everything else as JSON. */
export function setStackConfig(
  keys: Readonly<Record<string, unknown>>,
  secretKeys: readonly string[] = [],
): void {
  const full = (key: string) => (key.includes(":") ? key : `iam-administrators:${key}`);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(
      Object.entries(keys).map(([key, it]) => [full(key), typeof it === "string" ? it : JSON.stringify(it)]),
    ),
    secretKeys.map((key) => full(key)),
  );
}
