import type { Curve } from "./section.ts";

const [width, height] = [800, 420];
const [left, right, top, bottom] = [60, 270, 20, 50];
const colours = ["#0b6e99", "#7fb8d0", "#b3541e", "#e0a37e", "#3f7d3a", "#9cc797"];

/** Draws the curves on two logarithmic scales, on which what grows with the size is a straight line. */
export function plot(curves: readonly Curve[]): string {
  const points = curves.flatMap((curve) => curve.points);
  const x = scale(
    points.map(({ size }) => size),
    left,
    width - right,
  );
  const y = scale(
    points.map(({ seconds }) => seconds),
    height - bottom,
    top,
  );
  const lines = curves.map((curve, index) => {
    const colour = colours[index % colours.length] ?? "black";
    const at = curve.points.map(({ size, seconds }) => [round(x.at(size)), round(y.at(seconds))] as const);
    return [
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${at.map((point) => point.join(",")).join(" ")}"/>`,
      ...at.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${colour}"/>`),
      // Beside each other the names of close curves would overlap, so that they stand in a list.
      `<text x="${width - right + 16}" y="${top + 20 + 20 * index}" fill="${colour}">${curve.name}</text>`,
    ].join("\n");
  });
  const vertical = x.ticks.map(
    (tick) =>
      `<line x1="${round(x.at(tick))}" x2="${round(x.at(tick))}" y1="${top}" y2="${height - bottom}" stroke="#ddd"/>` +
      `<text x="${round(x.at(tick))}" y="${height - bottom + 20}" text-anchor="middle">${tick.toLocaleString("en")}</text>`,
  );
  const horizontal = y.ticks.map(
    (tick) =>
      `<line x1="${left}" x2="${width - right}" y1="${round(y.at(tick))}" y2="${round(y.at(tick))}" stroke="#ddd"/>` +
      `<text x="${left - 8}" y="${round(y.at(tick)) + 4}" text-anchor="end">${tick} s</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">
<rect width="${width}" height="${height}" fill="white"/>
${[...vertical, ...horizontal, ...lines].join("\n")}
<text x="${(left + width - right) / 2}" y="${height - 8}" text-anchor="middle">administrators</text>
</svg>
`;
}

/** A logarithmic scale from the power of ten below the least figure to the one above the greatest. */
function scale(figures: readonly number[], from: number, to: number) {
  const least = Math.floor(Math.log10(Math.min(...figures)));
  const greatest = Math.max(least + 1, Math.ceil(Math.log10(Math.max(...figures))));
  return {
    at: (figure: number) => from + ((Math.log10(figure) - least) / (greatest - least)) * (to - from),
    ticks: Array.from({ length: greatest - least + 1 }, (_, index) => 10 ** (least + index)),
  };
}

function round(figure: number): number {
  return Math.round(figure * 10) / 10;
}
