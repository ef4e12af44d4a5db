import type { Values } from "./namespace.ts";

/**
 * The most bytes of config that Pulumi can hand to a program: it does so in one environment variable, which Linux limits to
 * 128 KiB. Above it a preview says `argument list too long`, and one with a policy pack hangs.
 */
export const mostBytes = 128 * 1024 - "PULUMI_CONFIG=\0".length;

/** How many bytes a config has when Pulumi hands it over. */
export function sizeOf(values: Values): number {
  const texts = Object.entries(values).map(([key, value]) => [
    key.replace(":", ":config:"),
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return Buffer.byteLength(JSON.stringify(Object.fromEntries(texts)));
}

/** What to do about a config that is, or will soon be, too large. */
export function tooLarge(bytes: number): string {
  const size = `${Math.ceil(bytes / 1024)} of the 128 KiB that Linux allows for it`;
  return `the stack config has ${size}: put OpenPGP keys into files, pgpKey: keys/admin.asc`;
}
