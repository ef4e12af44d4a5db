import type { Measurement } from "./measure.ts";
import type { Role } from "./processes.ts";
import { median } from "./statistics.ts";

/** The seconds of some runs. */
export function walls(runs: readonly Measurement[]): number[] {
  return runs.map(({ wall }) => wall);
}

/** The CPU seconds that some runs took in all their processes together. */
export function cpus(runs: readonly Measurement[]): number[] {
  return runs.map(({ usage }) => Object.values(usage).reduce((sum, { cpu }) => sum + cpu, 0));
}

/** The median of something about some runs. */
export function medianOf<Run>(runs: readonly Run[], of: (run: Run) => number): number {
  return median(runs.map(of));
}

/** `4.20 (4.01-4.55)` */
export function wallCell(runs: readonly Measurement[]): string {
  return spread(walls(runs));
}

/** A median with the least and the most of its figures. */
export function spread(figures: readonly number[]): string {
  return `${short(median(figures))} (${short(Math.min(...figures))}-${short(Math.max(...figures))})`;
}

/** The median of what a role's processes took, empty where nothing could be seen of them. */
export function cpuCell(runs: readonly Measurement[], role: Role): string {
  const used = runs.flatMap(({ usage }) => usage[role]?.cpu ?? []);
  return used.length === 0 ? "" : short(median(used));
}

/** Likewise for the peak of the memory. */
export function memoryCell(runs: readonly Measurement[], role: Role): string {
  const used = runs.flatMap(({ usage }) => usage[role]?.memory ?? []);
  return used.length === 0 ? "" : median(used).toFixed(0);
}

/** `1.23` */
export function times(factor: number): string {
  return factor.toFixed(2);
}

/** Three figures of a number, or all before the point. */
export function short(figure: number): string {
  return figure >= 100 ? figure.toFixed(0) : figure.toPrecision(3);
}
