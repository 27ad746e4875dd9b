/** The largest value, at least 0. Math.max would fail for a large table, because the number of arguments is limited. */
export function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
