import { covers } from "../../policy/iam/access.ts";
import { matches } from "../../policy/iam/glob.ts";
import { memoize } from "../../policy/iam/memoize.ts";
import type { Statement } from "../../policy/iam/policyDocument.ts";
import { VARIABLES } from "../../policy/iam/variables.ts";
import type { Holder } from "./holders.ts";
import { MultiMap } from "./multiMap.ts";

class AllowsOfAction {
  /** Who has an Allow of the action, by the ARNs and by the patterns of its resources. */
  readonly byArn = new MultiMap<string, Holder>();
  readonly byPattern = new MultiMap<string, Holder>();
  /** The resources, by who has the Allow. */
  readonly resources = new MultiMap<Holder, string>();
}

/**
 * Who may have which action on what, without asking everybody about everything: there are as many questions as pairs of
 * holders otherwise. What it finds has still to be evaluated.
 */
export class Candidates {
  private readonly allowsOf = memoize<string, AllowsOfAction>(() => new AllowsOfAction());
  private readonly concernedBy: (pattern: string) => ReadonlySet<Holder>;

  /**
   * @param concerned - whom it concerns when something happens to an ARN
   */
  constructor(
    holders: readonly Holder[],
    actions: readonly string[],
    concerned: ReadonlyMap<string, Iterable<Holder>> = new Map(),
  ) {
    this.concernedBy = memoize((pattern) => holdersAt(pattern, concerned));
    const names = actions.map((action) => [action, action.toLowerCase()] as const);
    const actionsOf = memoize((statement: Statement) =>
      names.filter(([, name]) => covers(statement.actions, name)).map(([action]) => action),
    );
    for (const holder of holders)
      for (const statement of holder.statements)
        if (statement.effect === "Allow")
          for (const action of actionsOf(statement)) this.add(action, statement, holder);
  }

  /** Whoever may have the action on the resource. */
  of(action: string, arn: string): ReadonlySet<Holder> {
    const { byArn, byPattern } = this.allowsOf(action);
    const found = new Set(byArn.get(arn));
    for (const [pattern, holders] of byPattern) {
      if (matches(pattern, arn)) for (const holder of holders) found.add(holder);
    }
    return found;
  }

  /** Whom a holder's action may concern. */
  targets(holder: Holder, action: string): ReadonlySet<Holder> {
    const [first, ...more] = this.allowsOf(action).resources.get(holder) ?? [];
    if (first === undefined) return new Set();
    const found = this.concernedBy(first);
    return more.length === 0 ? found : new Set([first, ...more].flatMap((one) => [...this.concernedBy(one)]));
  }

  private add(action: string, { resources: { excluded, patterns } }: Statement, holder: Holder): void {
    const { byArn, byPattern, resources } = this.allowsOf(action);
    // A superset will do: what an exclusion leaves, and what a variable stands for, is evaluated later.
    const written = excluded ? ["*"] : patterns.map((pattern) => withoutVariables(pattern.written, holder));
    for (const pattern of written) {
      (/[*?]/.test(pattern) ? byPattern : byArn).add(pattern, holder);
      resources.add(holder, pattern);
    }
  }
}

/** Whom it concerns when something happens to what a pattern matches. */
function holdersAt(pattern: string, concerned: ReadonlyMap<string, Iterable<Holder>>): ReadonlySet<Holder> {
  if (!/[*?]/.test(pattern)) return new Set(concerned.get(pattern));
  const beginning = pattern.split(/[*?]/, 1).join();
  const found = new Set<Holder>();
  for (const [arn, holders] of concerned) {
    if (arn.startsWith(beginning) && matches(pattern, arn)) for (const holder of holders) found.add(holder);
  }
  return found;
}

/** Many may change their own keys, and nobody else's: of the variables the user's name is worth knowing. */
function withoutVariables(written: string, { kind, identity }: Holder): string {
  if (!written.includes("${")) return written;
  const named = kind === "user" ? written.replace(/\$\{aws:username\}/gi, () => identity.name) : written;
  return named.replace(VARIABLES, "*");
}
