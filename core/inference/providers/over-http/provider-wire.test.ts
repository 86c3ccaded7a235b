import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { startFaultServer, type AskedRequest, type FaultServer } from '../../../../testing/fault-server/fault-server.ts';
import type { CallOptions, LanguageModel, ModelRequest } from '../../language-model.ts';
import { connectionSchema, type Connection } from '../../models-config.ts';
import type { ProviderTools } from '../../provider-definition.ts';
import { PROVIDERS, providerOfKind } from '../../provider-registry.ts';

const KINDS = ['openai', 'anthropic', 'openai-compatible'] as const;
type Kind = (typeof KINDS)[number];
const options: CallOptions = { signal: new AbortController().signal, reason: 'a test', priority: 'interactive' };
const request: ModelRequest = { messages: [{ role: 'system', text: 'You interview.' }, { role: 'user', text: 'Begin.' }], maxOutputTokens: 77 };

let server: FaultServer;
/** Headers as they really came, with keys. */
const keys: (string | null)[] = [];
beforeAll(async () => { server = await startFaultServer(); });
afterAll(() => server.close());
afterEach(() => { vi.unstubAllEnvs(); keys.length = 0; });

const connectionOf = (kind: Kind, settings: Partial<Connection> = {}): Connection => connectionSchema.parse({ id: `my-${kind}`, kind, name: kind, model: 'fixture-model', baseUrl: kind === 'anthropic' ? server.anthropicUrl : server.openaiUrl, ...settings });
function toolsWith(key: string | undefined): ProviderTools {
  const noting: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers);
    keys.push(headers.get('authorization'));
    return fetch(input, init);
  };
  return { fetchFor: () => noting, key: () => key, llama: undefined as never };
}
const modelOf = (kind: Kind, settings: Partial<Connection> = {}, key: string | undefined = 'key-1'): LanguageModel => providerOfKind(kind).languageModel(connectionOf(kind, settings), toolsWith(key));
async function asked(kind: Kind, change: Partial<ModelRequest> = {}, settings: Partial<Connection> = {}, key?: string): Promise<AskedRequest> {
  await modelOf(kind, settings, key ?? 'key-1').generate({ ...request, ...change }, options);
  const last = server.requests.at(-1);
  if (!last) throw new Error('nothing was asked');
  return last;
}

