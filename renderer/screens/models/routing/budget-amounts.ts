const MICRO = 1_000_000;

/** What was typed as a token limit: null for none, undefined for what is no whole number. Spaces and thousands separators do not matter. */
export function parseTokens(typed: string): number | null | undefined {
  const plain = typed.replace(/[\s,_]/g, '');
  if (plain === '') return null;
  return /^\d{1,15}$/.test(plain) ? Number(plain) : undefined;
}

/** What was typed as US dollars, in micro-dollars: null for none, undefined for what is no amount. */
export function parseDollars(typed: string): number | null | undefined {
  const plain = typed.replace(/[\s$]/g, '').replace(/,(?=\d{1,2}$)/, '.');
  if (plain === '') return null;
  return /^\d{1,7}(\.\d{1,6})?$/.test(plain) ? Math.round(Number(plain) * MICRO) : undefined;
}

/** "2.5" for 2,500,000 micro-dollars: as it would be typed. */
export function dollarsTyped(microUsd: number | null): string {
  return microUsd === null ? '' : String(microUsd / MICRO);
}
