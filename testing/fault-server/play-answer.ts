import { createHash } from 'node:crypto';
import { sampleOf } from './sample-of-schema.ts';
import type { PlayedAnswer, WireRequest } from './wire.ts';

/** What the server says when nobody told it what. */
export const DEFAULT_WORDS = 'Thank you, that helps. Which part of it would you do differently today, and how would you know that it was better?';

/** Words of an answer to a request: said, sampled from the form asked for, or a call of the tool asked for. */
export function playAnswer(request: WireRequest, said: string | undefined, before: readonly WireRequest[], pieceLength: number | undefined): PlayedAnswer {
  const promptTokens = tokensIn(request.messages.map(({ text }) => text).join('\n')) + 4;
  const tokens = { model: request.model, inputTokens: promptTokens, cachedTokens: Math.min(promptTokens, cachedPrefix(request, before)) };
  const forced = request.tools.find(({ name }) => name === request.forcedTool);
  if (forced) return { ...tokens, pieces: [], finish: 'tool', tool: { name: forced.name, input: sampleOf(forced.input) }, outputTokens: 12 };

  const full = said ?? (request.schema === undefined ? DEFAULT_WORDS : JSON.stringify(sampleOf(request.schema)));
  const stopAt = request.stop.map((stop) => ({ stop, index: full.indexOf(stop) })).filter(({ index, stop }) => index !== -1 && stop !== '').sort((a, b) => a.index - b.index)[0];
  const pieces = split(stopAt ? full.slice(0, stopAt.index) : full, pieceLength);
  if (request.maxTokens !== undefined && pieces.length > request.maxTokens) return { ...tokens, pieces: pieces.slice(0, request.maxTokens), finish: 'length', outputTokens: request.maxTokens };
  return { ...tokens, pieces, outputTokens: Math.max(1, pieces.length), ...(stopAt ? { finish: 'stop-sequence', stopSequence: stopAt.stop } : { finish: 'stop' }) };
}

/** A word and the blanks before it is a token here; a given length counts UTF-16 units and may halve a character. */
export function split(text: string, pieceLength?: number): string[] {
  if (pieceLength === undefined) return text.match(/\s*\S+|\s+$/g) ?? [];
  return Array.from({ length: Math.ceil(text.length / pieceLength) }, (_, index) => text.slice(index * pieceLength, (index + 1) * pieceLength));
}

const tokensIn = (text: string): number => Math.ceil(text.length / 4);

/** Tokens of the leading messages that an earlier request began with too. */
function cachedPrefix(request: WireRequest, before: readonly WireRequest[]): number {
  const shared = before.map((earlier) => {
    const length = request.messages.findIndex((message, index) => message.role !== earlier.messages[index]?.role || message.text !== earlier.messages[index]?.text);
    return length === -1 ? request.messages.length : length;
  });
  const longest = Math.max(0, ...shared);
  return longest === 0 ? 0 : tokensIn(request.messages.slice(0, longest).map(({ text }) => text).join('\n'));
}

const DIMENSIONS = 32;

/** A vector of a text by its three-letter parts: equal texts have equal vectors, similar ones similar. Of length 1. */
export function vectorOf(text: string): number[] {
  const vector = Array.from({ length: DIMENSIONS }, () => 0);
  const padded = ` ${text.toLowerCase()} `;
  for (let start = 0; start + 3 <= padded.length; start++) {
    const place = (createHash('md5').update(padded.slice(start, start + 3)).digest()[0] ?? 0) % DIMENSIONS;
    vector[place] = (vector[place] ?? 0) + 1;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
