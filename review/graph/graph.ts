import { memoize } from "../../policy/iam/memoize.ts";
import { Candidates } from "./candidates.ts";
import { evenIfDenied } from "./denials.ts";
import { empowering, EMPOWERING_ACTIONS } from "./empowering.ts";
import type { Holder, IamAccount } from "./holders.ts";
import { MultiMap } from "./multiMap.ts";
import { ASSUME_ROLE, outsidersOf, servicesOf, type Outsider } from "./trusted.ts";
import { BECOMING, PASS_ROLE, REWRITE_POLICY, stepsTo, UNBINDING, UPDATE_SAML, type Step } from "./ways.ts";

/** Somebody who may be at the start of a path, or in it. */
export type Node = Holder | Outsider;

/** Whether somebody has permissions in the account, and does not come from outside of it. */
export function isHolder(node: Node): node is Holder {
  return "identity" in node;
}

/** A way from one to another. */
export interface Edge {
  readonly from: Node;
  readonly to: Holder;
  readonly steps: readonly Step[];
}

/**
 * Who can turn into whom in an account. Edges are looked for when they are asked for: all of them would be as many as
 * pairs of holders.
 */
export class Graph {
  /** Everybody who holds permissions, and once more those whose boundary somebody can take away, without it. */
  readonly holders: readonly Holder[];
  readonly account: IamAccount;
  private readonly accepted: (role: string) => boolean;
  private readonly becoming: Candidates;
  private readonly empowers: Candidates;
  /** The holders of an ARN; for that of a SAML provider, the roles whose trust names it. */
  private readonly byArn = new MultiMap<string, Holder>();
  /** The roles that a trust policy opens to somebody by name, by the name; "" for everybody. */
  private readonly naming = new MultiMap<string, Holder>();

  /**
   * @param accepted - which roles may have full power: whom their trust lets in from outside is accepted with them
   */
  constructor(account: IamAccount, accepted: (role: string) => boolean) {
    this.account = account;
    this.accepted = accepted;
    const unbound = account.holders.flatMap((holder) => holder.unbound ?? []);
    const changers = new Candidates(unbound.length > 0 ? account.holders : [], [
      ...UNBINDING,
      REWRITE_POLICY,
    ]);
    const removable = unbound.filter(
      ({ identity: { arn, boundary } }) =>
        UNBINDING.some((action) => changers.of(action, arn).size > 0) ||
        changers.of(REWRITE_POLICY, boundary?.arn ?? "").size > 0,
    );
    this.holders = [...account.holders, ...removable];
    const concerned = new MultiMap<string, Holder>();
    for (const holder of this.holders) {
      const { identity, groups, policies, kind, trust } = holder;
      this.byArn.add(identity.arn, holder);
      for (const { arn } of [identity, ...groups.map((group) => group.identity), ...policies])
        if (arn !== undefined) concerned.add(arn, holder);
      if (kind !== "role") continue;
      for (const { principal } of trust) {
        this.naming.add(nameOfPrincipal(principal), holder);
        if (principal.kind === "saml") this.byArn.add(principal.provider, holder);
      }
    }
    const others = [PASS_ROLE, ASSUME_ROLE, UPDATE_SAML];
    const actions = [...Object.values(BECOMING).flatMap((ways) => Object.keys(ways)), ...others];
    this.becoming = new Candidates(this.holders, actions, this.byArn);
    this.empowers = new Candidates(this.holders, EMPOWERING_ACTIONS, concerned);
  }

  /** The edges to a holder, apart from those of nodes that need not be looked at. */
  edgesTo(to: Holder, isDone: (node: Node) => boolean): readonly Edge[] {
    const sources = Array.from(new Set(this.sourcesOf(to))).filter((from) => !isDone(from));
    return [...sources.flatMap((from) => this.edges(from, to)), ...this.edgesFromOutside(to)];
  }

  /** The edges from somebody. */
  readonly edgesFrom = memoize((from: Node): readonly Edge[] => {
    if (isHolder(from))
      return Array.from(new Set(this.targetsOf(from))).flatMap((to) => this.edges(from, to));
    const roles = [...(this.naming.get(nameOfPrincipal(from.principal)) ?? [])];
    return roles
      .flatMap((role) => this.edgesFromOutside(role))
      .filter((edge) => edge.from.label === from.label);
  });

