import { EventPublisher } from '@orpc/server';
import { join } from 'node:path';
import type { Coach } from '../coach/index.ts';
import type { Inference } from '../inference/inference.ts';
import type { JobKind, JobQueue } from '../jobs/index.ts';
import type { Memory } from '../memory/memory.ts';
import type { Prompts } from '../prompts/prompt.ts';
import { addCompaction, ConversationRepository, Conversations, defineCompactionJob, loadClaimCues } from '../session/index.ts';
import type { Clock, Ids } from '../sources.ts';
import type { Store } from '../storage/store.ts';
import { createInterviewArchive } from './interview-archive.ts';
import { HistoryRepository } from './history-repository.ts';
import { openInterview } from './interview-conversation.ts';
import { InterviewMemory } from './interview-memory.ts';
import { InterviewMemoryRepository } from './interview-memory-repository.ts';
import { InterviewPlanner } from './interview-planner.ts';
import { InterviewRepository } from './interview-repository.ts';
import { createInterviewRouter } from './interview-router.ts';
import { InterviewService } from './interview-service.ts';
import { ModelGradeRepository } from './model-grade-repository.ts';
import { PackLibrary } from './pack-library.ts';
import { ReadAhead } from './read-ahead.ts';
import { ReportBuilder } from './report-builder.ts';
import { createScoreJob } from './score-job.ts';
import { SecondReading } from './second-reading.ts';
import { Speaker } from './speaker.ts';
import { VoiceFile } from './voice.ts';

export interface InterviewOptions {
  store: Store; coach: Coach; clock: Clock; ids: Ids;
  /** Folder with `interview/`, `voice/` and `language/`. */
  packsDir: string;
  cacheDir: string;
  prompts: Prompts;
  inference: Inference;
  /** Where work in the background goes; it is started with the kinds given back. Without one, no model reads answers and nothing is summarised. */
  queue?: JobQueue;
  /** What is known of the person. Without it, interviewers know this interview only, and nothing of it is remembered. */
  memory?: Memory;
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
  const repository = new InterviewRepository(options.store, options.clock);
  const history = new HistoryRepository(options.store);
  const planner = new InterviewPlanner({ library, interviews: repository, history, voice, canonical: (text) => options.coach.canonicalWords(text) });
  const changes = new EventPublisher<Record<string, null>>();
  const changed = (sessionId: string): void => { changes.publish(sessionId, null); options.historyChanged(); };
  const { prompts, elapsed = () => performance.now() } = options;
  const grades = new ModelGradeRepository(options.store);
  const scoreJob = createScoreJob({ interviews: repository, grades, inference: options.inference, prompts, clock: options.clock, elapsed, changed });
  const second = new SecondReading({ interviews: repository, grades, inference: options.inference, job: scoreJob, queue: options.queue, onFault: options.onFault, changed });
  const reports = new ReportBuilder({ interviews: repository, history, voice, second });
  const conversations = new Conversations({
    repository: new ConversationRepository(options.store), inference: options.inference, prompts, clock: options.clock, memory: options.memory, onFault: options.onFault,
    cues: { language: options.coach.language, decided: loadClaimCues(join(options.packsDir, 'language')).decided },
  });
  const { queue, memory } = options;
  const reader = queue && memory && new InterviewMemory({
    interviews: repository, repository: new InterviewMemoryRepository(options.store), memory, queue, cues: loadClaimCues(join(options.packsDir, 'language')), language: options.coach.language, onFault: options.onFault ?? (() => {}),
  });
  const archive = createInterviewArchive({ store: options.store, clock: options.clock, again: () => { queue?.add(archive.job, {}); } });
  const open = openInterview({ repository, prompts });
  const compactionJob = defineCompactionJob(conversations, open, (id) => {
    if (!repository.find(id)) return;
    reader?.findFacts(id);
    setImmediate(() => speaker.prepareAgain(id)); // when it is on disk
  });
  const compactionDue = (sessionId: string): void => { if (options.queue) addCompaction(options.queue, compactionJob, sessionId); };
  const readAhead = new ReadAhead({ inference: options.inference, conversations, open, turnCount: (id) => repository.turnCount(id), onFault: options.onFault });
  const speaker = new Speaker({ repository, conversations, readAhead, compactionDue, inference: options.inference, prompts, voice, terms: (text) => options.coach.expandTerms(text), changed, onFault: options.onFault, elapsed });
  const service = new InterviewService({ repository, planner, library, voice, coach: options.coach, speaker, prompts, conversations, clock: options.clock, ids: options.ids, changed,
    started: (id) => { const row = repository.find(id); if (row) reader?.started(row); },
    answered: (id, seq) => reader?.answered(id, seq),
    deleted: (id) => { queue?.forgetSession(id); reader?.deleted(); },
    ended: (id) => { readAhead.stop(id); second.ended(id); reader?.findFacts(id); },
  });
  const router = createInterviewRouter({
    service, speaker, planner, reports, second, repository, history, library, voice, clock: options.clock, changes,
    problems: () => [...library.problems, ...(voiceFile.problem ? [voiceFile.problem] : [])],
  });
  return {
    router,
    /** What its work in the background is. */
    jobs: [scoreJob, compactionJob, archive.job, ...(reader?.jobs ?? [])] as readonly JobKind[],
    /** Queues what is still to be read into the memory, after an update, a restore, a crash. */
    readLater: (): void => { reader?.readLater(); },
    /** How many interviews that is. */
    toRead: (): number => reader?.toRead ?? 0,
    titleOf: (sessionId: string): string | undefined => reader?.titleOf(sessionId),
    /** Queues the packing of old interviews, if there are any; for now and then. */
    archiveOld: (): void => { if (archive.isDue()) queue?.add(archive.job, {}, { key: 'old' }); },
    /** To be told before everything is deleted: no model speaks until the function returned is called, and what one was telling is not written. */
    forgetPerson: (): (() => void) => speaker.forgetAll(),
    /** To be told after interviews were merged in: a turn in them may have been left unsaid. */
    dataReplaced(): void { repository.forgetUnpacked(); service.dataReplaced(); },
    async close() { speaker.close(); await Promise.all([library.close(), voiceFile.close()]); },
  };
}
