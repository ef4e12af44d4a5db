import { allowsFullPower } from "../lib/fullPower.ts";
import { asFields, asList, asText, isAbsent, type Fields, type Value } from "../lib/inputs.ts";
import { parseDocument } from "../lib/policyDocument.ts";
import { iam, ssoadmin } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";

/** Where a resource keeps the documents that give permissions; trust policies and boundaries give none. */
const DOCUMENTS: Readonly<Record<string, (inputs: Fields) => Readonly<Record<string, Value>>>> = {
  [iam("Policy")]: ({ policy }) => ({ policy }),
  [iam("GroupPolicy")]: ({ policy }) => ({ policy }),
  [iam("RolePolicy")]: ({ policy }) => ({ policy }),
  [iam("UserPolicy")]: ({ policy }) => ({ policy }),
  [iam("Role")]: ({ inlinePolicies }) => inlineDocuments(inlinePolicies),
  [ssoadmin("PermissionSetInlinePolicy")]: ({ inlinePolicy }) => ({ inlinePolicy }),
};

/**
 * Whoever holds all of IAM can give themselves everything else. Full power comes from the AWS managed policy on the
 * administrators group, where everybody looks for it, and not from a copy under another name.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
 */
export const noFullAdminDocuments = rule({
  name: "no-full-admin-documents",
  title: "No home-made full-power policies",
  description: "No customer-managed or inline policy allows every action, or all of iam, on every resource.",
  enforcementLevel: "mandatory",
  severity: "critical",
  cis: {
    reference: "1.15",
    specification: "Ensure IAM policies that allow full *:* administrative privileges are not attached",
  },
  remediationSteps:
    "List the actions that are needed and the resources that they are needed on. For administrators attach the AWS " +
    "managed policy AdministratorAccess to the administrators group.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
  types: Object.keys(DOCUMENTS),
  check({ type, inputs }, _config, report) {
    for (const [where, value] of Object.entries(DOCUMENTS[type]?.(inputs) ?? {})) {
      const document = parseDocument(value);
      if ("malformed" in document) {
        report(`${where} cannot be judged because ${document.malformed}; write it as a JSON policy document`);
      } else if (allowsFullPower(document.allows)) {
        report(
          `${where} allows every action, or all of iam, on every resource; list the actions and resources needed, ` +
            "a Condition or a Deny does not make up for it",
        );
      }
    }
  },
});

function inlineDocuments(inlinePolicies: Value): Record<string, Value> {
  const documents = asList(inlinePolicies).flatMap((block, index) => {
    const { name, policy } = asFields(block) ?? {};
    // A block without a document is the provider's way to say "no inline policies at all".
    return isAbsent(policy)
      ? []
      : [[`inlinePolicies[${index}] "${asText(name) ?? "unnamed"}"`, policy] as const];
  });
  return Object.fromEntries(documents);
}
