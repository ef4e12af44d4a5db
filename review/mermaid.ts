import type { Path } from "./judgePaths.ts";

/** More than that nobody can look at. */
const NODES_AT_MOST = 60;

/** Who is worst, by what a path calls them: those from outside first. */
const DANGER = [/^anybody/, /^OIDC/, /^SAML/, /^account/, /^user/, /^role/];

const END = "administrators";

/**
 * A picture of paths for GitHub and whoever else draws Mermaid, with a line about what is left out of it.
 *
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export function drawPaths(paths: readonly Path[]): string {
  const danger = ({ subject }: Path) => DANGER.findIndex((pattern) => pattern.test(subject));
  const sorted = paths.toSorted(
    (one, other) => danger(one) - danger(other) || one.steps.length - other.steps.length,
  );
  const nodes = new Set<string>();
  const arrows = new Map<string, readonly [string, string, string]>();
  let drawn = 0;
  for (const path of sorted) {
    const parts = arrowsOf(path);
    const more = new Set(parts.flatMap(([from, , to]) => [from, to]).filter((node) => !nodes.has(node)));
    if (nodes.size + more.size > NODES_AT_MOST) continue;
    for (const node of more) nodes.add(node);
    for (const arrow of parts) arrows.set(arrow.join("\n"), arrow);
    drawn++;
  }
  const ids = new Map(Array.from(nodes, (node, index) => [node, `n${index}`] as const));
  const id = (node: string) => ids.get(node) ?? "";
  const lines = [
    "```mermaid",
    "flowchart LR",
    ...Array.from(ids, ([node, name]) => `  ${name}${shapeOf(node)}`),
    ...Array.from(arrows.values(), ([from, label, to]) =>
      label === "" ? `  ${id(from)} --> ${id(to)}` : `  ${id(from)} -->|${quoted(label)}| ${id(to)}`,
    ),
    "```",
  ];
  if (drawn < paths.length)
    lines.push(
      "",
      `The picture shows ${drawn} of ${paths.length} paths, those from outside and the shortest first.`,
    );
  return lines.join("\n");
}

/** From one to the next, and from the last one to the end; what is done to the same one is one arrow. */
function arrowsOf({ subject, steps }: Path): (readonly [string, string, string])[] {
  const arrows: (readonly [string, string, string])[] = [];
  let at = subject;
  for (const [index, { action, target }] of steps.entries()) {
    const isLast = index === steps.length - 1;
    const before = arrows.at(-1);
    // A policy is nobody to be, and who gives oneself a policy stays where one is.
    const to = target === at && isLast && before?.[2] !== at ? END : target;
    if (to !== at) arrows.push([at, action, to]);
    else if (before) arrows[arrows.length - 1] = [before[0], `${before[1]}, ${action}`, before[2]];
    at = to;
  }
  if (at !== END) arrows.push([at, "", END]);
  return arrows;
}

function shapeOf(node: string): string {
  if (node === END) return `((${quoted("full power")}))`;
  if (/^(a new )?user/.test(node)) return `([${quoted(node)}])`;
  if (node.startsWith("group")) return `{{${quoted(node)}}}`;
  if (node.startsWith("policy")) return `>${quoted(node)}]`;
  return /^(a new )?role/.test(node) ? `[${quoted(node)}]` : `[/${quoted(node)}/]`;
}

function quoted(text: string): string {
  return `"${text.replaceAll("#", "#35;").replaceAll('"', "#quot;")}"`;
}
