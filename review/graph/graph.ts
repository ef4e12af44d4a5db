import { Candidates } from "./candidates.ts";
import { empowering, EMPOWERING_ACTIONS } from "./empowering.ts";
import type { Holder, World } from "./holders.ts";
import { outsidersOf, servicesOf, type Outsider } from "./trusted.ts";
import { ASSUMING, BECOMING, PASSING, stepsTo, UNBINDING, type Step } from "./ways.ts";

/** Somebody who may be at the start of a path, or in it. */
export type Node = Holder | Outsider;

/** A way from one to another, seen from its end. */
export interface Edge {
  readonly from: Node;
  readonly steps: readonly Step[];
}

/** The same, seen from its beginning. */
interface Target {
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
  readonly world: World;
  private readonly accepted: (role: string) => boolean;
  private readonly becoming: Candidates;
  private readonly empowers: Candidates;
  private readonly byArn = new Map<string, Holder[]>();
  /** The roles that a trust policy opens to somebody by name, by the name; "" for everybody. */
  private readonly naming = new Map<string, Holder[]>();
  private readonly forward = new Map<string, readonly Target[]>();
  private readonly empowered = new Map<Holder, ReadonlyMap<Holder, Step>>();

  /**
   * @param world - the account
   * @param accepted - which roles may have full power: whom their trust lets in from outside is accepted with them
   */
  constructor(world: World, accepted: (role: string) => boolean) {
    this.world = world;
    this.accepted = accepted;
    const unbound = world.holders.flatMap((holder) => holder.unbound ?? []);
    const removers = new Candidates(unbound.length > 0 ? world.holders : [], UNBINDING);
    const removable = unbound.filter(({ identity: { arn } }) =>
      UNBINDING.some((action) => removers.of(action, arn).size > 0),
    );
    this.holders = [...world.holders, ...removable];
    const concerned = new Map<string, Holder[]>();
    for (const holder of this.holders) {
      const { identity, groups, policies, kind, trust } = holder;
      put(this.byArn, identity.arn, holder);
      for (const { arn } of [identity, ...groups.map((group) => group.identity), ...policies])
        if (arn !== undefined) put(concerned, arn, holder);
      if (kind !== "role") continue;
      for (const name of new Set(trust.map(({ principal }) => nameOf(principal))))
        put(this.naming, name, holder);
    }
    const actions = [...Object.values(BECOMING).flatMap((ways) => Object.keys(ways)), PASSING, ASSUMING];
    this.becoming = new Candidates(this.holders, actions, this.byArn);
    this.empowers = new Candidates(this.holders, EMPOWERING_ACTIONS, concerned);
  }

  /** Everybody who can turn into a holder by one edge, apart from those who need not be looked at. */
  edgesTo(target: Holder, isDone: (node: Node) => boolean): Edge[] {
    const edges: Edge[] = [];
    for (const from of this.sourcesOf(target)) {
      const steps = isDone(from) ? undefined : stepsTo(target, from, this.world);
      if (steps) edges.push({ from, steps });
    }
    return [
      ...edges,
      ...this.outsidersTo(target).map(({ outsider, step }) => ({ from: outsider, steps: [step] })),
    ];
  }

  /** Everybody whom somebody can turn into by one edge. */
  edgesFrom(from: Node): readonly Target[] {
    const known = this.forward.get(from.label);
    if (known) return known;
    const found: Target[] = [];
    if ("identity" in from) {
      for (const to of this.targetsOf(from)) {
        const steps = stepsTo(to, from, this.world);
        if (steps) found.push({ to, steps });
      }
    } else {
      for (const to of this.naming.get(nameOf(from.principal)) ?? [])
        for (const { outsider, step } of this.outsidersTo(to))
          if (outsider.label === from.label) found.push({ to, steps: [step] });
    }
    this.forward.set(from.label, found);
    return found;
  }

  /** Everybody to whom a holder can give full power. */
  empoweredBy(holder: Holder): ReadonlyMap<Holder, Step> {
    const known = this.empowered.get(holder);
    if (known) return known;
    const found = new Map<Holder, Step>();
    for (const whom of new Set(
      EMPOWERING_ACTIONS.flatMap((action) => [...this.empowers.targets(holder, action)]),
    )) {
      const step = empowering(whom, holder, this.world);
      if (step) found.set(whom, step);
    }
    this.empowered.set(holder, found);
    return found;
  }

  /** Those from outside whom a role lets in. With a role that is accepted, so are they. */
  private outsidersTo(target: Holder) {
    const { kind, identity, isFullPower } = target;
    const needsUnbinding = identity.boundary !== undefined && target.unbound === undefined;
    if (kind !== "role" || needsUnbinding || (isFullPower && this.accepted(identity.name))) return [];
    return outsidersOf(target, this.world.account).map(({ outsider, way }) => ({
      outsider,
      step: { action: ASSUMING, target: target.label, way },
    }));
  }

  private sourcesOf({ kind, identity, trust }: Holder): ReadonlySet<Holder> {
    const found = new Set<Holder>();
    const add = (holders: Iterable<Holder> = []) => {
      for (const holder of holders) found.add(holder);
    };
    for (const action of Object.keys(BECOMING[kind])) add(this.becoming.of(action, identity.arn));
    // Somebody without a boundary comes of the same with it.
    add(this.byArn.get(identity.arn));
    if (kind !== "role") return found;
    if (trust.some(({ principal }) => principal.kind === "service"))
      add(this.becoming.of(PASSING, identity.arn));
    for (const { principal } of trust) {
      if (principal.kind === "anybody") add(this.holders);
      if (principal.kind === "account" && principal.account === this.world.account)
        add(this.becoming.of(ASSUMING, identity.arn));
      if (principal.kind === "identity") add(this.byArn.get(principal.arn) ?? this.sessionsOf(principal.arn));
    }
    return found;
  }

  private targetsOf(holder: Holder): ReadonlySet<Holder> {
    const found = new Set<Holder>();
    const add = (holders: Iterable<Holder> = []) => {
      for (const one of holders) found.add(one);
    };
    for (const ways of Object.values(BECOMING))
      for (const action of Object.keys(ways)) add(this.becoming.targets(holder, action));
    for (const role of this.becoming.targets(holder, PASSING)) if (servicesOf(role).length > 0) add([role]);
    const open = new Set(this.naming.get(this.world.account));
    for (const role of this.becoming.targets(holder, ASSUMING)) if (open.has(role)) add([role]);
    const { arn, name } = holder.identity;
    for (const key of ["", arn, `session of ${name}`]) add(this.naming.get(key));
    add(this.byArn.get(arn));
    return found;
  }

  private sessionsOf(arn: string): readonly Holder[] {
    const [, name] = SESSION.exec(arn) ?? [];
    return name === undefined
      ? []
      : this.holders.filter(({ kind, identity }) => kind === "role" && identity.name === name);
  }
}

const SESSION = /^arn:[^:]+:sts::\d+:assumed-role\/([^/]+)\//;

function nameOf(principal: Outsider["principal"]): string {
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

function put<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
