import type { SessionView, Setup } from '../core/contract/interview.ts';
import type { TestEngineClient } from '../core/contract/index.ts';

const DAY_MS = 86_400_000;

/** An interview as one line: how many days ago, which set-up, and how good the answers are. */
export interface PastInterview { daysAgo: number; setup: Partial<Setup>; quality: 'strong' | 'mixed' | 'thin' }

export const PAST: PastInterview[] = [
  { daysAgo: 26, setup: {}, quality: 'thin' },
  { daysAgo: 21, setup: { packId: 'behavioural', kind: 'behavioural', pressure: 'friendly' }, quality: 'mixed' },
  { daysAgo: 15, setup: {}, quality: 'mixed' },
  { daysAgo: 9, setup: { packId: 'system-design', kind: 'system-design', minutes: 20 }, quality: 'mixed' },
  { daysAgo: 4, setup: { mode: 'exam' }, quality: 'mixed' },
  { daysAgo: 2, setup: { pressure: 'tough' }, quality: 'strong' },
];

const STORY = 'Last spring I was responsible for our import service when it began to fall behind after a deploy. I first measured where the time went and saw that 80 percent was one query without an index, so I rolled back, added the index on a copy and compared: p95 went from 1800 to 240 milliseconds. I sort of told the team late, I think, and what I learned is to share a number before an opinion.';
const THIN = 'I would basically look at the problem with the team and then we would probably decide what is best, it depends on the case.';

/** What the example candidate says; `model` is the question's own model answer. */
export function exampleAnswer(quality: PastInterview['quality'], number: number, model: string): string {
  if (quality === 'strong') return number % 4 === 3 ? STORY : model;
  if (quality === 'thin') return number % 3 === 0 ? STORY : THIN;
  return [STORY, model.split(/(?<=\.)\s+/).slice(0, 3).join(' '), model, THIN][number % 4] ?? STORY;
}

/** Holds past interviews through the contract, on the settable clock of test mode. `now` is when the gallery is taken. */
export async function seedHistory(client: TestEngineClient, now: string, modelAnswer: (questionId: string) => string, past: PastInterview[] = PAST): Promise<string[]> {
  const ids: string[] = [];
  for (const { daysAgo, setup, quality } of past) {
    await client.testMode.setClock({ now: new Date(Date.parse(now) - daysAgo * DAY_MS).toISOString() });
    const { setup: defaults } = await client.interview.setupDefaults();
    let view: SessionView = await client.interview.start({ ...defaults, packId: 'backend-engineer', kind: 'mixed', minutes: 20, pressure: 'neutral', mode: 'practice', ...setup });
    for (let number = 0; view.phase !== 'ended'; number++) {
      const command = { sessionId: view.sessionId, revision: view.revision };
      if (view.phase === 'feedback') { view = await client.interview.next(command); continue; }
      await client.testMode.setClock({ advanceMs: 110_000 + 17_000 * (number % 5) });
      const text = view.phase === 'closing' ? 'No, thank you.' : exampleAnswer(quality, number, modelAnswer(view.current?.questionId ?? ''));
      view = await client.interview.answer({ ...command, submissionId: `seed-${daysAgo}-${number}-answer`, text });
    }
    ids.push(view.sessionId);
  }
  await client.testMode.setClock({ now });
  return ids;
}
