import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { FAULT_NAMES, HUGE_BYTES, startFaultServer, type FaultName, type FaultServer } from '../../../../testing/fault-server/fault-server.ts';
import { openTestDoor } from '../../../../testing/network-door.ts';
import { expectWellFormed } from '../../../../testing/provider-conformance.ts';
import { INFERENCE_FAULTS, InferenceError, type InferenceFault } from '../../inference-error.ts';
import type { CallOptions, LanguageModel, ModelRequest, StreamPart } from '../../language-model.ts';
import { connectionSchema, type Connection } from '../../models-config.ts';
import type { FetchFor, ProviderDefinition, ProviderTools } from '../../provider-definition.ts';
import { providerOfKind } from '../../provider-registry.ts';

const KINDS = ['openai', 'anthropic', 'openai-compatible'] as const;
const KEY = 'key-of-the-test';
const PERSONAL = 'I was dismissed from the shipyard';
/** Calls that never end by themselves are aborted after this. */
const PATIENCE_MS = 400;

/** What each fault of the server has to become; `partial`: some of the answer was heard before. */
const EXPECTED: Record<FaultName, { fault: InferenceFault | null; partial?: boolean; aborts?: boolean; status?: number }> = {
  '401': { fault: 'unauthorised', status: 401 },
  '403': { fault: 'forbidden', status: 403 },
  '404': { fault: 'not-found', status: 404 },
  '429': { fault: 'rate-limited', status: 429 },
  '429-retry-after': { fault: 'rate-limited', status: 429 },
  '500': { fault: 'server-error', status: 500 },
  '503': { fault: 'overloaded', status: 503 },
  '529': { fault: 'overloaded', status: 529 },
  'refused': { fault: 'unreachable' },
  'reset': { fault: 'connection-lost' },
  'hang-before-headers': { fault: 'aborted', aborts: true },
  'hang-mid-stream': { fault: 'aborted', aborts: true, partial: true },
  'one-byte-a-second': { fault: 'aborted', aborts: true },
  'malformed-sse': { fault: 'malformed', partial: true },
  'truncated-json': { fault: 'malformed', partial: true },
  'wrong-content-type': { fault: 'malformed', status: 200 },
  'redirect': { fault: 'malformed', status: 302 },
  'empty-answer': { fault: 'empty' },
  'huge-answer': { fault: 'too-large', partial: true },
  'huge-line': { fault: 'too-large' },
  'huge-error': { fault: 'server-error', status: 500 },
  'schema-violation': { fault: null },
  'cut-mid-stream': { fault: 'connection-lost', partial: true },
  'end-mid-stream': { fault: 'connection-lost', partial: true },
  'error-mid-stream': { fault: 'server-error', partial: true },
  'context-overflow': { fault: 'context-overflow', status: 400 },
  'declined': { fault: 'filtered' },
};
/** Where Anthropic's wire says something else: its SDK drops an event without an end, and it declines in the middle of a sentence. */
const OTHERWISE: Partial<typeof EXPECTED> = {
  'error-mid-stream': { fault: 'overloaded', partial: true }, 'truncated-json': { fault: 'connection-lost', partial: true }, 'declined': { fault: 'filtered', partial: true },
};

const request: ModelRequest = { messages: [{ role: 'system', text: 'You interview.' }, { role: 'user', text: PERSONAL }], maxOutputTokens: 100 };
const options = (signal: AbortSignal = new AbortController().signal): CallOptions => ({ signal, reason: 'a test', priority: 'interactive' });

let server: FaultServer;
let network: ReturnType<typeof openTestDoor>;
/** The server counts as beyond this machine in the tests of the lock. */
let beyond = false;
beforeAll(async () => {
  server = await startFaultServer();
  network = openTestDoor({ isLoopback: () => !beyond });
});
afterAll(async () => {
  await network.close();
  await server.close();
});
beforeEach(async () => {
  await server.setFault(null);
  server.paceMs = 0;
  network.door.setLocked(false);
  beyond = false;
  server.requests.length = 0;
  // The SDK is loaded by the first call; it must not use up the patience of a test.
  await Promise.all([import('openai'), import('@anthropic-ai/sdk')]);
});

