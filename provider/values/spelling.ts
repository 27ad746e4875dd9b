/** Whether one text may be a misspelling of the other: they are at most two letters apart. */
export function isNear(one: string, other: string): boolean {
  return distance([...one], [...other]) <= 2;
}

/** How many letters have to be changed, added or left out (Levenshtein). */
function distance(one: readonly string[], other: readonly string[]): number {
  let row = [...other, ""].map((_, index) => index);
  for (const letter of one) {
    const next = [(row[0] ?? 0) + 1];
    for (const [index, against] of other.entries()) {
      const [left = 0, above = 0, before = 0] = [next[index], row[index + 1], row[index]];
      next.push(Math.min(left + 1, above + 1, before + (letter === against ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
