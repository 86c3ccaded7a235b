import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What the command line asks of either shell. */
export interface StartOptions {
  /** Data folder from `--data-dir`, absolute; undefined means the platform's own place. */
  readonly dataDir: string | undefined;
  /** Port of the loopback shell; 0 lets the system choose. */
  readonly port: number;
  /** Whether to open a window or browser when there is a display. */
  readonly open: boolean;
  /** QA's test mode with its seed. */
  readonly testMode: { readonly seed: number } | undefined;
}

/** A command line that cannot be followed; the message is for the person. */
export class StartOptionsError extends Error {
  override readonly name = 'StartOptionsError';
}

const OPTIONS = {
  'loopback': { type: 'boolean' },
  'port': { type: 'string' },
  'data-dir': { type: 'string' },
  'no-open': { type: 'boolean' },
  'test-mode': { type: 'boolean' },
  'seed': { type: 'string' },
} as const;

/**
 * Reads the options of a shell. `strict` refuses what it does not know; Electron's command line also
 * carries Chromium's own switches, so there it is off.
 * @throws StartOptionsError
 */
export function parseStartOptions(args: readonly string[], { strict = true }: { strict?: boolean } = {}): StartOptions {
  const values = readValues(args, strict);
  const testMode = values['test-mode'] === true;
  const dataDir = text(values['data-dir'], '--data-dir');
  if (testMode && dataDir === undefined) {
    throw new StartOptionsError('Test mode needs a data folder of its own: add --data-dir DIR.');
  }
  if (!testMode && values['seed'] !== undefined) throw new StartOptionsError('--seed is only understood together with --test-mode.');
  return {
    dataDir: dataDir === undefined ? undefined : resolve(dataDir),
    port: wholeNumber(text(values['port'], '--port'), '--port', 0, 65_535, 0),
    open: values['no-open'] !== true,
    testMode: testMode ? { seed: wholeNumber(text(values['seed'], '--seed'), '--seed', 0, 2 ** 32 - 1, 1) } : undefined,
  };
}

function readValues(args: readonly string[], strict: boolean): Record<string, unknown> {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict, allowPositionals: !strict }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartOptionsError(`${reason.split('. ')[0]}. Known options: --loopback, --port N, --data-dir DIR, --no-open, --test-mode, --seed N.`);
  }
}

function text(value: unknown, name: string): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '') throw new StartOptionsError(`${name} needs a value.`);
  return value;
}

function wholeNumber(value: string | undefined, name: string, min: number, max: number, fallback: number): number {
  if (value === undefined) return fallback;
  const number = /^\d+$/.test(value) ? Number(value) : NaN;
  if (!(number >= min && number <= max)) throw new StartOptionsError(`${name} takes a whole number from ${min} to ${max}, not "${value}".`);
  return number;
}