  /** Everybody to whom a holder can give full power, and how. */
  readonly empoweredBy = memoize((holder: Holder): ReadonlyMap<Holder, readonly Step[]> => {
    const found = new Map<Holder, readonly Step[]>();
    for (const whom of new Set(
      EMPOWERING_ACTIONS.flatMap((action) => [...this.empowers.targets(holder, action)]),
    )) {
      const steps = evenIfDenied(holder, (one) => empowering(whom, one, this.account));
      if (steps) found.set(whom, steps);
    }
    return found;
  });

  /** The edge from one to the other, if there is one. */
  private edges(from: Holder, to: Holder): Edge[] {
    const steps = stepsTo(to, from, this.account);
    return steps ? [{ from, to, steps }] : [];
  }

  /** From those outside whom a role lets in. With a role that is accepted, so are they. */
  private edgesFromOutside(to: Holder): Edge[] {
    const { kind, identity, isFullPower } = to;
    const needsUnbinding = identity.boundary !== undefined && to.unbound === undefined;
    if (kind !== "role" || needsUnbinding || (isFullPower && this.accepted(identity.name))) return [];
    return outsidersOf(to, this.account.id).map(({ outsider, way }) => ({
      from: outsider,
      to,
      steps: [{ action: ASSUME_ROLE, target: to.label, way }],
    }));
  }

  /** Whoever may turn into a holder; what is found has still to be evaluated. */
  private *sourcesOf({ kind, identity: { arn }, trust }: Holder): Generator<Holder> {
    for (const action of Object.keys(BECOMING[kind])) yield* this.becoming.of(action, arn);
    // Somebody without a boundary comes of the same with it.
    yield* this.byArn.get(arn) ?? [];
    if (kind !== "role") return;
    if (trust.some(({ principal }) => principal.kind === "service")) yield* this.becoming.of(PASS_ROLE, arn);
    for (const { principal } of trust) {
      if (principal.kind === "anybody") yield* this.holders;
      if (principal.kind === "account" && principal.account === this.account.id)
        yield* this.becoming.of(ASSUME_ROLE, arn);
      if (principal.kind === "saml") yield* this.becoming.of(UPDATE_SAML, principal.provider);
      if (principal.kind === "identity")
        yield* this.byArn.get(principal.arn) ?? this.rolesOfSession(principal.arn);
    }
  }

  /** Whom a holder may turn into; what is found has still to be evaluated. */
  private *targetsOf(holder: Holder): Generator<Holder> {
    const { arn, name } = holder.identity;
    for (const ways of Object.values(BECOMING))
      for (const action of Object.keys(ways)) yield* this.becoming.targets(holder, action);
    for (const role of this.becoming.targets(holder, PASS_ROLE)) if (servicesOf(role).length > 0) yield role;
    yield* this.becoming.targets(holder, UPDATE_SAML);
    const open = this.naming.get(this.account.id);
    for (const role of this.becoming.targets(holder, ASSUME_ROLE)) if (open?.has(role)) yield role;
    for (const key of ["", arn, `session of ${name}`]) yield* this.naming.get(key) ?? [];
    yield* this.byArn.get(arn) ?? [];
  }

  private rolesOfSession(arn: string): readonly Holder[] {
    const [, name] = SESSION.exec(arn) ?? [];
    return name === undefined
      ? []
      : this.holders.filter(({ kind, identity }) => kind === "role" && identity.name === name);
  }
}

const SESSION = /^arn:[^:]+:sts::\d+:assumed-role\/([^/]+)\//;

function nameOfPrincipal(principal: Outsider["principal"]): string {
  switch (principal.kind) {
    case "account":
      return principal.account;
    case "identity":
      return SESSION.test(principal.arn)
        ? `session of ${SESSION.exec(principal.arn)?.[1] ?? ""}`
        : principal.arn;
    case "oidc":
      return principal.issuer;
    case "saml":
      return principal.provider;
    default:
      return "";
  }
}
