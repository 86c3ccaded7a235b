/** The same words in an order drawn from a fixed seed. */
export function shuffled(text: string, seed: number): string {
  const words = text.trim().split(/\s+/);
  let state = seed;
  for (let i = words.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = state % (i + 1);
    [words[i], words[j]] = [words[j]!, words[i]!];
  }
  return words.join(' ');
}