describe.each(KINDS)('%s', (kind) => {
  test('no more is sent than the provider needs: nothing of this system, of the SDK or of its environment', async () => {
    for (const [name, value] of Object.entries({
      OPENAI_BASE_URL: 'http://127.0.0.1:1/v1', OPENAI_ORG_ID: 'org-elsewhere', OPENAI_PROJECT_ID: 'proj-elsewhere', OPENAI_API_KEY: 'key-elsewhere', OPENAI_ADMIN_KEY: 'key-elsewhere', OPENAI_CUSTOM_HEADERS: 'x-elsewhere: yes',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:1', ANTHROPIC_AUTH_TOKEN: 'key-elsewhere', ANTHROPIC_API_KEY: 'key-elsewhere', ANTHROPIC_CUSTOM_HEADERS: 'x-elsewhere: yes',
    })) vi.stubEnv(name, value);
    const { headers } = await asked(kind);
    const transport = new Set(['host', 'connection', 'accept-language', 'sec-fetch-mode', 'accept-encoding', 'content-length']);
    const expected = kind === 'anthropic' ? ['accept', 'anthropic-version', 'authorization', 'content-type', 'user-agent'] : ['accept', 'authorization', 'content-type', 'user-agent'];
    expect(Object.keys(headers).filter((name) => !transport.has(name)).sort()).toEqual(expected);
    expect(keys).toEqual(['Bearer key-1']);
    expect(JSON.stringify(server.requests.at(-1))).not.toMatch(/elsewhere|key-1/);
  });

  test('the SDKs print nothing, even where they cannot read an answer', async () => {
    vi.stubEnv('OPENAI_LOG', 'debug');
    vi.stubEnv('ANTHROPIC_LOG', 'debug');
    const said = (['log', 'debug', 'info', 'warn', 'error'] as const).map((method) => vi.spyOn(console, method).mockImplementation(() => undefined));
    await server.setFault('malformed-sse');
    await expect(modelOf(kind).generate(request, options)).rejects.toMatchObject({ fault: 'malformed' });
    await server.setFault(null);
    for (const spy of said) { expect(spy).not.toHaveBeenCalled(); spy.mockRestore(); }
  });

  test('the key is read anew for each call', async () => {
    let key = 'key-1';
    const model = providerOfKind(kind).languageModel(connectionOf(kind), { ...toolsWith(undefined), key: () => key });
    await model.generate(request, options);
    key = 'key-2\n';
    await model.generate(request, options);
    expect(keys.map((header) => header?.slice(-5))).toEqual(['key-1', 'key-2']);
  });

  test('a server that asks for no key gets none', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'key-elsewhere');
    vi.stubEnv('ANTHROPIC_API_KEY', 'key-elsewhere');
    const provider = providerOfKind(kind);
    const connection = connectionOf(kind, { needsKey: false, embeddingModel: 'fixture-embedder' });
    const tools = toolsWith(undefined);
    await provider.languageModel(connection, tools).generate(request, options);
    await provider.listModels(connection, tools, options);
    await provider.embeddingModel(connection, tools)?.embed(['one'], options);
    expect(keys).toEqual(kind === 'anthropic' ? [null, null] : [null, null, null]);
  });

  test('only what the request sets is sent', async () => {
    const plain = Object.keys((await asked(kind)).body as object).sort();
    expect(plain).toEqual({ 'openai': ['max_completion_tokens', 'messages', 'model', 'reasoning_effort', 'store', 'stream', 'stream_options'], 'anthropic': ['max_tokens', 'messages', 'model', 'stream', 'system'], 'openai-compatible': ['max_tokens', 'messages', 'model', 'stream', 'stream_options'] }[kind]);
    const { body } = await asked(kind, { temperature: 0, topP: 0.9, seed: 7, stop: ['END'] });
    expect(body).toMatchObject({ temperature: 0, top_p: 0.9, [kind === 'anthropic' ? 'stop_sequences' : 'stop']: ['END'], ...(kind !== 'anthropic' && { seed: 7 }) });
    expect(body).not.toHaveProperty(kind === 'anthropic' ? 'seed' : 'tools');
    expect(body).toMatchObject(kind === 'openai' ? { max_completion_tokens: 77, store: false } : { max_tokens: 77 });
  });

  test('a model other than the connection\'s own can be asked, and who answered is told', async () => {
    const model = providerOfKind(kind).languageModel(connectionOf(kind), toolsWith('key-1'), 'another-model');
    expect(model.modelName).toBe('another-model');
    expect((await model.generate(request, options)).model).toBe('another-model');
    expect(() => providerOfKind(kind).languageModel(connectionOf(kind, { model: null }), toolsWith('key-1'))).toThrow(expect.objectContaining({ fault: 'not-ready' }));
  });

  test('loopback is here, everything else is away', () => {
    const provider = providerOfKind(kind);
    for (const host of ['127.0.0.1:8080', '127.9.9.9', 'localhost:11434', '[::1]:1234', 'LOCALHOST']) expect(provider.place(connectionOf(kind, { baseUrl: `http://${host}/v1` })), host).toBe('here');
    for (const host of ['127.0.0.1.example.com', '192.168.1.4', '10.0.0.7:8000', 'api.example.com', 'localhost.example.com', '0.0.0.0']) expect(provider.place(connectionOf(kind, { baseUrl: `http://${host}/v1` })), host).toBe('away');
    expect(provider.place(connectionOf(kind, { baseUrl: null }))).toBe('away');
    expect(provider.address(connectionOf(kind, { baseUrl: null }))?.protocol).toBe(kind === 'openai-compatible' ? undefined : 'https:');
    expect(provider.languageModel(connectionOf(kind), toolsWith('key-1')).capabilities).toEqual({ place: 'here', tools: true, structuredOutput: 'schema', continuesAssistant: false, contextTokens: null });
  });

  test('a base URL may end with a slash', async () => {
    const connection = connectionOf(kind);
    const { path } = await asked(kind, {}, { baseUrl: `${connection.baseUrl}/` });
    expect(path).toBe(kind === 'anthropic' ? '/v1/messages' : '/v1/chat/completions');
  });

  test('the form of the answer goes with the request', async () => {
    const schema = z.strictObject({ verdict: z.enum(['met', 'missing']), score: z.number().int().min(0).max(4) });
    const { body } = await asked(kind, { output: { name: 'a grade!', schema } });
    const sent = { type: 'object', properties: { verdict: { type: 'string', enum: ['met', 'missing'] }, score: { type: 'integer', description: '(minimum: 0, maximum: 4)' } }, required: ['verdict', 'score'], additionalProperties: false };
    expect(body).toMatchObject(kind === 'anthropic' ? { output_config: { format: { type: 'json_schema', schema: sent } } } : { response_format: { type: 'json_schema', json_schema: { name: 'a-grade-', strict: true, schema: sent } } });
  });

  test('usage counts the whole prompt, with the part that came from the cache', async () => {
    const messages: ModelRequest['messages'] = [{ role: 'system', text: 'stable '.repeat(100) }, { role: 'user', text: `only for ${kind}` }];
    await modelOf(kind).generate({ ...request, messages }, options);
    const { usage } = await modelOf(kind).generate({ ...request, messages: [...messages, { role: 'assistant', text: 'Yes.' }, { role: 'user', text: 'More.' }] }, options);
    expect(usage.inputTokens).toBeGreaterThan(170);
    expect(usage.cachedInputTokens).toBeGreaterThan(170);
    expect(usage.cachedInputTokens).toBeLessThan(usage.inputTokens ?? 0);
    expect(usage.outputTokens).toBeGreaterThan(5);
  });

  test('a call that is answered leaves its connection to later ones', async () => {
    const fresh = await startFaultServer();
    const model = modelOf(kind, { baseUrl: kind === 'anthropic' ? fresh.anthropicUrl : fresh.openaiUrl });
    for (let call = 0; call < 8; call++) await model.generate(request, options);
    await fresh.idle();
    expect(new Set(fresh.requests.map(({ outcome }) => outcome))).toEqual(new Set(['answered']));
    // The next call may begin before the last byte of the one before, so there are two.
    expect(new Set(fresh.requests.map(({ clientPort }) => clientPort)).size).toBeLessThanOrEqual(2);
    await fresh.close();
  });
});

