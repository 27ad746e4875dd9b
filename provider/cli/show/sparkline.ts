const BARS = [..."▁▂▃▄▅▆▇█"];

/** The last values as bars, the highest one full: `▁▂▅█▁`. Shorter histories have spaces in front. */
export function sparkline(values: readonly number[], width: number): string {
  const last = values.slice(-width);
  const top = Math.max(...last, 0);
  const bars = last.map((value) => {
    const share = top === 0 ? 0 : Math.max(0, value) / top;
    // Anything above nothing is seen.
    const bar = value > 0 ? Math.max(1, Math.round(share * (BARS.length - 1))) : 0;
    return BARS[bar];
  });
  return bars.join("").padStart(width);
}
