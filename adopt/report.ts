import type { Adoption } from "./adopt.ts";

/** What a person must know after a stack file has been written, and the next commands. */
export function report(
  { account, group, members, file, isNewFile, ...found }: Adoption,
  stack: string,
): string {
  const { leftOut, others, denied } = found;
  const parts = [
    [
      `${file} names the ${members} members of the group ${group} in the account ${account}. Nothing in the account was changed.`,
    ],
    part(
      "Left out, and unchanged by a deployment:",
      leftOut.map(({ what, why }) => `${what}: ${why}`),
    ),
    part("Full power outside of the group:", others),
    part("AWS denied, so that comments may be missing:", denied),
    part("Next:", [
      ...(isNewFile ? [`pulumi stack init ${stack}`] : []),
      `npm exec -c "pulumi preview --stack ${stack} --policy-pack policy"`,
      `npm exec -c "pulumi up --stack ${stack} --policy-pack policy"`,
    ]),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function part(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}
