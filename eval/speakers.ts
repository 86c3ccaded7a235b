import { join } from 'node:path';
import { interviewerLine, VoiceFile, type InterviewerLine, type Voice } from '../core/interview/voice.ts';
import type { SpokenKind } from '../core/interview/speech-guard.ts';
import type { PromptCase } from '../core/prompts/case-file.ts';
import type { Prompt } from '../core/prompts/prompt.ts';
import { countTokens } from '../core/prompts/tokens.ts';
import { seedFrom } from '../core/sources.ts';
import { PROJECT } from '../testing/engine.ts';
import { tinyModel } from '../testing/tiny-model.ts';
import type { AssembledCase, LaneSize } from './assemble-case.ts';
import { openConnection, type ModelSettings, type NotSaid, type OpenConnection, type Said } from './connection.ts';
import { Unusable } from './unusable.ts';

/** Who answers the cases. */
export interface Speaker {
  id: string; name: string;
  /** Share of the cases that have to pass when nothing else is asked for. */
  threshold: number;
  /** Why what is said is not held to expectations; undefined when it is. */
  meaningless: string | undefined;
  atOnce: number;
  laneSize(lane: Prompt['lane']): LaneSize;
  /** Null when it has no words for this prompt. */
  say(assembled: AssembledCase, given: PromptCase): Promise<Said | NotSaid | null>;
  close(): Promise<void>;
}

export const COACH = 'coach';
export const TINY = 'tiny';
const MODEL_THRESHOLD = 0.9;
/** What the tiny model says depends on nothing else. */
const TINY_SEED = 1;
/** A model of random letters hardly ever ends a text within JSON, so forms are filled by one that says this. */
const ENDS_A_TEXT = 'Any words will do"';
/** One thread: two would wait for each other on a busy machine. */
const TINY_THREADS = '1';

/** The built-in coach, the tiny model, or a connection by its id. @throws Unusable when there is no such provider, or it cannot be asked */
export async function openSpeaker(id: string, settings: ModelSettings): Promise<Speaker> {
  if (id === COACH) return openCoach(settings);
  if (id === TINY) return openTiny(settings);
  const connection = connectionOf(id, settings);
  const { laneSize, ask, ...open } = await openConnection(connection, settings.lanes);
  return { id, threshold: MODEL_THRESHOLD, meaningless: undefined, ...open, laneSize, say: ({ asked, messages }) => ask(asked, messages) };
}

/** @throws Unusable when no file names it */
export function connectionOf(id: string, { connections }: ModelSettings): ModelSettings['connections'][number] {
  const connection = connections.find((one) => one.id === id);
  if (!connection) throw new Unusable(`there is no provider "${id}"; there are: ${[COACH, TINY, ...connections.map((one) => one.id)].join(', ')}`);
  return connection;
}

/** The real llama.cpp with random weights: whatever does not depend on the meaning of words is tried. It only ends at the limit of tokens, so no answer is empty by chance. */
async function openTiny({ lanes }: ModelSettings): Promise<Speaker> {
  process.env['ROLE_ACCEL_LLAMA_THREADS'] ??= TINY_THREADS;
  const open = (model: string): Promise<OpenConnection> => openConnection({ id: TINY, kind: 'llama', name: 'Tiny model', baseUrl: null, model, embeddingModel: null, enabled: true, needsKey: false, keyEnv: null, contextTokens: null, requestsPerMinute: null, concurrency: 1 }, lanes, TINY_SEED);
  const babbles = await open(tinyModel({ voice: 'endless' }));
  let fillsForms: OpenConnection | undefined;
  return {
    id: TINY, name: babbles.name, threshold: 1, meaningless: 'its words mean nothing', atOnce: babbles.atOnce, laneSize: babbles.laneSize,
    async say({ asked, messages }) {
      if (!asked.output) return babbles.ask(asked, messages);
      fillsForms ??= await open(tinyModel({ says: ENDS_A_TEXT }));
      return fillsForms.ask({ ...asked, temperature: 0 }, messages);
    },
    async close() { await babbles.close(); await fillsForms?.close(); },
  };
}

const LINES: Readonly<Record<SpokenKind, (input: PromptCase['input']) => InterviewerLine>> = {
  'opening': () => 'opening',
  // How the answer scored is not part of a case; without a score the app says the same.
  'lead-in': ({ passed }) => (passed === true ? 'next_after_skip' : 'next_after_thin'),
  'follow-up': () => 'follow_up',
  'closing': () => 'closing',
};

/** The lines of the voice file: words that are known to be good, by which the cases themselves are tried. Which of several it is depends on the case, so that all of them get their turn. */
function openCoach({ lanes }: ModelSettings): Speaker {
  const { current: voice } = new VoiceFile(join(PROJECT, 'packs/voice/interviewer.yaml'));
  return {
    id: COACH, name: 'Built-in coach', threshold: 1, meaningless: undefined, atOnce: 1,
    laneSize: (lane) => ({ total: lanes[lane].contextTokens, output: lanes[lane].maxOutputTokens }),
    async say({ spoken, input }, given) {
      if (!spoken) return null;
      const { intent = '', minutes = 0, count = '' } = input;
      const text = interviewerLine(voice, pressureOf(given, voice), LINES[spoken](input), seedFrom(given.id), { follow_up: String(intent), minutes: Number(minutes), count: String(count) });
      return { ok: true, text, json: undefined, by: 'Built-in coach', inputTokens: null, outputTokens: await countTokens(text), ms: 0 };
    },
    async close() {},
  };
}

/** The pressure stands in the head's input. */
function pressureOf({ head, last, input }: PromptCase, voice: Voice): keyof Voice['interviewer'] {
  const wanted = (last ? input : head?.input)?.['pressure'];
  return typeof wanted === 'string' && wanted in voice.interviewer ? wanted as keyof Voice['interviewer'] : 'neutral';
}
