import { covers } from "../../policy/iam/access.ts";
import { matches } from "../../policy/iam/glob.ts";
import type { Statement } from "../../policy/iam/policyDocument.ts";
import { VARIABLES } from "../../policy/iam/variables.ts";
import type { Holder } from "./holders.ts";

/** Those who have an Allow of one action, by the patterns of its resources. */
type Index = Map<string, Set<Holder>>;

/**
 * Who may have which action on what, without asking everybody about everything: there are as many questions as pairs of
 * holders otherwise. What it finds has still to be evaluated.
 */
export class Candidates {
  private readonly byArn = new Map<string, Index>();
  private readonly byPattern = new Map<string, Index>();
  private readonly patterns = new Map<string, Map<Holder, Set<string>>>();
  private readonly matching = new Map<string, ReadonlySet<Holder>>();
  private readonly things: ReadonlyMap<string, readonly Holder[]>;

  /**
   * @param things - whom it concerns when something happens to an ARN
   */
  constructor(
    holders: readonly Holder[],
    actions: readonly string[],
    things: ReadonlyMap<string, readonly Holder[]> = new Map(),
  ) {
    this.things = things;
    for (const action of actions) {
      for (const maps of [this.byArn, this.byPattern, this.patterns]) maps.set(action, new Map());
    }
    const names = actions.map((action) => [action, action.toLowerCase()] as const);
    const concerned = new Map<Statement, readonly string[]>();
    for (const holder of holders) {
      for (const statement of holder.statements) {
        if (statement.effect === "Deny") continue;
        const about =
          concerned.get(statement) ??
          names.filter(([, name]) => covers(statement.actions, name)).map(([action]) => action);
        concerned.set(statement, about);
        for (const action of about) this.add(action, statement, holder);
      }
    }
  }

  /** Whoever may have the action on the resource. */
  of(action: string, arn: string): ReadonlySet<Holder> {
    const found = new Set(this.byArn.get(action)?.get(arn));
    for (const [pattern, holders] of this.byPattern.get(action) ?? []) {
      if (matches(pattern, arn)) for (const holder of holders) found.add(holder);
    }
    return found;
  }

  /** Whom a holder's action may concern. */
  targets(holder: Holder, action: string): ReadonlySet<Holder> {
    const [first, ...more] = this.patterns.get(action)?.get(holder) ?? [];
    if (first === undefined) return new Set();
    const found = this.concernedBy(first);
    return more.length === 0 ? found : new Set([first, ...more].flatMap((one) => [...this.concernedBy(one)]));
  }

  private concernedBy(pattern: string): ReadonlySet<Holder> {
    const known = this.matching.get(pattern);
    if (known) return known;
    const found = new Set<Holder>();
    const add = (holders: readonly Holder[]) => {
      for (const holder of holders) found.add(holder);
    };
    if (!/[*?]/.test(pattern)) add(this.things.get(pattern) ?? []);
    else {
      const beginning = pattern.split(/[*?]/, 1).join();
      for (const [arn, holders] of this.things)
        if (arn.startsWith(beginning) && matches(pattern, arn)) add(holders);
    }
    this.matching.set(pattern, found);
    return found;
  }

  private add(action: string, { resources: { excluded, patterns } }: Statement, holder: Holder): void {
    // A superset will do: what an exclusion leaves, and what a variable stands for, is evaluated later.
    const written = excluded ? ["*"] : patterns.map((pattern) => withoutVariables(pattern.written, holder));
    for (const pattern of written) {
      const index = (/[*?]/.test(pattern) ? this.byPattern : this.byArn).get(action);
      const holders = index?.get(pattern) ?? new Set();
      index?.set(pattern, holders.add(holder));
      const own = this.patterns.get(action)?.get(holder) ?? new Set();
      this.patterns.get(action)?.set(holder, own.add(pattern));
    }
  }
}

/** Many may change their own keys, and nobody else's: of the variables the user's name is worth knowing. */
function withoutVariables(written: string, { kind, identity }: Holder): string {
  if (!written.includes("${")) return written;
  const named = kind === "user" ? written.replace(/\$\{aws:username\}/gi, () => identity.name) : written;
  return named.replace(VARIABLES, "*");
}
