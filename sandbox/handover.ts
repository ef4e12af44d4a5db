import { readIntent } from "../review/intent.ts";
import { review } from "../review/review.ts";

/**
 * What `npm run review` finds in the account just made, a line each: everybody still has an initial password and no
 * MFA. Of root there is nothing to say, the emulator has none.
 *
 * @param projectDir - the folder of Pulumi.yaml
 * @param stack - name of the stack
 * @param region - the region of the emulated account
 */
export async function handover(projectDir: string, stack: string, region: string): Promise<string[]> {
  const intent = await readIntent(projectDir, stack);
  const { findings } = await review(
    { ...intent, sdk: { region, profile: undefined } },
    { rootDays: 30, staleDays: 90, roles: [] },
    { pause: () => Promise.resolve() },
  );
  return findings
    .filter(({ id }) => !id.startsWith("root-"))
    .map(({ severity, subject, message }) => `  ${severity.padEnd(8)}${subject} ${message}`);
}
