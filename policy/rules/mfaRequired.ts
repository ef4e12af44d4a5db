import { findMfaGap, MFA_RULE, type MfaGap } from "../iam/mfaRule.ts";
import { statementsIn } from "../iam/policyDocument.ts";
import { asFields, asList, asText, UNKNOWN, type Fields } from "../iam/values.ts";
import { isNamed } from "../lib/administratorGroups.ts";
import { isAbsent, isTrue, nameOf } from "../lib/inputs.ts";
import { ADMINISTRATOR_GROUP, iam, parentTypes, stackOf } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";
import { administratorGroups } from "../lib/settings.ts";
import type { Subject } from "../lib/subject.ts";

/**
 * Names of groups by stack: those that a stack makes, and those that it says to have found. A rule on stacks would need
 * no memory, but cannot judge this: it sees outputs, and what a component says of its group is only among the inputs.
 * Whichever of the two comes second is reported, so that the order does not matter.
 */
const made = new Set<string>();
const adopted = new Set<string>();

/**
 * The component denies administrators without MFA everything but enrolling it. Neither `requireMfa: false` may take
 * that away, nor another document under the same name, nor a list of inline policies without it. A group that existed
 * before is left as it is found, unless the same stack makes it.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html
 */
export const mfaRequired = rule({
  name: "mfa-required",
  title: "Administrators need MFA",
  description: "An administrators group denies its members everything without MFA but enrolling it.",
  enforcementLevel: "mandatory",
  severity: "high",
  cis: "2.10",
  remediationSteps:
    `Remove requireMfa from the stack's configuration, or set it to true. Leave the group's inline policy ${MFA_RULE} as ` +
    "iam-administrators writes it, and give other inline policies other names.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html",
  settings: { groups: administratorGroups },
  types: [ADMINISTRATOR_GROUP, iam("Group"), iam("GroupPolicy"), iam("GroupPoliciesExclusive")],
  check(subject, { groups }, report) {
    const { type, inputs } = subject;
    if (type === ADMINISTRATOR_GROUP && lacksMfa(subject)) {
      report("set requireMfa to true, so that a stolen password alone gives nobody the account");
    }
    if (type === iam("Group") && isMadeThoughAdopted(subject)) {
      report(
        `remove existing from group "${nameOf(inputs.name)}", which this stack makes, and requireMfa: false with it`,
      );
    }
    const gap = type === iam("GroupPolicy") ? gapOfRule(subject, groups) : undefined;
    if (gap !== undefined) {
      const spared = gap.spared === undefined ? "" : ` (it spares ${gap.spared})`;
      report(
        `its document does not deny group "${nameOf(inputs.group)}" everything without MFA${spared}; the Deny must spare ` +
          "nothing except what enrolling a device takes, on any resource, with the condition BoolIfExists " +
          `aws:MultiFactorAuthPresent false. Or give it another name than ${MFA_RULE}`,
      );
    }
    if (type === iam("GroupPoliciesExclusive") && removesRule(inputs, groups)) {
      report(`add ${MFA_RULE} to policyNames, or group "${nameOf(inputs.groupName)}" loses its MFA rule`);
    }
  },
});

function lacksMfa({ urn, inputs: { requireMfa, group } }: Subject): boolean {
  if (isTrue(requireMfa) || isAbsent(requireMfa) || requireMfa === UNKNOWN || group === UNKNOWN) return false;
  const { existing, name } = asFields(group) ?? {};
  if (existing === UNKNOWN) return false;
  if (!isTrue(existing)) return true;
  const key = groupKey(urn, asText(name) ?? "Administrators");
  adopted.add(key);
  return made.has(key);
}

function isMadeThoughAdopted({ urn, inputs: { name } }: Subject): boolean {
  const known = asText(name);
  if (known === undefined) return false;
  const key = groupKey(urn, known);
  made.add(key);
  return adopted.has(key);
}

/** A group of a stack, whatever the letter case of its name. */
function groupKey(urn: string, group: string): string {
  return `${stackOf(urn)}::${group.toLowerCase()}`;
}

/** What another document under the rule's name leaves open. */
function gapOfRule(
  { urn, inputs: { name, group, policy } }: Subject,
  groups: readonly string[],
): MfaGap | undefined {
  if (!isNamed(name, [MFA_RULE])) return undefined;
  if (!isNamed(group, groups) && !parentTypes(urn).includes(ADMINISTRATOR_GROUP)) return undefined;
  return policy === UNKNOWN ? undefined : findMfaGap(statementsIn(policy));
}

function removesRule({ groupName, policyNames }: Fields, groups: readonly string[]): boolean {
  if (!isNamed(groupName, groups) || policyNames === UNKNOWN) return false;
  return !asList(policyNames).some((name) => name === UNKNOWN || isNamed(name, [MFA_RULE]));
}
