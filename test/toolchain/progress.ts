const EVERY_MS = 10_000;

/** Says on standard error that a step goes on, every ten seconds for as long as it takes. */
export async function progress<T>(doing: string, work: Promise<T>): Promise<T> {
  const start = Date.now();
  const timer = setInterval(() => say(`${doing} (${seconds(start)} s)`), EVERY_MS);
  timer.unref();
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (Date.now() - start > EVERY_MS) say(`${doing}: took ${seconds(start)} s`);
  }
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

const seconds = (start: number) => Math.round((Date.now() - start) / 1000);
