import { styleText } from "node:util";
import type { Review } from "./judge.ts";

/** Titles with their tables, whose columns are the keys of the first row. */
function sections(review: Review) {
  const { root, administrators, group, others, settings, findings, denied } = review;
  const tables: readonly [title: string, rows: readonly object[]][] = [
    ["Root", [root]],
    ["Group", group ? [group] : []],
    ["Administrators", administrators],
    ["Others with full power", others ?? []],
    ["Settings", settings],
    ["Findings", findings],
    ["Denied, and not looked at", denied.map((action) => ({ action }))],
  ];
  return tables.map(([title, rows]) => {
    const keys = Object.keys(rows[0] ?? {});
    const head = keys.map((key) => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
    const lines = [
      head,
      ...rows.map((row) => keys.map((key) => text((row as Record<string, unknown>)[key]))),
    ];
    const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
    return {
      title,
      lines: lines.map((line) => line.map((value, column) => value.padEnd(widths[column] ?? 0))),
    };
  });
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

/** Aligned tables for a terminal. */
export function asTables(review: Review, colours: boolean): string {
  const coloured = (line: string) =>
    colours && /\bhigh\b/.test(line) ? styleText("red", line, { validateStream: false }) : line;
  return [
    `Account ${review.account}, stack ${review.stack}, ${text(review.at)}`,
    ...sections(review).flatMap(({ title, lines: [head = [], ...lines] }) => [
      `\n${title}${lines.length > 0 ? "" : ": none"}`,
      ...(lines.length > 0 ? [head, ...lines] : []).map((line) => coloured(`  ${line.join("  ").trimEnd()}`)),
    ]),
  ].join("\n");
}

/** A page for a ticket, or for a folder of evidence. */
export function asMarkdown(review: Review): string {
  const row = (line: readonly string[]) => `| ${line.join(" | ")} |`;
  return [
    `# Account ${review.account}, stack ${review.stack}, ${text(review.at)}`,
    ...sections(review).flatMap(({ title, lines: [head = [], ...lines] }) => [
      `\n## ${title}\n`,
      ...(lines.length > 0
        ? [head, head.map((name) => "-".repeat(name.length)), ...lines].map(row)
        : ["None."]),
    ]),
  ].join("\n");
}
