import { asFields, asList, asText, isAbsent, type Fields, type Value } from "./inputs.ts";
import { parseDocument, type Statement } from "./policyDocument.ts";
import { iam, ssoadmin } from "./resources.ts";
import type { Subject } from "./rule.ts";

/** Whose permissions a resource's documents are, and where they stand. */
interface Carrier {
  readonly holder: Value;
  readonly documents: readonly (readonly [where: string, document: Value])[];
}

const CARRIERS: Readonly<Record<string, (inputs: Fields) => Carrier>> = {
  [iam("Policy")]: ({ name, namePrefix, policy }) => ({
    holder: name ?? namePrefix,
    documents: [["policy", policy]],
  }),
  [iam("GroupPolicy")]: ({ group, policy }) => ({ holder: group, documents: [["policy", policy]] }),
  [iam("RolePolicy")]: ({ role, policy }) => ({ holder: role, documents: [["policy", policy]] }),
  [iam("UserPolicy")]: ({ user, policy }) => ({ holder: user, documents: [["policy", policy]] }),
  [iam("Role")]: ({ name, namePrefix, inlinePolicies }) => ({
    holder: name ?? namePrefix,
    documents: inlineDocuments(inlinePolicies),
  }),
  [ssoadmin("PermissionSetInlinePolicy")]: ({ permissionSetArn, inlinePolicy }) => ({
    holder: permissionSetArn,
    documents: [["inlinePolicy", inlinePolicy]],
  }),
};

/** The resources that carry documents which give permissions; trust policies and boundaries give none. */
export const CARRIER_TYPES = Object.keys(CARRIERS);

/** A document of a resource as far as it is known. */
export interface Permissions {
  /** How a message names the document. */
  readonly where: string;
  readonly statements: readonly Statement[];
}

/** A resource's documents, and why some cannot be judged. */
export interface Carried {
  readonly holder: Value;
  readonly malformed: readonly { readonly where: string; readonly reason: string }[];
  readonly documents: readonly Permissions[];
}

/** Reads the documents of a resource. */
export function readCarrier({ type, inputs }: Subject): Carried {
  const { holder, documents } = CARRIERS[type]?.(inputs) ?? { holder: undefined, documents: [] };
  const parsed = documents.map(([where, value]) => ({ where, document: parseDocument(value) }));
  return {
    holder,
    malformed: parsed.flatMap(({ where, document }) =>
      "malformed" in document ? [{ where, reason: document.malformed }] : [],
    ),
    documents: parsed.flatMap(({ where, document }) =>
      "malformed" in document ? [] : [{ where, statements: document.statements }],
    ),
  };
}

/** A document, or several together, and what was found in it. */
export interface Guilty<T> extends Permissions {
  readonly found: readonly T[];
}

/** The documents in which something is found; if it is in none, all of them where it is in them together. */
export function culprits<T>(
  documents: readonly Permissions[],
  find: (statements: readonly Statement[]) => readonly T[],
): readonly Guilty<T>[] {
  const [first, ...others] = documents;
  if (first === undefined) return [];
  const judge = (permissions: Permissions): Guilty<T>[] => {
    const found = find(permissions.statements);
    return found.length > 0 ? [{ ...permissions, found }] : [];
  };
  if (others.length === 0) return judge(first);
  const together = judge({
    where: "inlinePolicies",
    statements: documents.flatMap(({ statements }) => statements),
  });
  if (together.length === 0) return [];
  const alone = documents.flatMap(judge);
  return alone.length > 0 ? alone : together;
}

function inlineDocuments(inlinePolicies: Value): Carrier["documents"] {
  return asList(inlinePolicies).flatMap((block, index) => {
    const { name, policy } = asFields(block) ?? {};
    // A block without a document is the provider's way to say "no inline policies at all".
    return isAbsent(policy)
      ? []
      : [[`inlinePolicies[${index}] "${asText(name) ?? "unnamed"}"`, policy] as const];
  });
}
