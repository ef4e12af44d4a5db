/** What a policy said about a resource. */
export interface PolicyFinding {
  readonly policy: string;
  /** A mandatory one blocks the deployment. */
  readonly mandatory: boolean;
  readonly message: string;
  /** Logical name of the resource, absent for the stack as a whole. */
  readonly resource?: string | undefined;
}

/** A resource that a run created or imported. */
export interface CreatedResource {
  readonly type: string;
  readonly name: string;
}

/** How a run in the sandbox ended. */
export interface SandboxResult {
  /** Whether everything was created; if not, {@link SandboxResult.errors} or a mandatory finding says why. */
  readonly succeeded: boolean;
  /** What went wrong, each a message for the user. */
  readonly errors: readonly string[];
  /** The stack's outputs, secrets left out. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly findings: readonly PolicyFinding[];
  /** What was created, components included. */
  readonly created: readonly CreatedResource[];
}

/** The last part of a URN, the resource's logical name. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** Findings without repetitions: preview and update report the same ones. */
export function distinct(findings: readonly PolicyFinding[]): PolicyFinding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

/** An output without its secrets: the SDK hands them over in plain text, and the sandbox has no use for them. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === "initialPassword" ? "[secret]" : withoutSecrets(inner),
    ]),
  );
}
