import { parseDocument, type Statement } from "../iam/policyDocument.ts";
import { asFields, asList, asText, type Value } from "../iam/values.ts";
import { isAbsent } from "./inputs.ts";
import { iam, ssoadmin } from "./resources.ts";
import type { Subject } from "./subject.ts";

/** By type the input that says whose permissions a resource's documents are, and the one that has the documents. */
const DOCUMENTS: Readonly<Record<string, readonly [holder: string, documents: string]>> = {
  [iam("Policy")]: ["name", "policy"],
  [iam("GroupPolicy")]: ["group", "policy"],
  [iam("RolePolicy")]: ["role", "policy"],
  [iam("UserPolicy")]: ["user", "policy"],
  [iam("Role")]: ["name", "inlinePolicies"],
  [ssoadmin("PermissionSetInlinePolicy")]: ["permissionSetArn", "inlinePolicy"],
};

/** The resources with documents that give permissions; trust policies and boundaries give none. */
export const DOCUMENT_TYPES = Object.keys(DOCUMENTS);

/** A document of a resource as far as it is known. */
export interface KnownDocument {
  /** How a message names the document. */
  readonly where: string;
  readonly statements: readonly Statement[];
}

/** A resource's documents, and why some cannot be judged. */
export interface PolicyDocuments {
  readonly holder: Value;
  readonly malformed: readonly { readonly where: string; readonly reason: string }[];
  readonly documents: readonly KnownDocument[];
}

/** Reads the documents of a resource. */
export function readPolicyDocuments({ type, inputs }: Subject): PolicyDocuments {
  const [holder = "", input = ""] = DOCUMENTS[type] ?? [];
  const written =
    input === "inlinePolicies" ? inlineDocuments(inputs[input]) : [[input, inputs[input]] as const];
  const parsed = written.map(([where, value]) => ({ where, document: parseDocument(value) }));
  return {
    holder: inputs[holder] ?? (holder === "name" ? inputs.namePrefix : undefined),
    malformed: parsed.flatMap(({ where, document }) =>
      "malformed" in document ? [{ where, reason: document.malformed }] : [],
    ),
    documents: parsed.flatMap(({ where, document }) =>
      "malformed" in document ? [] : [{ where, statements: document.statements }],
    ),
  };
}

/** A document, or several together, and what was found in it. */
export interface Finding<T> extends KnownDocument {
  readonly found: readonly T[];
}

/**
 * The documents in which something is found; if it is in none, all of them where it is in them together.
 *
 * @param denialsStay Whether what one document denies holds for what the others allow. @default true
 */
export function findIn<T>(
  documents: readonly KnownDocument[],
  find: (statements: readonly Statement[]) => readonly T[],
  denialsStay = true,
): readonly Finding<T>[] {
  const [first, ...others] = documents;
  if (first === undefined) return [];
  const judge = (document: KnownDocument): Finding<T>[] => {
    const found = find(document.statements);
    return found.length > 0 ? [{ ...document, found }] : [];
  };
  if (others.length === 0) return judge(first);
  const together = judge({
    where: "inlinePolicies",
    statements: documents.flatMap(({ statements }) => statements),
  });
  if (together.length === 0 && denialsStay) return [];
  const separately = documents.flatMap(judge);
  return separately.length > 0 ? separately : together;
}

/** The documents of inline policies, and how a message names each. */
function inlineDocuments(inlinePolicies: Value): (readonly [where: string, document: Value])[] {
  return asList(inlinePolicies).flatMap((block, index) => {
    const { name, policy } = asFields(block) ?? {};
    // A block without a document is the provider's way to say "no inline policies at all".
    return isAbsent(policy)
      ? []
      : [[`inlinePolicies[${index}] "${asText(name) ?? "unnamed"}"`, policy] as const];
  });
}
