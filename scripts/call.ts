// npm run call -- <slug>.<procedure> ['<json>'] [--data-dir DIR]: one call of the contract against a real engine.
// JSON out; a stream prints one JSON a line. "@path" for a file field sends that file; a file that comes back is written to the current folder.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ORPCError } from '@orpc/client';
import { EngineError, describeError } from '../core/contract/errors.ts';
import { createEngine, defaultDataDir, readVersion } from '../core/engine.ts';

const root = resolve(import.meta.dirname, '..');
const { positionals, values } = parseArgs({ allowPositionals: true, options: { 'data-dir': { type: 'string' }, limit: { type: 'string' } } });
const [path, json = 'null'] = positionals;

try {
  process.exitCode = await main();
} catch (error) {
  const data = error instanceof EngineError ? { code: error.code, ...describeError(error.code, error.details) }
    : error instanceof ORPCError ? { code: error.code, ...(error.data as object) } : undefined;
  if (!data) throw error;
  console.error(JSON.stringify(data));
  process.exitCode = 1;
}

async function main(): Promise<number> {
  if (path === undefined) {
    console.error("usage: npm run call -- <slug>.<procedure> ['<json>'] [--data-dir DIR] [--limit N]   e.g. npm run call -- interview.packs");
    return 2;
  }
  const engine = await createEngine({ dataDir: values['data-dir'] ? resolve(values['data-dir']) : defaultDataDir(), shell: 'none', version: readVersion(root), resourcesDir: root });
  try {
    const procedure = path.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], engine.client);
    if (typeof procedure !== 'function') { console.error(`There is no call "${path}".`); return 2; }
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    const input = withFiles(parseJson(json));
    const result: unknown = await (procedure as (input: unknown, options: { signal: AbortSignal }) => Promise<unknown>)(input ?? undefined, { signal: stop.signal });
    if (isStream(result)) {
      let left = Number(values.limit ?? Infinity);
      for await (const item of result) { console.log(JSON.stringify(item)); if (--left <= 0) break; }
    } else if (result instanceof File) {
      const file = resolve(basename(result.name));
      writeFileSync(file, Buffer.from(await result.arrayBuffer()));
      console.log(JSON.stringify({ file, type: result.type, bytes: result.size }));
    } else {
      console.log(JSON.stringify(result, null, 2));
    }
    return 0;
  } finally {
    await engine.close();
  }
}

function parseJson(text: string): unknown {
  try { return JSON.parse(text); } catch (error) { throw new EngineError('INPUT_INVALID', { reason: `the second argument is not JSON (${(error as Error).message}).` }); }
}

function withFiles(input: unknown): unknown {
  if (typeof input !== 'object' || input === null) return input;
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, key === 'file' && typeof value === 'string' && value.startsWith('@') ? new File([readFileSync(value.slice(1))], basename(value)) : value]));
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
