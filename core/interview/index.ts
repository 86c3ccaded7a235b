import { EventPublisher } from '@orpc/server';
import { join } from 'node:path';
import type { Coach } from '../coach/index.ts';
import type { Inference } from '../inference/inference.ts';
import type { Prompts } from '../prompts/prompt.ts';
import type { Clock, Ids } from '../sources.ts';
import type { Store } from '../storage/store.ts';
import { HistoryRepository } from './history-repository.ts';
import { InterviewPlanner } from './interview-planner.ts';
import { InterviewRepository } from './interview-repository.ts';
import { createInterviewRouter } from './interview-router.ts';
import { InterviewService } from './interview-service.ts';
import { PackLibrary } from './pack-library.ts';
import { ReportBuilder } from './report-builder.ts';
import { Speaker } from './speaker.ts';
import { VoiceFile } from './voice.ts';

export interface InterviewOptions {
  store: Store; coach: Coach; clock: Clock; ids: Ids;
  /** Folder with `interview/` and `voice/`. */
  packsDir: string;
  cacheDir: string;
  prompts: Prompts;
  inference: Inference;
  /** Told of faults around a model's words that nobody expected; the interview goes on without them. */
  onFault?: ((error: unknown) => void) | undefined;
  /** Milliseconds that pass, for measuring; not the time of day. */
  elapsed?: () => number;
  packsChanged: () => void;
  historyChanged: () => void;
}

/** Puts the mock interview together: packs loaded and watched, service, reports, router. */
export async function createInterview(options: InterviewOptions) {
  const library = new PackLibrary(join(options.packsDir, 'interview'), join(options.cacheDir, 'packs'));
  await library.load();
  library.watch(options.packsChanged);
  const voiceFile = new VoiceFile(join(options.packsDir, 'voice', 'interviewer.yaml'));
  voiceFile.watch(options.packsChanged);
  const voice = () => voiceFile.current;
  const repository = new InterviewRepository(options.store);
  const history = new HistoryRepository(options.store);
  const planner = new InterviewPlanner({ library, interviews: repository, history, voice, canonical: (text) => options.coach.canonicalWords(text) });
  const reports = new ReportBuilder({ interviews: repository, history, voice });
  const changes = new EventPublisher<Record<string, null>>();
  const changed = (sessionId: string): void => { changes.publish(sessionId, null); options.historyChanged(); };
  const { prompts, elapsed = () => performance.now() } = options;
  const speaker = new Speaker({ repository, inference: options.inference, prompts, voice, terms: (text) => options.coach.expandTerms(text), changed, onFault: options.onFault, elapsed });
  const service = new InterviewService({ repository, planner, library, voice, coach: options.coach, speaker, prompts, clock: options.clock, ids: options.ids, changed });
  const router = createInterviewRouter({
    service, speaker, planner, reports, repository, history, library, voice, clock: options.clock, changes,
    problems: () => [...library.problems, ...(voiceFile.problem ? [voiceFile.problem] : [])],
  });
  return {
    router,
    /** To be told before everything is deleted: no model speaks until the function returned is called, and what one was telling is not written. */
    forgetPerson: (): (() => void) => speaker.forgetAll(),
    /** To be told after interviews were merged in: a turn in them may have been left unsaid. */
    dataReplaced(): void { service.dataReplaced(); },
    async close() { speaker.close(); await Promise.all([library.close(), voiceFile.close()]); },
  };
}
