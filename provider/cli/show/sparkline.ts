const BARS = [..."▁▂▃▄▅▆▇█"];

/** Draws the last values as bars, the highest value as a full bar: `▁▂▅█▁`. A short history is padded with spaces. */
export function sparkline(values: readonly number[], width: number): string {
  const last = values.slice(-width);
  const top = Math.max(...last, 0);
  const bars = last.map((value) => {
    const share = top === 0 ? 0 : Math.max(0, value) / top;
    // A value above 0 has at least the second bar, so that it differs from 0.
    const bar = value > 0 ? Math.max(1, Math.round(share * (BARS.length - 1))) : 0;
    return BARS[bar];
  });
  return bars.join("").padStart(width);
}
