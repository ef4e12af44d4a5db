import { styleText } from "node:util";
import type { Review } from "./judge.ts";

/** How a review is printed: aligned tables for a terminal, in colours or not, or a page of Markdown. */
export type Format = "plain" | "coloured" | "markdown";

/** A review as text, a table for each part. */
export function print(review: Review, format: Format): string {
  const { account, stack, at, root, administrators, group, others, settings, findings, denied } = review;
  const isMarkdown = format === "markdown";
  const tables: readonly [title: string, rows: readonly object[]][] = [
    ["Root", [root]],
    ["Group", group ? [group] : []],
    ["Administrators", administrators],
    ["Others with full power", others ?? []],
    ["Settings", settings],
    ["Findings", findings],
    ["Denied, and not looked at", denied.map((action) => ({ action }))],
  ];
  const row = (line: readonly string[]) =>
    isMarkdown ? `| ${line.join(" | ")} |` : `  ${line.join("  ").trimEnd()}`;
  const parts = tables.map(([title, rows]) => {
    const [head = [], ...lines] = align(rows);
    const rule = isMarkdown ? [row(head.map((name) => "-".repeat(name.length)))] : [];
    const table = rows.length === 0 ? ["none"] : [row(head), ...rule, ...lines.map(row)];
    return [
      isMarkdown ? `## ${title}\n` : title,
      ...table.map((line) => (format === "coloured" ? coloured(line) : line)),
    ];
  });
  const title = `${isMarkdown ? "# " : ""}Account ${account}, stack ${stack}, ${text(at)}`;
  return [title, ...parts.map((lines) => lines.join("\n"))].join("\n\n");
}

/** The columns are the keys of the first row. */
function align(rows: readonly object[]): string[][] {
  const keys = Object.keys(rows[0] ?? {});
  const head = keys.map((key) => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
  const lines = [head, ...rows.map((row) => keys.map((key) => text((row as Record<string, unknown>)[key])))];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) => line.map((value, column) => value.padEnd(widths[column] ?? 0)));
}

function text(value: unknown): string {
  if (value === undefined) return "?";
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value instanceof Date) return `${value.toISOString().slice(0, 16)}Z`;
  if (Array.isArray(value)) return value.join(", ") || "none";
  if (typeof value === "string" || typeof value === "number") return String(value);
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${text(inner)}`)
    .join(", ");
}

function coloured(line: string): string {
  return /\bhigh\b/.test(line) ? styleText("red", line, { validateStream: false }) : line;
}
