import { EngineError } from '../contract/errors.ts';
import type { Plan, Setup } from '../contract/interview.ts';
import { seededRng, seedFrom } from '../sources.ts';
import type { HistoryRepository } from './history-repository.ts';
import type { InterviewRepository } from './interview-repository.ts';
import type { PackLibrary } from './pack-library.ts';
import { planQuestions, type PickReason, type PlannedQuestion, type PlanningHistory } from './planning-policy.ts';
import { matchPosting, type CanonicalWords, type PostingMatch } from './posting.ts';
import { sentence, type Voice } from './voice.ts';

/** Packs that every role draws on: stories, and designs for roles that design. */
const GENERAL_PACKS = ['behavioural', 'system-design'];
/** A topic counts as a weak spot below this score of 100. */
const WEAK_BELOW = 60;

export interface PlannedInterview { packTitle: string; questions: (PlannedQuestion & { why: string })[]; posting: PostingMatch | undefined }

/** Turns a set-up into questions with reasons. The same set-up and history give the same plan, so a preview is what is then asked. */
export class InterviewPlanner {
  readonly #library: PackLibrary;
  readonly #interviews: InterviewRepository;
  readonly #history: HistoryRepository;
  readonly #voice: () => Voice;
  readonly #canonical: CanonicalWords;

  constructor(parts: { library: PackLibrary; interviews: InterviewRepository; history: HistoryRepository; voice: () => Voice; canonical: CanonicalWords }) {
    this.#library = parts.library;
    this.#interviews = parts.interviews;
    this.#history = parts.history;
    this.#voice = parts.voice;
    this.#canonical = parts.canonical;
  }

  /** @throws EngineError PACK_NOT_FOUND, PLAN_EMPTY, POSTING_TOO_LONG, POSTING_NOT_TEXT */
  plan(setup: Setup): PlannedInterview {
    const role = this.#library.pack(setup.packId);
    if (!role) throw new EngineError('PACK_NOT_FOUND', { packId: setup.packId.slice(0, 80) });
    const general = GENERAL_PACKS.flatMap((packId) => this.#library.pack(packId) ?? []);
    const topics = [role, ...general].flatMap((pack) => pack.questions.flatMap((question) => question.topics));
    const posting = setup.posting ? matchPosting(setup.posting.text, topics, this.#canonical) : undefined;
    const history: PlanningHistory = { lastAsked: this.#interviews.lastAsked(), weakTopics: this.#history.weakTopics(WEAK_BELOW) };
    const rng = seededRng(seedFrom(JSON.stringify({ ...setup, posting: setup.posting?.text ?? '' }) + history.lastAsked.size));
    const questions = planQuestions(setup, { role, general }, history, posting, rng);
    if (questions.length === 0) throw new EngineError('PLAN_EMPTY', { packTitle: role.title });
    return { packTitle: role.title, questions: questions.map((planned) => ({ ...planned, why: this.#why(planned.reason, setup) })), posting };
  }

  preview(setup: Setup): Plan {
    const { questions, posting } = this.plan(setup);
    const { report } = this.#voice();
    return {
      minutes: Math.round(questions.reduce((sum, { minutes }) => sum + minutes, 1)),
      questions: questions.map(({ question, minutes, why, reason }) => ({
        questionId: question.id, title: question.title, kind: question.kind, minutes, why, weakSpot: reason.kind === 'weak', repeat: reason.kind === 'repeat',
      })),
      skills: (posting?.skills ?? []).map(({ topic, skill, quote }) => ({ skill, quote, questions: questions.filter(({ question }) => question.topics.includes(topic)).length })),
      listeningFor: this.#history.listeningFor().map((point) => (point.kind === 'topic'
        ? sentence(report, 'listening_topic', { topic: point.topic.replaceAll('-', ' ') })
        : sentence(report, `listening_${point.kind}`))),
    };
  }

  #why(reason: PickReason, setup: Setup): string {
    const { why } = this.#voice();
    switch (reason.kind) {
      case 'weak': return sentence(why, 'weak', { topic: reason.topic.replaceAll('-', ' '), score: Math.round(reason.score) });
      case 'posting': return sentence(why, 'posting', { skills: reason.skills.slice(0, 3).join(', ') });
      case 'new': return sentence(why, 'new', { level: setup.level });
      default: return sentence(why, reason.kind.replaceAll('-', '_'));
    }
  }
}
