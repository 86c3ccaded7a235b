// A process of its own that holds a scripted interview on a given data folder, until it is killed.
// Each line on standard output is one JSON: what it found at the start, and what was acknowledged since.
import { writeSync } from 'node:fs';
import { createEngine } from '../../core/engine.ts';
import type { SessionView } from '../../core/contract/interview.ts';
import { PROJECT, SETUP } from '../engine.ts';

const [dataDir = '', killMoment, afterWrites] = process.argv.slice(2);
const tell = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);
const engine = await createEngine({ dataDir, shell: 'none', version: '0.0.0-crash', resourcesDir: PROJECT, ...(killMoment ? { testMode: { seed: 1 } } : {}) });
const { interview } = engine.client;

const unfinished = (await interview.history({ state: 'unfinished', limit: 1 })).items[0];
let view = unfinished ? await interview.session({ sessionId: unfinished.sessionId }) : await interview.start({ ...SETUP, minutes: 50, questionCount: 60, pressure: 'tough' });
const turns: SessionView['turns'] = [];
for (let before: number | undefined; ;) {
  const page = await interview.transcript({ sessionId: view.sessionId, limit: 200, ...(before === undefined ? {} : { before }) });
  turns.unshift(...page.turns);
  if (page.earlierTurns === 0) break;
  before = page.earlierTurns;
}
tell({
  found: true, sessionId: view.sessionId, phase: view.phase, revision: view.revision, position: view.current?.questionIndex ?? view.feedback?.questionIndex ?? -1,
  answers: turns.filter((turn) => turn.kind === 'answer' || turn.kind === 'remark').map((turn) => turn.text), draft: view.draft?.shape === 'plain' ? view.draft.text : null,
});
if (killMoment) {
  engine.store.faults?.beforeWrite(engine.store.sql);
  await (engine.client as unknown as { testMode: { setFault(fault: object): Promise<unknown> } }).testMode.setFault({ kind: 'kill', moment: killMoment, afterWrites: Number(afterWrites) });
}

const at = (of: SessionView) => ({ sessionId: of.sessionId, revision: of.revision });
let text = view.draft?.shape === 'plain' ? view.draft.text : '';
for (let step = 0; ; step++) {
  if (view.phase === 'ended') { tell({ ended: true }); break; }
  if (view.phase === 'feedback') { view = await interview.next(at(view)); tell({ revision: view.revision }); continue; }
  for (let word = 0; word < 12; word++) {
    text += `${text === '' ? '' : ' '}word-${view.revision}-${text.length}`;
    await interview.saveDraft({ ...at(view), draft: { shape: 'plain', text } });
    tell({ draft: text });
    await new Promise((resume) => setTimeout(resume, 1));
  }
  const answer = `${text} and that is answer ${view.revision} of ${process.pid}.`;
  view = await interview.answer({ ...at(view), submissionId: `crash-${process.pid}-${step}`, text: answer });
  text = '';
  tell({ answered: answer, revision: view.revision });
}
await engine.close();
