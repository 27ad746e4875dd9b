const start = Date.now();

/** Prints a heading with the time since the start. */
export function say(text: string): void {
  const seconds = Math.round((Date.now() - start) / 1000);
  console.log(`\n== [${seconds} s] ${text}`);
}

/** Ends the demo with an error. */
export function fail(reason: string): never {
  throw new Error(reason);
}
