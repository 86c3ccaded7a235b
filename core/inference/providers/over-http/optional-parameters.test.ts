import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { connectionSchema, type Connection } from '../../models-config.ts';
import { createAnthropicLanguageModel } from '../anthropic/anthropic-language-model.ts';
import { createOpenAiLanguageModel } from '../openai/openai-language-model.ts';
import type { LanguageModel } from '../../language-model.ts';

/** A server that refuses what it is told to refuse, in the words of the real ones, and otherwise answers. */
async function startPickyServer(refuses: (body: Record<string, unknown>) => object | undefined) {
  const asked: Record<string, unknown>[] = [];
  const http = createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const body = JSON.parse(text) as Record<string, unknown>;
      asked.push(body);
      const refusal = refuses(body);
      if (refusal) { response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(refusal)); return; }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (request.url?.includes('messages')) {
        const event = (type: string, rest: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
        response.end(event('message_start', { message: { id: 'm', model: 'claude', usage: { input_tokens: 1 } } }) + event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } })
          + event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Good.' } }) + event('content_block_stop', { index: 0 }) + event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } }) + event('message_stop', {}));
      } else response.end(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'gpt', choices: [{ index: 0, delta: { content: 'Good.' }, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`);
    })();
  });
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
  cleanup.push(() => new Promise((closed) => { http.close(closed); http.closeAllConnections(); }));
  return { asked, port: (http.address() as AddressInfo).port };
}
const cleanup: (() => Promise<unknown>)[] = [];
afterEach(async () => { for (const end of cleanup.splice(0)) await end(); });

const tools = { fetchFor: () => fetch, key: () => 'a-key-for-tests', llama: undefined as never };
const ask = (model: LanguageModel) => model.generate({ messages: [{ role: 'user', text: 'Hello' }], maxOutputTokens: 20, temperature: 0.7, topP: 0.9 }, { signal: new AbortController().signal, reason: 'test', priority: 'interactive' });
const connect = (kind: 'openai' | 'anthropic', baseUrl: string): Connection => connectionSchema.parse({ id: kind, kind, name: kind, baseUrl, model: 'any' });

it('a model that refuses sampling and effort is asked again without them, once, and from then on never with them', async () => {
  const server = await startPickyServer((body) => {
    const name = ['temperature', 'top_p', 'reasoning_effort'].find((one) => one in body);
    return name === undefined ? undefined : { error: { message: `Unsupported parameter: '${name}' is not supported with this model.`, type: 'invalid_request_error', param: name, code: 'unsupported_parameter' } };
  });
  const model = createOpenAiLanguageModel(connect('openai', `http://127.0.0.1:${server.port}/v1`), tools, 'http://127.0.0.1:1', 'gpt');
  expect((await ask(model)).text).toBe('Good.');
  expect(server.asked).toHaveLength(4);
  expect((await ask(model)).text).toBe('Good.');
  expect(server.asked).toHaveLength(5);
});

it('where temperature and top_p exclude each other, the temperature stays', async () => {
  const server = await startPickyServer((body) => ('temperature' in body && 'top_p' in body ? { type: 'error', error: { type: 'invalid_request_error', message: '`temperature` and `top_p` cannot both be specified for this model. Please use only one.' } } : undefined));
  const model = createAnthropicLanguageModel(connect('anthropic', `http://127.0.0.1:${server.port}`), tools);
  expect((await ask(model)).text).toBe('Good.');
  expect(server.asked.map((body) => ['temperature' in body, 'top_p' in body])).toEqual([[true, true], [true, false]]);
});

it('a request refused for another reason is not sent again', async () => {
  const server = await startPickyServer(() => ({ error: { message: 'Invalid value for messages.', type: 'invalid_request_error', param: 'messages', code: null } }));
  const model = createOpenAiLanguageModel(connect('openai', `http://127.0.0.1:${server.port}/v1`), tools, 'http://127.0.0.1:1', 'gpt');
  await expect(ask(model)).rejects.toMatchObject({ fault: 'bad-request' });
  expect(server.asked).toHaveLength(1);
});
