import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format } from "prettier";
import { short } from "./figures.ts";
import type { Conditions } from "./machine.ts";
import { plot } from "./plot.ts";
import type { Aim, Findings, Section, Table } from "./section.ts";

/** What a section found, and when. */
interface Result extends Findings {
  readonly conditions: Conditions;
}

type Results = Readonly<Record<string, Result>>;

const data = join(import.meta.dirname, "results.json");

/** Keeps what a section found, beside what the others found before, and writes the report of all. */
export async function keep(
  key: string,
  result: Result,
  sections: Readonly<Record<string, Section>>,
): Promise<void> {
  const before = existsSync(data) ? (JSON.parse(readFileSync(data, "utf8")) as Results) : {};
  const results: Results = { ...before, [key]: result };
  await writeFile(data, await format(JSON.stringify(results), { parser: "json", printWidth: 110 }));
  const curves = Object.values(results).flatMap(({ curves = [] }) => curves);
  if (curves.length > 0) await writeFile(join(import.meta.dirname, "growth.svg"), plot(curves));
  const text = document(results, sections);
  await writeFile(
    join(import.meta.dirname, "results.md"),
    await format(text, { parser: "markdown", printWidth: 110 }),
  );
}

function document(results: Results, sections: Readonly<Record<string, Section>>): string {
  const parts = Object.entries(sections).flatMap(([key, section]) => {
    const result = results[key];
    return result === undefined ? [] : [chapter(section, result)];
  });
  const tried = readFileSync(join(import.meta.dirname, "tried.md"), "utf8");
  return `# What was measured

Written by \`npm run bench\`; [README.md](README.md) says how. Medians; a ratio is the median of the rounds' own ratios. On another machine
the seconds are others, the ratios nearly the same.

${parts.join("\n\n")}

${tried}`;
}

function chapter(section: Section, { tables, aims, curves, conditions }: Result): string {
  const { date, commit, machine, versions, runs, load } = conditions;
  return `## ${section.title}

${section.about}

${aims.length === 0 ? "" : `${aimTable(aims)}\n`}
${tables.map(tableText).join("\n\n")}
${curves === undefined ? "" : "\n![Seconds by the number of administrators](growth.svg)\n"}
_${date}, commit ${commit}; ${machine}; ${versions}; ${runs} rounds; load ${load.map(short).join(" before, ")} after._`;
}

function aimTable(aims: readonly Aim[]): string {
  return markdownTable(
    ["aim", "measured", ""],
    aims.map(({ text, figure, unit, atMost }) => [
      text,
      `${short(figure)} ${unit}`,
      figure <= atMost ? "met" : "**missed**",
    ]),
  );
}

function tableText({ caption, head, rows }: Table): string {
  return `${caption}:\n\n${markdownTable(head, rows)}`;
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
