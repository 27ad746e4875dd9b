const order = new Intl.Collator("en", { numeric: true });

/** Names without doubles, in the order of their numbers. */
export function byName(names: Iterable<string>): string[] {
  return [...new Set(names)].sort(order.compare);
}
