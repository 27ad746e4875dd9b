const order = new Intl.Collator("en", { numeric: true });

/** PulumiNames without doubles, in the order of their numbers. */
export function sortNames(names: Iterable<string>): string[] {
  return [...new Set(names)].sort(order.compare);
}
