import { z } from 'zod';
import type { Message } from '../core/inference/language-model.ts';
import { asData } from '../core/interview/speech-context.ts';
import type { Prompt } from '../core/prompts/prompt.ts';
import type { Judgement } from './expectations.ts';
import type { OpenConnection } from './connection.ts';
import { Unusable } from './unusable.ts';

/** The prompt that judges, which is one of the prompts itself. */
export const JUDGE_PROMPT = 'eval/judge';

/** A model that says whether a statement holds of an answer. */
export interface Judge { name: string; judge(statement: string, answer: string): Promise<({ ok: true } & Judgement) | { ok: false; why: string }>; close(): Promise<void> }

const verdictSchema = z.object({ verdict: z.enum(['holds', 'fails', 'unclear']), quote: z.string().nullish() });

/** @throws Unusable without the prompt for it */
export function createJudge(connection: OpenConnection, prompt: Prompt | undefined): Judge {
  if (!prompt) throw new Unusable(`there is no prompt ${JUDGE_PROMPT} to judge with`);
  return {
    name: connection.name,
    async judge(statement, answer) {
      const messages: Message[] = await prompt.render({ statement, answer: asData(answer) });
      const said = await connection.ask(prompt, messages);
      if (!said.ok) return said;
      const verdict = verdictSchema.safeParse(said.json);
      return verdict.success ? { ok: true, verdict: verdict.data.verdict, quote: verdict.data.quote ?? '' } : { ok: false, why: 'its verdict cannot be read' };
    },
    close: () => connection.close(),
  };
}
