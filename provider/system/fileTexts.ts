/** The texts of files by path, from the output of `grep -H ''`: each line after its path and a colon. No path of ours has a colon. */
export function parseFileTexts(shown: string): ReadonlyMap<string, string> {
  const lines = new Map<string, string[]>();
  for (const line of shown.split("\n").slice(0, -1)) {
    const colon = line.indexOf(":");
    const path = line.slice(0, colon);
    const known = lines.get(path) ?? [];
    if (known.length === 0) lines.set(path, known);
    known.push(line.slice(colon + 1));
  }
  return new Map([...lines].map(([path, texts]) => [path, `${texts.join("\n")}\n`]));
}
