import { styleText } from "node:util";
import type { Review } from "./judge.ts";
import { lineOf } from "./judgePaths.ts";
import { drawPaths } from "./mermaid.ts";

/** How a review is printed: aligned tables for a terminal, in colours or not, or a page of Markdown. */
export type Format = "plain" | "coloured" | "markdown";

const titles: Partial<Record<string, string>> = {
  others: "others with full power",
  paths: "who can become administrator",
};

/**
 * A review as text, a table for each part.
 *
 * @param width - the terminal's, in characters: longer values go on in the next line. @default as wide as the values are
 */
export function print(
  { account, stack, at, denied, ...parts }: Review,
  format: Format,
  width = Infinity,
): string {
  const isMarkdown = format === "markdown";
  const row = (line: readonly string[]) =>
    isMarkdown ? `| ${line.join(" | ")} |` : `  ${line.join("  ").trimEnd()}`;
  const paths = parts.paths?.map((path) => ({ path: lineOf(path) }));
  const all = Object.entries({ ...parts, paths, denied: denied.map((action) => ({ action })) });
  const texts = all.map(([key, part]) => {
    const [head = [], ...lines] = align([part ?? []].flat(), isMarkdown ? Infinity : width);
    const rule = isMarkdown ? [row(head.map((name) => "-".repeat(name.length)))] : [];
    const table = lines.length === 0 ? ["none"] : [row(head), ...rule, ...lines.map(row)];
    const title = (titles[key] ?? key).replace(/^./, (letter) => letter.toUpperCase());
    return [isMarkdown ? `## ${title}\n` : title, ...table].join("\n");
  });
  const heading = `${isMarkdown ? "# " : ""}Account ${account}, stack ${stack}, ${text(at)}`;
  const picture = isMarkdown && parts.paths?.length ? [drawPaths(parts.paths)] : [];
  const page = [heading, ...picture, ...texts].join("\n\n");
  const inRed = (line: string) => styleText("red", line, { validateStream: false });
  return format === "coloured" ? page.replace(/^.*\bhigh\b.*$/gm, inRed) : page;
}

/** What a column keeps in the narrowest terminal, in characters. */
const narrowest = 12;

/** The columns are the keys of the first row. */
function align(rows: readonly object[], width: number): string[][] {
  const keys = Object.keys(rows[0] ?? {});
  const head = keys.map((key) => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
  const lines = [head, ...rows.map((row) => keys.map((key) => text((row as Record<string, unknown>)[key])))];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  // The widest columns give what is too much.
  const total = () => widths.reduce((sum, one) => sum + one + 2, 0);
  while (total() > width && Math.max(...widths) > narrowest) {
    const widest = Math.max(...widths);
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return lines.flatMap((line) => {
    const cells = line.map((value, column) => wrap(value, widths[column] ?? 0));
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, row) =>
      cells.map((cell, column) => (cell[row] ?? "").padEnd(widths[column] ?? 0)),
    );
  });
}

/** The text in lines of at most so many characters, broken between words where there are any. */
function wrap(value: string, room: number): string[] {
  if (value.length <= room) return [value];
  const space = value.lastIndexOf(" ", room);
  const end = space > 0 ? space : room;
  return [value.slice(0, end), ...wrap(value.slice(end).trimStart(), room)];
}

function text(value: unknown): string {
  if (value === undefined) return "?";
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value instanceof Date) return `${value.toISOString().slice(0, 16)}Z`;
  if (Array.isArray(value)) return value.join(", ") || "none";
  if (typeof value === "string" || typeof value === "number") return String(value);
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([key, inner]) => `${key} ${text(inner)}`)
    .join(", ");
}
