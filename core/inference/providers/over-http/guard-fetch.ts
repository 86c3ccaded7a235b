import { InferenceError } from '../../inference-error.ts';

type Fetch = typeof globalThis.fetch;

/** What a provider said instead of an answer. `body` may hold words of the person: read codes from it, never copy it. */
export interface Refusal { status: number; headers: Headers; body: unknown }

/** A fetch for one call of an SDK, which remembers what went wrong in it, whatever the SDK makes of that. */
export interface GuardedFetch {
  fetch: Fetch;
  /** The first fault of the connection or of what came over it. */
  failure(): unknown;
  refusal(): Refusal | undefined;
}

/** In bytes as they arrive. Text is limited apart from this: an event of 250 bytes carries some 5 characters of it. */
export const BODY_LIMITS = { events: 32_000_000, line: 8_000_000, json: 16_000_000, refusal: 64_000 } as const;
/** A refusal is known from its status; its body is not waited for longer than this. */
const REFUSAL_BODY_MS = 3_000;
/** All that leaves with a request. The SDKs would add what system this is, and what their environment variables say. */
const SENT_HEADERS = new Set(['accept', 'content-type', 'user-agent', 'authorization', 'anthropic-version', 'anthropic-beta']);
const NEWLINE = 0x0a;

/**
 * Stands between an SDK and the door: lets only known headers out, follows no redirect, and takes only bodies of the expected type and
 * of bounded size. Beyond a bound the body errors with `too-large` and its socket is closed.
 * @param expects what a good answer's body is: server-sent events or one JSON document
 */
export function guardFetch(open: Fetch, expects: 'events' | 'json', signal: AbortSignal): GuardedFetch {
  let failure: unknown;
  let refusal: Refusal | undefined;
  const note = (error: unknown): unknown => {
    if (!signal.aborted) failure ??= error;
    return error;
  };

  const guarded: Fetch = async (input, init) => {
    let response: Response;
    try { response = await open(input, { ...init, headers: onlyKnown(init?.headers), redirect: 'manual' }); } catch (error) { throw note(error); }
    const { status, headers } = response;
    if (status >= 300 && status < 400) {
      discard(response);
      throw note(new InferenceError('malformed', { status, detail: `${status} redirect` }));
    }
    if (!response.ok) {
      const text = await beginningOf(response);
      refusal = { status, headers, body: parsed(text) };
      return new Response(text, { status, headers: { 'content-type': headers.get('content-type') ?? 'text/plain' } });
    }
    const type = (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    const fits = expects === 'events' ? type === 'text/event-stream' : type === 'application/json' || type.endsWith('+json');
    if (!fits || !response.body) {
      discard(response);
      throw note(new InferenceError('malformed', { status, detail: `${status} ${/^[a-z]+\/[a-z.+-]+$/.test(type) ? type : 'without a content type'} where ${expects === 'events' ? 'a stream' : 'JSON'} was due` }));
    }
    const body = limited(response.body, expects === 'events' ? BODY_LIMITS.events : BODY_LIMITS.json, expects === 'events' ? BODY_LIMITS.line : Infinity, note);
    return new Response(body, { status, headers: { 'content-type': headers.get('content-type') ?? '' } });
  };
  return { fetch: guarded, failure: () => failure, refusal: () => refusal };
}

function onlyKnown(headers: ConstructorParameters<typeof Headers>[0]): Record<string, string> {
  return Object.fromEntries([...new Headers(headers)].filter(([name]) => SENT_HEADERS.has(name)));
}

/** The body as it comes, until it is longer than allowed as a whole or in one line. */
function limited(body: ReadableStream<Uint8Array>, maxBytes: number, maxLineBytes: number, note: (error: unknown) => unknown): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let total = 0;
  let line = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) { controller.close(); return; }
        total += value.length;
        const lastBreak = value.lastIndexOf(NEWLINE);
        line = lastBreak === -1 ? line + value.length : value.length - lastBreak - 1;
        if (total > maxBytes || line > maxLineBytes) throw new InferenceError('too-large', { detail: `more than ${total > maxBytes ? maxBytes : maxLineBytes} bytes` });
        controller.enqueue(value);
      } catch (error) {
        controller.error(note(error));
        reader.cancel().catch(() => undefined);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}

/** As much of a refusal's body as is needed to find its code. */
async function beginningOf(response: Response): Promise<string> {
  if (!response.body) return '';
  const reader = response.body.getReader();
  const patience = setTimeout(() => { reader.cancel().catch(() => undefined); }, REFUSAL_BODY_MS);
  const decoder = new TextDecoder();
  let text = '';
  try {
    while (text.length < BODY_LIMITS.refusal) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch { /* the status is enough */ } finally {
    clearTimeout(patience);
    reader.cancel().catch(() => undefined);
  }
  return text;
}

const discard = (response: Response): void => { response.body?.cancel().catch(() => undefined); };

function parsed(text: string): unknown {
  try { return JSON.parse(text); } catch { return text; }
}
