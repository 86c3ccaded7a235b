/** An answer to be played, whatever the wire. */
export interface PlayedAnswer {
  model: string;
  pieces: string[];
  finish: 'stop' | 'stop-sequence' | 'length' | 'tool';
  stopSequence?: string;
  tool?: { name: string; input: unknown };
  inputTokens: number; cachedTokens: number; outputTokens: number;
}

/** What a request asks for, read from its body. */
export interface WireRequest {
  messages: { role: string; text: string }[];
  model: string; streams: boolean; maxTokens: number | undefined; stop: string[];
  /** JSON schema of the answer's form, when one is asked for. */
  schema: unknown;
  tools: { name: string; input: unknown }[];
  /** The tool that has to be called. */
  forcedTool: string | undefined;
}

export interface Refused { status: number; headers: Record<string, string>; body: unknown }

/** A provider's wire, played from its recordings. Events and bodies are given as they are written. */
export interface Wire {
  name: 'openai' | 'anthropic';
  read(body: unknown): WireRequest;
  stream(answer: PlayedAnswer): string[];
  whole(answer: PlayedAnswer): string;
  /** One event of text in the middle of a stream. */
  textEvent(text: string): string;
  declined(): string[];
  brokenOff(): string[];
  models(): string;
  refusals: Readonly<Record<string, Refused>>;
}

const record = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});
export const asRecord = record;
export const asList = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
export const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The text of a message's content: a string, or blocks of which some hold text. */
export const contentText = (content: unknown): string => (typeof content === 'string' ? content : asList(content).map((block) => asText(record(block)['text']) || contentText(record(block)['content'] ?? '')).join('\n'));
