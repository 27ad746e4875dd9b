const PIECES = [
  ..."'\"`$\\;&|<>(){}[]*?~!#=%-^, \t\r\n",
  ...["$(id)", "`id`", "'\\''", "--", "-n", "-e", "\\c", "$'", "<<E\n", "&&", "||", "if"],
  ...["é", "😀", "\u202e", "\u0001", "\u001b[2J", "\u007f", "\ufeff", "a", "0", "%s"],
  ...["\0", "\ud800", "\udc00", "x".repeat(2000)],
];

/** A linear congruential generator: the same numbers in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Strings of up to eight pieces that mean something to a shell, a terminal or a parser. */
export function hostileStrings(count: number, seed = 12): string[] {
  const next = numbers(seed);
  const one = () => Array.from({ length: next(9) }, () => PIECES[next(PIECES.length)]).join("");
  return Array.from({ length: count }, one);
}
