import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FAULT_NAMES, FAULTS, startFaultServer, type FaultServer } from './fault-server.ts';
import { sampleOf } from './sample-of-schema.ts';

let server: FaultServer;
beforeAll(async () => { server = await startFaultServer(); });
afterAll(() => server.close());
beforeEach(async () => { await server.setFault(null); server.say = undefined; server.requests.length = 0; });

const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<Response> => fetch(`${server.anthropicUrl}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
const chat = (body: object = {}): Promise<Response> => post('/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content: 'Hello' }], ...body }, { authorization: 'Bearer real-key' });

test('every fault is described in a line', () => {
  expect(FAULT_NAMES.length).toBeGreaterThan(20);
  for (const says of Object.values(FAULTS)) { expect(says.length).toBeGreaterThan(10); expect(says).not.toContain('\n'); }
});

describe('what the server says', () => {
  test('is whole or streamed, by both wires, in the words it was given', async () => {
    server.say = ({ asked, wire }) => `${wire} heard ${asked?.messages.at(-1)?.text}`;
    expect(await (await chat()).json()).toMatchObject({ object: 'chat.completion', choices: [{ message: { content: 'openai heard Hello' }, finish_reason: 'stop' }] });
    const streamed = await (await chat({ stream: true })).text();
    expect(streamed.match(/^data: /gm)).toHaveLength(1 + 3 + 1 + 1 + 1);
    expect(streamed.endsWith('data: [DONE]\n\n')).toBe(true);
    const message = await post('/v1/messages', { model: 'm', max_tokens: 2, messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] }, { 'anthropic-version': '2023-06-01' });
    expect(await message.json()).toMatchObject({ type: 'message', content: [{ text: 'anthropic heard' }], stop_reason: 'max_tokens' });
    expect(await (await fetch(`${server.openaiUrl}/models`)).json()).toMatchObject({ object: 'list' });
    expect(await (await post('/v1/embeddings', { input: ['a', 'b'] })).json()).toMatchObject({ data: [{ index: 0 }, { index: 1 }] });
    expect((await fetch(`${server.openaiUrl}/elsewhere`)).status).toBe(404);
  });

  test('is remembered with what was asked, without keys', async () => {
    await chat();
    expect(server.requests).toMatchObject([{ method: 'POST', path: '/v1/chat/completions', kind: 'answer', wire: 'openai', fault: null, headers: { authorization: '[key]' }, asked: { messages: [{ role: 'user', text: 'Hello' }] } }]);
    expect(JSON.stringify(server.requests)).not.toContain('real-key');
  });
});

describe('a fault', () => {
  const statuses = async (count: number): Promise<number[]> => { const seen = []; for (let asked = 0; asked < count; asked++) { const response = await chat(); await response.text(); seen.push(response.status); } return seen; };

  test('begins after some requests, hits some, and only those meant', async () => {
    await server.setFault('500', { after: 1, times: 2 });
    expect(await statuses(5)).toEqual([200, 500, 500, 200, 200]);
    await server.setFault('429', { only: ({ kind }) => kind === 'models', retryAfter: '9' });
    expect(await statuses(1)).toEqual([200]);
    const refused = await fetch(`${server.openaiUrl}/models`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '9']);
    await server.setFault(null);
    expect(await statuses(1)).toEqual([200]);
  });

  test('of a closed port ends when it is taken back, at the same address', async () => {
    await server.setFault('refused');
    await expect(chat()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await server.setFault(null);
    expect((await chat()).status).toBe(200);
  });

  test('leaves a request open that it never answers, until the client goes', async () => {
    await server.setFault('hang-before-headers');
    await expect(fetch(`${server.openaiUrl}/models`, { signal: AbortSignal.timeout(100) })).rejects.toThrow();
    await server.idle();
    expect(server.requests[0]?.outcome).toBe('closed-by-client');
  });
});

test('a sample of a schema has its form', () => {
  expect(sampleOf({ type: 'object', required: ['a', 'b', 'c', 'd'], properties: { a: { enum: ['x', 'y'] }, b: { type: 'array', items: { $ref: '#/$defs/n' } }, c: { anyOf: [{ type: 'null' }, {}] }, d: { type: 'string', description: 'A name. (minLength: 8)' } }, $defs: { n: { type: 'integer', minimum: 3 } } }))
    .toEqual({ a: 'x', b: [3], c: null, d: 'samplesample' });
});
