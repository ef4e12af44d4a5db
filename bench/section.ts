import type { StartedEngine } from "./workshop.ts";

/** What a section of the benchmark works with. */
export interface Context {
  /** Rounds that count. */
  readonly runs: number;
  /** Whether to be content with small sizes. */
  readonly quick: boolean;
  readonly workDir: string;
  readonly engine: StartedEngine;
  readonly log: (line: string) => void;
}

/** One part of the benchmark. */
export interface Section {
  readonly title: string;
  /** What is measured, in Markdown. */
  readonly about: string;
  readonly needsEngine: boolean;
  readonly run: (context: Context) => Promise<Findings>;
}

/** What a section found. */
export interface Findings {
  readonly tables: readonly Table[];
  readonly aims: readonly Aim[];
  /** For the plot of growth. */
  readonly curves?: readonly Curve[];
}

/** A table of the results. */
export interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What was aimed at, and what came out. */
export interface Aim {
  readonly text: string;
  readonly figure: number;
  /** The unit, or a sign such as "x". */
  readonly unit: string;
  readonly atMost: number;
}

/** Figures by size. */
export interface Curve {
  readonly name: string;
  readonly points: readonly { readonly size: number; readonly seconds: number }[];
}
