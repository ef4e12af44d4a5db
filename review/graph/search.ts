import { creating } from "./creating.ts";
import { evenIfDenied } from "./denials.ts";
import { canEmpower, empowering } from "./empowering.ts";
import { isHolder, type Graph, type Node } from "./graph.ts";
import type { Holder } from "./holders.ts";
import { throughIdentityCenter, type Step } from "./ways.ts";

/** The way to full power: the next steps, and whom they lead to; nobody after the last ones. */
interface Way {
  readonly node: Node;
  readonly steps: readonly Step[];
  readonly next: string | undefined;
  readonly length: number;
}

/** Finds for everybody who can get full power the shortest way there, by what a path calls them. */
export function findWays(graph: Graph): ReadonlyMap<string, Way> {
  const search = new Search(graph);
  search.begin();
  do search.spread();
  while (search.combine());
  return search.ways;
}

/** All steps of the way from somebody to full power. */
export function pathOf(ways: ReadonlyMap<string, Way>, label: string): Step[] {
  const way = ways.get(label);
  return way ? [...way.steps, ...(way.next === undefined ? [] : pathOf(ways, way.next))] : [];
}

class Search {
  readonly ways = new Map<string, Way>();
  private readonly graph: Graph;
  /** What is still to be looked at, by its length. */
  private readonly queue: (Way[] | undefined)[] = [];
  private readonly isDone = ({ label }: Node) => this.ways.has(label);

  constructor(graph: Graph) {
    this.graph = graph;
  }

  /** Whoever has full power, and whoever takes it without turning into anybody else. */
  begin(): void {
    const { account, holders } = this.graph;
    const hasIdentityCenter = account.holders.some(({ identity }) =>
      identity.path.startsWith("/aws-reserved/sso.amazonaws.com/"),
    );
    for (const node of holders) {
      if (node.isFullPower) this.add({ node, steps: [], next: undefined, length: 0 });
      else {
        const steps = evenIfDenied(
          node,
          (one) =>
            (canEmpower(one) ? (empowering(one, one, account) ?? creating(one, account)) : undefined) ??
            (hasIdentityCenter ? throughIdentityCenter(one) : undefined),
        );
        if (steps) this.add({ node, steps, next: undefined, length: steps.length });
      }
    }
  }

  /** From those with a way to all who can turn into them, the shortest ways first. */
  spread(): void {
    for (const ways of this.queue) {
      // What is added meanwhile is at least as long.
      for (const way of ways ?? []) {
        if (this.isDone(way.node)) continue;
        this.ways.set(way.node.label, way);
        if (!isHolder(way.node)) continue;
        for (const { from, steps } of this.graph.edgesTo(way.node, this.isDone)) {
          if (this.isDone(from)) continue;
          this.add({ node: from, steps, next: way.node.label, length: way.length + steps.length });
        }
      }
    }
    this.queue.length = 0;
  }

  /** Whoever can turn into one who empowers another, and into that other one. Says whether there is anybody new. */
  combine(): boolean {
    const seen = new Set<string>();
    for (const holder of this.graph.holders) {
      if (this.isDone(holder) || !canEmpower(holder)) continue;
      const empowered = this.graph.empoweredBy(holder);
      if (empowered.size === 0) continue;
      const alsoThere = new Set(this.reaching([...empowered.keys()]).map(({ label }) => label));
      for (const node of this.reaching([holder])) {
        if (seen.has(node.label) || !alsoThere.has(node.label)) continue;
        seen.add(node.label);
        const steps = this.combined(node);
        if (steps) this.add({ node, steps, next: undefined, length: steps.length });
      }
    }
    return this.queue.length > 0;
  }

  private combined(start: Node): readonly Step[] | undefined {
    const within = this.reachable(start);
    let best: readonly Step[] | undefined;
    for (const [holder, there] of within) {
      if (!isHolder(holder) || !canEmpower(holder)) continue;
      for (const [whom, giving] of this.graph.empoweredBy(holder)) {
        const back = within.get(whom);
        if (back === undefined) continue;
        const steps = [...there, ...giving, ...back];
        if (best === undefined || steps.length < best.length) best = steps;
      }
    }
    return best;
  }

  /** Everybody who can turn into one of some holders, in any number of edges, and these themselves. */
  private reaching(targets: readonly Holder[]): readonly Node[] {
    const found = new Map<string, Node>(targets.map((target) => [target.label, target]));
    const isKnown = (node: Node) => this.isDone(node) || found.has(node.label);
    for (const node of found.values()) {
      if (!isHolder(node)) continue;
      for (const { from } of this.graph.edgesTo(node, isKnown))
        if (!isKnown(from)) found.set(from.label, from);
    }
    return [...found.values()];
  }

  /** Everybody whom somebody can turn into, with the shortest steps there. */
  private reachable(start: Node): ReadonlyMap<Node, readonly Step[]> {
    const found = new Map<string, readonly [Node, readonly Step[]]>([[start.label, [start, []]]]);
    for (const [node, there] of found.values()) {
      for (const { to, steps } of this.graph.edgesFrom(node)) {
        if (!this.isDone(to) && !found.has(to.label)) found.set(to.label, [to, [...there, ...steps]]);
      }
    }
    return new Map(found.values());
  }

  private add(way: Way): void {
    (this.queue[way.length] ??= []).push(way);
  }
}
