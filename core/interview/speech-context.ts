import type { Message } from '../inference/language-model.ts';
import { CHARACTERS_PER_TOKEN, estimateTokens } from '../prompts/tokens.ts';
import type { TurnRow } from './interview-repository.ts';

/** The most of one answer that is passed on, as a share of the budget; the middle of a longer one is left out. */
const ANSWER_SHARE = 0.35;
/** Words of the posting that are passed on, in characters. */
const POSTING_CHARACTERS = 1200;

export type SpokenTurn = Pick<TurnRow, 'seq' | 'by' | 'kind' | 'text'>;

interface Said { role: 'user' | 'assistant'; text: string; seq: number }

/**
 * The messages of one call: the unchanging head, the conversation, and what to do now at the end of the person's last answer.
 * Whole turns only. When they outgrow the budget the oldest go, down to half of it at once, so that the messages begin alike from
 * call to call and a provider finds what it has already read. `from` is where the conversation began in the call before.
 */
export function assembleSpeech(input: { head: readonly Message[]; turns: readonly SpokenTurn[]; instruction: string; budgetTokens: number; from: number }): { messages: Message[]; from: number } {
  const { head, instruction, budgetTokens } = input;
  const answerLimit = Math.floor(budgetTokens * CHARACTERS_PER_TOKEN * ANSWER_SHARE);
  const said = conversation(input.turns.filter((turn) => turn.seq >= input.from), answerLimit);
  const rest = estimateTokens(head) + estimateTokens([{ text: instruction }]);
  let size = rest + estimateTokens(said);
  let first = 0;
  if (size > budgetTokens) {
    // The last question and its answer always stay: without them there is nothing to react to.
    while (size > budgetTokens / 2 && first < said.length - 2) {
      size -= estimateTokens(said.slice(first, first + 1));
      first++;
      if (said[first]?.role === 'user') size -= estimateTokens(said.slice(first, ++first));
    }
  }
  const kept: Message[] = said.slice(first).map(({ role, text }) => ({ role, text }));
  return { messages: joined([...head, ...kept, { role: 'user', text: instruction }]), from: said[first]?.seq ?? input.from };
}

/** Turns as messages: what the interviewer said in one breath is one, an answer is fenced, a skipped question an empty answer. */
function conversation(turns: readonly SpokenTurn[], answerLimit: number): Said[] {
  const messages: Said[] = [];
  for (const turn of turns) {
    // Unsent words are no part of the conversation, and a repetition adds nothing to it.
    if (turn.kind === 'remark' || turn.kind === 'repeat' || (turn.by === 'interviewer' && turn.text === '')) continue;
    const role = turn.by === 'interviewer' ? 'assistant' : 'user';
    const text = role === 'assistant' ? turn.text : fenced('answer', shortened(turn.text, answerLimit));
    const before = messages.at(-1);
    if (before?.role === role) before.text += `\n\n${text}`;
    else messages.push({ role, text, seq: turn.seq });
  }
  return messages;
}

/** Messages of one role after another as one, since many chat templates know only turns that alternate. */
function joined(messages: readonly Message[]): Message[] {
  const result: Message[] = [];
  for (const message of messages) {
    const before = result.at(-1);
    if (before?.role === 'user' && message.role === 'user') result[result.length - 1] = { role: 'user', text: `${before.text}\n\n${message.text}` };
    else result.push(message);
  }
  return result;
}

/** A text as data between two marks; a mark inside of it, and what chat templates use, loses its meaning. */
export function fenced(name: string, text: string): string { return `<${name}>\n${asData(text)}\n</${name}>`; }

/** The person's text so that nothing in it can end its fence or begin a turn of its own. */
export function asData(text: string): string {
  return text.trim().replace(/<(?=\s*\/?\s*(answer|posting|system|think|s|start_of_turn|end_of_turn)\b)/gi, '‹').replaceAll('<|', '‹|').replaceAll('|>', '|›').replace(/\[(\/?INST)\]/gi, '($1)');
}

/** Beginning and end of a long text; what comes between is left out. */
function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = Math.floor(limit * 0.6);
  return `${text.slice(0, head).trimEnd()} […] ${text.slice(text.length - (limit - head)).trimStart()}`;
}

/** The beginning of a posting, cut between words: the same for every call of one interview. */
export function postingDigest(text: string): string {
  const plain = asData(text).replace(/[ \t]+/g, ' ').replace(/\n{2,}/g, '\n');
  return plain.length <= POSTING_CHARACTERS ? plain : `${plain.slice(0, plain.lastIndexOf(' ', POSTING_CHARACTERS))} …`;
}
