import type { z } from 'zod';
import type { ConfigProblem, Lane } from '../contract/models.ts';
import type { PromptField } from '../contract/prompts.ts';

/** A message as prompts make it, whichever provider gets it. */
export interface PromptMessage { role: 'system' | 'user' | 'assistant'; text: string }
export type PromptInput = Readonly<Record<string, string | number | boolean | undefined>>;

/** Names the exact words of a prompt. */
export interface PromptRef {
  /** Folder and name: `interview/follow-up`. */
  id: string;
  /** `2`, or `2.terse` for a variant. */
  version: string;
  /** The first 12 hex digits of the SHA-256 of the file's text and of the partials it takes in. */
  hash: string;
}

/** One version of a prompt, ready to be rendered. Never changes: an edited file makes another one. */
export interface Prompt extends PromptRef {
  about: string;
  /** The newest line of its changelog. */
  changelog: string;
  lane: Lane;
  maxOutputTokens: number | undefined;
  temperature: number | undefined;
  topP: number | undefined;
  /** What the answer has to be when it is JSON. */
  output: { name: string; schema: z.ZodType; text: string } | undefined;
  inputs: readonly PromptField[];
  /** The file as it was read, and the partials it takes in, by name. */
  source: string;
  partials: readonly { name: string; text: string }[];
  /** @throws Error when an input is missing, is not in the schema, or has another type */
  render(input: PromptInput): Promise<PromptMessage[]>;
}

/** How words ended that were made from a prompt: they stood, a guard refused them, nobody answered, or the person went on. */
export type UseOutcome = 'stood' | 'refused' | 'unanswered' | 'interrupted';

/** One use of prompts in a session: what was asked for, and what came of it. No text of anybody. */
export interface PromptUse {
  sessionId: string;
  /** What the words were for, unique within the session: `turn:12`. */
  subject: string;
  /** All prompts that went into the call. */
  prompts: readonly PromptRef[];
  lane: Lane;
  outcome: UseOutcome;
  place: 'here' | 'away' | null;
  model: string | null;
  firstWordMs: number | null; durationMs: number | null;
  inputTokens: number | null; outputTokens: number | null;
}

/** What features see of the prompts. */
export interface Prompts {
  /** What is used outside of any session: the version labelled production. */
  current(id: string): Prompt | undefined;
  /**
   * What a session uses: the words it began with, also after a restart, an edit or a removal of the file. A session without a pin is
   * given one now: an experiment's arm, or production.
   */
  forSession(sessionId: string, id: string): Prompt | undefined;
  /** Gives a session the words it will keep; belongs into the transaction that begins it. Ids that nobody knows are passed over. */
  pin(sessionId: string, ids: readonly string[]): void;
  /** Writes down a use, in the transaction that writes down its words. Writing one subject again replaces it. */
  recordUse(use: PromptUse): void;
  /** What the person made of it, as it becomes known. A subject that no model worded is passed over. */
  recordOutcome(sessionId: string, subject: string, outcome: { rating?: 'up' | 'down' | null; score?: number; askedAgain?: true }): void;
  problems(): ConfigProblem[];
}