test('a server that counts nothing gives no usage, and one that ends without a usage chunk is read to its end', async () => {
  const events = ['{"choices":[{"index":0,"delta":{"content":"Yes"}}]}', '{"choices":[{"index":0,"delta":{"content":" indeed"},"finish_reason":"stop"}]}', '[DONE]'];
  const bare: typeof fetch = () => Promise.resolve(new Response(events.map((data) => `data: ${data}\n\n`).join(''), { headers: { 'content-type': 'text/event-stream' } }));
  const answer = await providerOfKind('openai-compatible').languageModel(connectionOf('openai-compatible'), { ...toolsWith('k'), fetchFor: () => bare }).generate(request, options);
  expect(answer).toMatchObject({ text: 'Yes indeed', finish: 'stop', usage: { inputTokens: null, outputTokens: null, cachedInputTokens: null }, model: 'fixture-model' });
});

test('the reason of a call reaches the door', async () => {
  const reasons: string[] = [];
  for (const kind of KINDS) {
    const tools: ProviderTools = { ...toolsWith('k'), fetchFor: (reason) => { reasons.push(reason); return fetch; } };
    await providerOfKind(kind).languageModel(connectionOf(kind), tools).generate(request, { ...options, reason: `call of ${kind}` });
  }
  expect(reasons).toEqual(KINDS.map((kind) => `call of ${kind}`));
});

test('each kind stands in the table once', () => {
  expect(new Set(PROVIDERS.map(({ kind }) => kind)).size).toBe(PROVIDERS.length);
  for (const kind of KINDS) expect(providerOfKind(kind).kind).toBe(kind);
});
