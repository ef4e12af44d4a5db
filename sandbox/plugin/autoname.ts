import { createHash, randomBytes } from "node:crypto";

/** Where a physical name comes from when the program gives none: the engine's proposal, or else its random bytes. */
export interface Naming {
  readonly proposed?: string | undefined;
  readonly seed?: Uint8Array;
}

/** The bridge's AutoName with pulumi-aws's options: the logical name, a hyphen and seven random characters. */
export function autoname(name: string, { proposed, seed }: Naming): string {
  if (proposed) return proposed;
  const random = seed?.length
    ? createHash("sha256").update(seed).digest("hex")
    : randomBytes(4).toString("hex");
  return `${name}-${random.slice(0, 7)}`;
}
