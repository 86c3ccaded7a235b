// npm run demo: a whole interview held by itself from the example posting, and its report in the terminal. No window, no network.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createEngine, readVersion } from '../core/engine.ts';
import type { Question } from '../core/interview/pack-schema.ts';
import type { SessionView, Setup } from '../core/contract/interview.ts';
import { temporaryFolder } from '../testing/engine.ts';
import { printReport, say } from './terminal-report.ts';

const root = resolve(import.meta.dirname, '..');
const folder = temporaryFolder('role-accel-demo-');
const engine = await createEngine({ dataDir: folder.path, shell: 'none', version: readVersion(root), resourcesDir: root });
try {
  await hold();
} finally {
  await engine.close();
  folder.dispose();
}

async function hold(): Promise<void> {
  const { interview } = engine.client;
  const posting = { name: 'backend-posting.md', text: readFileSync(join(root, 'examples/backend-posting.md'), 'utf8') };
  const setup: Setup = { packId: 'backend-engineer', level: 'mid', kind: 'posting', minutes: 20, mode: 'practice', pressure: 'neutral', posting, followUps: true, hints: true, clock: true };
  const plan = await interview.preview(setup);
  say('heading', 'Role Accel: an interview from examples/backend-posting.md');
  say('quiet', `The posting names: ${plan.skills.map((skill) => skill.skill).join(', ')}.`);
  for (const question of plan.questions) say('quiet', `  ${question.title} (${question.minutes} min): ${question.why}`);

  let view = await interview.start(setup);
  let answers = 0;
  for (let seen = 0; view.phase !== 'ended';) {
    for (const turn of view.turns.filter(({ seq }) => seq >= seen)) if (turn.by === 'interviewer') say('interviewer', turn.text);
    seen = (view.turns.at(-1)?.seq ?? 0) + 1;
    const command = { sessionId: view.sessionId, revision: view.revision };
    if (view.phase === 'feedback') {
      const points = view.feedback?.grade.points ?? [];
      say('coach', `${points.filter((point) => point.verdict === 'met').length} of ${points.length} points earned.`);
      view = await interview.next(command);
    } else {
      const text = answerTo(view, answers);
      say('you', text);
      view = await interview.answer({ ...command, submissionId: `demo-answer-${answers++}`, text });
    }
  }
  printReport(await interview.report({ sessionId: view.sessionId }));
}

/** What the example candidate says: strong, partial and weak answers in turn; to a follow-up, the point it asks for. */
function answerTo(view: SessionView, number: number): string {
  if (view.phase === 'closing') return 'No, thank you. I enjoyed the questions.';
  const row = engine.store.prepare<{ body: string }, [string, number]>('SELECT body FROM interview_question WHERE interview_id = ? AND position = ?').get(view.sessionId, view.current?.questionIndex ?? 0);
  const question = JSON.parse(row?.body ?? '{}') as Question;
  if (view.phase === 'follow-up') {
    const point = question.points.find((candidate) => view.current?.asked.includes(candidate.follow_up.trim()));
    return point && number % 3 !== 2 ? `${point.shows} In practice: ${point.said_as.join('; ')}.` : 'I have not thought about that part, I would have to look it up.';
  }
  const { answers } = question;
  const model = question.model_answer.trim();
  const half = `${model.split(/(?<=\.)\s+/).slice(0, 3).join(' ')}`;
  return ([answers?.strong ?? model, answers?.partial ?? half, answers?.weak ?? 'I would look at it together with the team and then decide what is best.'][number % 3] ?? model).trim();
}
