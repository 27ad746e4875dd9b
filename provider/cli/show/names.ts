const order = new Intl.Collator("en", { numeric: true });

/** Sorts names without duplicates. Numbers in names sort by value. */
export function sortNames(names: Iterable<string>): string[] {
  return [...new Set(names)].sort(order.compare);
}
