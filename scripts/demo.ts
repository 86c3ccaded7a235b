// npm run demo [-- --providers FILE --lanes FILE]: a whole interview held by itself from the example posting, and its report in the
// terminal, without a window. Alone, only the built-in coach speaks; with the files, whoever they name does.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine, readVersion } from '../core/engine.ts';
import type { Question } from '../core/interview/pack-schema.ts';
import type { SessionView, Setup } from '../core/contract/interview.ts';
import { temporaryFolder } from '../testing/engine.ts';
import { printReport, say } from './terminal-report.ts';
import { settled } from '../testing/settled.ts';

const root = resolve(import.meta.dirname, '..');
const folder = temporaryFolder('role-accel-demo-');
const { values: files } = parseArgs({ options: { providers: { type: 'string' }, lanes: { type: 'string' } } });
const nobody = join(folder.path, 'no-providers.json');
writeFileSync(nobody, JSON.stringify({ version: 1, providers: [] }));
const engine = await createEngine({
  dataDir: folder.path, shell: 'none', version: readVersion(root), resourcesDir: root,
  providersFile: files.providers ? resolve(files.providers) : nobody, ...(files.lanes ? { lanesFile: resolve(files.lanes) } : {}),
});
/** How long a model may take to be loaded before the interview begins without it. */
const LOAD_LIMIT_MS = 120_000;
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

  if ((files.providers || files.lanes) && !(await meetModels())) { process.exitCode = 2; return; }
  let view = await settled(engine.client, await interview.start(setup));
  let answers = 0;
  for (let seen = 0; view.phase !== 'ended';) {
    for (const turn of view.turns.filter(({ seq }) => seq >= seen)) {
      if (turn.by !== 'interviewer') continue;
      say('interviewer', turn.text);
      if (turn.madeBy?.model) say('quiet', `             ${turn.madeBy.model.provider} · ${turn.madeBy.model.name} · ${turn.madeBy.part} ${turn.madeBy.version} · ${turn.madeBy.model.outputTokens ?? '?'} tokens`);
      if (turn.madeBy?.instead) say('quiet', `             ${turn.madeBy.instead}`);
    }
    seen = (view.turns.at(-1)?.seq ?? 0) + 1;
    const command = { sessionId: view.sessionId, revision: view.revision };
    if (view.phase === 'feedback') {
      const points = view.feedback?.grade.points ?? [];
      say('coach', `${points.filter((point) => point.verdict === 'met').length} of ${points.length} points earned.`);
      view = await settled(engine.client, await interview.next(command));
    } else {
      const text = answerTo(view, answers);
      say('you', text);
      view = await settled(engine.client, await interview.answer({ ...command, submissionId: `demo-answer-${answers++}`, text }));
    }
  }
  printReport(await interview.report({ sessionId: view.sessionId }));
}

/** Says which providers there are, and waits for a model of this machine that is still being loaded. False when a file cannot be used. */
async function meetModels(): Promise<boolean> {
  engine.inference.router.warm('interactive-deep');
  const until = Date.now() + LOAD_LIMIT_MS;
  for (;;) {
    const { lanes, problems } = await engine.client.models.routing();
    const routes = lanes.find(({ lane }) => lane === 'interactive-deep')?.routes ?? [];
    if (routes.some(({ state }) => state === 'loading') && Date.now() < until) { await new Promise((resume) => setTimeout(resume, 200)); continue; }
    for (const problem of problems) console.error(`${problem.file}:${problem.line}: ${problem.reason}`);
    for (const route of routes) say('quiet', `${route.answersNow ? '→' : ' '} ${route.name}${route.model ? ` · ${route.model}` : ''}: ${route.says}`);
    return problems.length === 0;
  }
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
