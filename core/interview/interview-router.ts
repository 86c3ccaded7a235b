import { implement, type EventPublisher } from '@orpc/server';
import { contract } from '../contract/index.ts';
import type { Setup } from '../contract/interview.ts';
import { EngineError } from '../contract/errors.ts';
import type { Clock } from '../sources.ts';
import type { HistoryRepository } from './history-repository.ts';
import type { InterviewPlanner } from './interview-planner.ts';
import type { InterviewRepository } from './interview-repository.ts';
import type { InterviewService } from './interview-service.ts';
import { buildOverview } from './overview.ts';
import type { LibraryProblem, PackLibrary } from './pack-library.ts';
import { packSummaries } from './pack-summary.ts';
import type { ReportBuilder } from './report-builder.ts';
import { exportReport } from './report-export.ts';
import type { SecondReading } from './second-reading.ts';
import { turnView } from './session-view.ts';
import type { Speaker } from './speaker.ts';
import type { Voice } from './voice.ts';

/** Tells windows that an interview changed; the payload is nothing, they read the view anew. */
export type SessionChanges = EventPublisher<Record<string, null>>;

export interface InterviewParts {
  service: InterviewService; speaker: Speaker; planner: InterviewPlanner; reports: ReportBuilder; second: SecondReading; repository: InterviewRepository; history: HistoryRepository; library: PackLibrary; problems: () => LibraryProblem[];
  voice: () => Voice; clock: Clock; changes: SessionChanges;
}

const FIRST_SETUP: Setup = { packId: 'backend-engineer', level: 'mid', kind: 'mixed', minutes: 20, mode: 'practice', pressure: 'neutral', followUps: true, hints: true, clock: true };

/** The interview calls of the contract, each one line to the part that does it. */
export function createInterviewRouter({ service, speaker, planner, reports, second, repository, history, library, problems, voice, clock, changes }: InterviewParts) {
  const os = implement(contract.interview);
  const defaults = (): { setup: Setup; usedAt: string | null } => {
    const last = repository.lastSetup();
    const known = last && library.pack(last.setup.packId) ? last : undefined;
    if (known) {
      const { posting: _, questionCount: __, ...setup } = known.setup;
      return { setup: setup.kind === 'posting' ? { ...setup, kind: 'mixed' } : setup, usedAt: known.at };
    }
    const first = library.pack(FIRST_SETUP.packId) ?? library.packs[0];
    return { setup: { ...FIRST_SETUP, packId: first?.pack ?? FIRST_SETUP.packId }, usedAt: null };
  };
  return os.router({
    packs: os.packs.handler(() => ({ packs: packSummaries(library.packs, repository.lastAsked()), problems: problems() })),
    setupDefaults: os.setupDefaults.handler(() => {
      speaker.warm(); // whoever sets an interview up is about to hold it
      return defaults();
    }),
    preview: os.preview.handler(({ input }) => planner.preview(input)),
    start: os.start.handler(({ input }) => service.start(input)),
    retry: os.retry.handler(({ input }) => service.retry(input.questionId, input.mode)),
    session: os.session.handler(({ input }) => service.view(input.sessionId)),
    watch: os.watch.handler(async function* ({ input: { sessionId }, signal }) {
      service.watched(sessionId, true);
      try {
        const changed = changes.subscribe(sessionId, signal ? { signal } : {});
        yield service.view(sessionId);
        for await (const _ of changed) {
          if (!repository.find(sessionId)) return;
          yield service.view(sessionId);
        }
      } finally {
        service.watched(sessionId, false);
      }
    }),
    speech: os.speech.handler(async function* ({ input: { sessionId }, signal }) {
      if (!repository.find(sessionId)) throw new EngineError('INTERVIEW_NOT_FOUND');
      yield* speaker.follow(sessionId, signal);
    }),
    transcript: os.transcript.handler(({ input }) => {
      if (!repository.open(input.sessionId)) throw new EngineError('INTERVIEW_NOT_FOUND');
      const turns = repository.turns(input.sessionId, input.before ?? Number.MAX_SAFE_INTEGER, input.limit);
      return { turns: turns.map(turnView), earlierTurns: turns[0]?.seq ?? 0 };
    }),
    answer: os.answer.handler(({ input }) => service.answer(input)),
    saveDraft: os.saveDraft.handler(({ input }) => service.saveDraft(input)),
    hint: os.hint.handler(({ input }) => service.hint(input)),
    skip: os.skip.handler(({ input }) => service.skip(input)),
    repeat: os.repeat.handler(({ input }) => service.repeat(input)),
    next: os.next.handler(({ input }) => service.next(input)),
    pause: os.pause.handler(({ input }) => service.pause(input)),
    resume: os.resume.handler(({ input }) => service.resume(input)),
    end: os.end.handler(({ input }) => service.end(input)),
    report: os.report.handler(({ input }) => reports.build(input.sessionId)),
    secondReader: os.secondReader.handler(({ input }) => second.reader(input.sessionId)),
    refine: os.refine.handler(({ input }) => ({ queued: second.refine(input.sessionId, input.which, input.host) })),
    attempts: os.attempts.handler(({ input }) => reports.attempts(input.questionId)),
    rate: os.rate.handler(({ input }) => {
      const found = repository.write(() => repository.rate(input.sessionId, input.questionIndex, input.rating));
      if (!found) throw new EngineError('INTERVIEW_NOT_FOUND');
      return {};
    }),
    rateTurn: os.rateTurn.handler(({ input }) => {
      service.rateTurn(input);
      return {};
    }),
    history: os.history.handler(({ input }) => history.list(input)),
    delete: os.delete.handler(({ input }) => {
      service.delete(input.sessionId);
      return {};
    }),
    export: os.export.handler(({ input }) => exportReport(reports.build(input.sessionId), input.format)),
    overview: os.overview.handler(({ input }) => buildOverview({ interviews: repository, history, voice: voice(), now: clock.now(), utcOffsetMinutes: input.utcOffsetMinutes, defaults: defaults().setup })),
  });
}
