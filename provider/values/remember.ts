/**
 * A pure function that remembers its results for the texts of the last calls. The remembered texts have up to twice this
 * length together. A result is shared between calls, so it must not be changed.
 */
export function rememberByText<T>(
  calculate: (text: string) => T,
  length: number,
): (text: string) => T {
  let [recent, older] = [new Map<string, T>(), new Map<string, T>()];
  let recentLength = 0;
  return (text) => {
    if (recent.has(text)) return recent.get(text) as T;
    const result = older.has(text) ? (older.get(text) as T) : calculate(text);
    if (recentLength + text.length > length) {
      [recent, older] = [new Map(), recent];
      recentLength = 0;
    }
    recent.set(text, result);
    recentLength += text.length;
    return result;
  };
}

/** A pure function that remembers its result for each object as long as the object exists. */
export function rememberByObject<K extends object, T>(calculate: (key: K) => T): (key: K) => T {
  const results = new WeakMap<K, T>();
  return (key) => {
    if (results.has(key)) return results.get(key) as T;
    const result = calculate(key);
    results.set(key, result);
    return result;
  };
}
