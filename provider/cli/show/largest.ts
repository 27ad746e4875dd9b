/** The largest of any number of values, and at least 0. The arguments of Math.max have a limit that a large table exceeds. */
export function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
