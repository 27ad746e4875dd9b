const UNITS = ["", "k", "M", "G", "T", "P", "E"];

/** Formats a number in at most six characters: `9999`, `12.3k`, `456M` (powers of 1000). */
export function compactNumber(value: number): string {
  if (!Number.isFinite(value) || value < 10_000) return String(value);
  const power = Math.min(Math.floor(Math.log10(value) / 3), UNITS.length - 1);
  const scaled = value / 1000 ** power;
  return `${scaled < 100 ? Math.floor(scaled * 10) / 10 : Math.floor(scaled)}${UNITS[power]}`;
}