function modelOf(kind: (typeof KINDS)[number], settings: Partial<Connection> = {}, fetchFor: FetchFor = (reason) => network.door.fetchFor(reason)): { provider: ProviderDefinition; model: LanguageModel; connection: Connection; tools: ProviderTools } {
  const connection = connectionSchema.parse({ id: kind, kind, name: kind, model: 'fixture-model', baseUrl: kind === 'anthropic' ? server.anthropicUrl : server.openaiUrl, embeddingModel: 'fixture-embedder', ...settings });
  const tools: ProviderTools = { fetchFor, key: () => KEY, llama: undefined as never };
  const provider = providerOfKind(kind);
  return { provider, model: provider.languageModel(connection, tools), connection, tools };
}

/** @param atText what to do when the first text is there */
async function run(model: LanguageModel, asked: ModelRequest = request, signal?: AbortSignal, atText: () => void = () => undefined): Promise<{ parts: StreamPart[]; error: InferenceError | undefined; text: string }> {
  const parts: StreamPart[] = [];
  for await (const part of model.stream(asked, options(signal))) {
    if (part.type === 'text-delta' && parts.every(({ type }) => type !== 'text-delta')) atText();
    parts.push(part);
  }
  const last = parts.at(-1);
  return { parts, error: last?.type === 'error' ? last.error : undefined, text: parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('') };
}

/** Everything a log could show of an error. */
const shown = (error: unknown): string => (error instanceof Error ? `${error.stack ?? ''} ${JSON.stringify(error)} ${shown(error.cause)}` : JSON.stringify(error) ?? '');

describe.each(KINDS)('%s', (kind) => {
  test.each(FAULT_NAMES)('%s becomes its own fault, as the one last part of a stream that does not throw', async (name) => {
    const expected = (kind === 'anthropic' ? OTHERWISE[name] : undefined) ?? EXPECTED[name];
    await server.setFault(name);
    const controller = new AbortController();
    const abortSoon = (): void => { setTimeout(() => { controller.abort(); }, PATIENCE_MS); };
    if (expected.aborts && !expected.partial) abortSoon();
    const { parts, error, text } = await run(modelOf(kind).model, request, controller.signal, expected.aborts ? abortSoon : undefined);
    expectWellFormed(parts);
    expect(error?.fault ?? null).toBe(expected.fault);
    expect(error?.status).toBe(expected.status);
    expect(text.length > 0).toBe(expected.partial === true || expected.fault === null);
    expect(shown(error), 'no words of the person and no key').not.toMatch(new RegExp(`${PERSONAL}|${KEY}`));
    if (error && expected.status === undefined) expect(error.message.length).toBeLessThan(200);
    if (name !== 'refused') expect(server.requests.filter(({ kind: what }) => what === 'answer'), 'asked once: retrying is not the SDK\'s business').toHaveLength(1);
  });

  test('Retry-After is told in milliseconds, and only when it was sent', async () => {
    const { model } = modelOf(kind);
    await server.setFault('429-retry-after');
    expect((await run(model)).error?.retryAfterMs).toBe(2_000);
    await server.setFault('429');
    expect((await run(model)).error?.retryAfterMs).toBeUndefined();
    await server.setFault('529', { retryAfter: new Date(Date.now() + 60_000).toUTCString() });
    const wait = (await run(model)).error?.retryAfterMs ?? 0;
    expect(wait).toBeGreaterThan(50_000);
    expect(wait).toBeLessThanOrEqual(61_000);
  });

  test('an answer that is not of the form asked for is the fault "schema" at the end of the stream and of generate', async () => {
    await server.setFault('schema-violation');
    const asked = { ...request, output: { name: 'grade', schema: z.object({ score: z.number().min(0).max(4) }) } };
    const { model } = modelOf(kind);
    expect((await run(model, asked)).error?.fault).toBe('schema');
    await expect(model.generate(asked, options())).rejects.toMatchObject({ fault: 'schema' });
    await server.setFault(null);
    expect((await model.generate(asked, options())).output).toEqual({ score: 1 });
  });

  test('a body without end is not taken in: the socket is closed within the bound', async () => {
    for (const [name, most] of [['huge-answer', 36_000_000], ['huge-line', 16_000_000], ['huge-error', 16_000_000]] as const) {
      server.requests.length = 0;
      await server.setFault(name);
      await run(modelOf(kind).model);
      await server.idle();
      const [asked] = server.requests;
      expect(asked?.outcome).toBe('closed-by-client');
      expect(asked?.sentBytes).toBeLessThan(most);
      expect(most).toBeLessThan(HUGE_BYTES);
    }
  });

  test.each(['hang-before-headers', 'hang-mid-stream', 'one-byte-a-second'] as const)('an abort during %s closes the socket', async (name) => {
    await server.setFault(name);
    await run(modelOf(kind).model, request, AbortSignal.timeout(PATIENCE_MS));
    await server.idle(1_000);
    expect(server.requests[0]?.outcome).toBe('closed-by-client');
  });

  test('what the door says is kept, however deep the SDK has wrapped it', async () => {
    for (const fault of ['offline-locked', 'unreachable', 'connection-lost'] as const) {
      const refusing: FetchFor = () => () => Promise.reject(new TypeError('fetch failed', { cause: new InferenceError(fault) }));
      expect((await run(modelOf(kind, {}, refusing).model)).error?.fault).toBe(fault);
    }
  });

  test('with the Offline lock on nothing is asked, and turning it on ends an answer that is under way', async () => {
    beyond = true;
    server.paceMs = 20;
    const { model } = modelOf(kind);
    const { error, text } = await run(model, request, undefined, () => { network.door.setLocked(true); });
    expect(error?.fault).toBe('offline-locked');
    expect(text).not.toBe('');
    server.requests.length = 0;
    expect((await run(model)).error?.fault).toBe('offline-locked');
    expect(server.requests).toHaveLength(0);
    network.door.setLocked(false);
    beyond = false;
    expect((await run(model)).error).toBeUndefined();
  });

  test('without the key that is needed nothing is sent', async () => {
    const { connection, provider, tools } = modelOf(kind);
    for (const key of [undefined, '', '  ', 'sk-with\nnewline', 'ключ']) {
      const keyless = { ...tools, key: () => key };
      const { error } = await run(provider.languageModel(connection, keyless));
      expect(error?.fault).toBe('unauthorised');
      expect(shown(error)).not.toMatch(/newline|ключ/);
      await expect(provider.listModels(connection, keyless, options())).rejects.toMatchObject({ fault: 'unauthorised' });
    }
    expect(server.requests).toHaveLength(0);
  });

  test('the list of models ends in the same faults', async () => {
    const { provider, connection, tools } = modelOf(kind);
    for (const [name, fault] of [['401', 'unauthorised'], ['429', 'rate-limited'], ['wrong-content-type', 'malformed'], ['truncated-json', 'malformed'], ['malformed-sse', 'malformed'], ['cut-mid-stream', 'connection-lost'], ['huge-line', 'too-large'], ['refused', 'unreachable'], ['reset', 'connection-lost']] as const) {
      await server.setFault(name);
      await expect(provider.listModels(connection, tools, options()), name).rejects.toMatchObject({ fault });
    }
    await server.setFault('hang-before-headers');
    await expect(provider.listModels(connection, tools, options(AbortSignal.timeout(PATIENCE_MS)))).rejects.toMatchObject({ fault: 'aborted' });
  });

  test('embeddings end in the same faults', async () => {
    const { provider, connection, tools } = modelOf(kind);
    const model = provider.embeddingModel(connection, tools);
    if (kind === 'anthropic') { expect(model).toBeUndefined(); return; }
    for (const [name, fault] of [['401', 'unauthorised'], ['empty-answer', 'malformed'], ['wrong-content-type', 'malformed'], ['truncated-json', 'malformed'], ['cut-mid-stream', 'connection-lost'], ['huge-line', 'too-large'], ['refused', 'unreachable'], ['context-overflow', 'context-overflow']] as const) {
      await server.setFault(name);
      await expect(model?.embed(['one', 'two'], options()), name).rejects.toMatchObject({ fault });
    }
    await server.setFault('hang-mid-stream');
    await expect(model?.embed(['one'], options(AbortSignal.timeout(PATIENCE_MS)))).rejects.toMatchObject({ fault: 'aborted' });
  });
});

test('every fault named here is one of ours', () => {
  for (const { fault } of Object.values(EXPECTED)) expect(fault === null || fault in INFERENCE_FAULTS).toBe(true);
});
