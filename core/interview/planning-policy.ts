import type { Setup } from '../contract/interview.ts';
import type { Rng } from '../sources.ts';
import type { Pack, Question } from './pack-schema.ts';
import type { PostingMatch } from './posting.ts';

/** Why a question is in the plan; the voice turns it into words. */
export type PickReason =
  | { kind: 'warm-up' } | { kind: 'new' } | { kind: 'any-level' } | { kind: 'repeat' } | { kind: 'retry' }
  | { kind: 'weak'; topic: string; score: number }
  | { kind: 'posting'; skills: string[] } | { kind: 'posting-fill' };
export interface PlannedQuestion { question: Question; packId: string; minutes: number; reason: PickReason }

/** What earlier interviews tell the planner. */
export interface PlanningHistory {
  /** ISO instant of the last time a question was asked. */
  lastAsked: Map<string, string>;
  /** Topics with a mean score below 60 of 100, weakest first. */
  weakTopics: { topic: string; score: number }[];
}

/** The chosen role's pack, and the packs that every role may draw on. */
export interface Packs { role: Pack; general: Pack[] }

/** Minutes kept for hello and closing. */
const AROUND_MINUTES = 1;
const PACE = { friendly: 1.2, neutral: 1, tough: 0.85 } as const;
const LEVEL_ORDER = ['junior', 'mid', 'senior'];

/** Time set aside for a question under a pressure, in minutes. */
export const minutesFor = (question: Pick<Question, 'minutes'>, pressure: Setup['pressure']): number => Math.max(1, Math.round(question.minutes * PACE[pressure] * 2) / 2);

/**
 * Chooses and orders the questions of an interview. Pure: the same set-up, packs, history and randomness give the same plan.
 * Order of preference: named by the posting, weak spot, never asked at this level, never asked at a neighbouring level, asked longest ago.
 */
export function planQuestions(setup: Setup, packs: Packs, history: PlanningHistory, posting: PostingMatch | undefined, rng: Rng): PlannedQuestion[] {
  const pool = candidates(setup, packs);
  const ranked = pool.map((entry) => ({ ...entry, ...rank(entry, packs.role, setup, history, posting), tie: rng.next() }))
    .toSorted((a, b) => b.rank - a.rank || (a.askedAt ?? '').localeCompare(b.askedAt ?? '') || a.tie - b.tie);
  const chosen: PlannedQuestion[] = [];
  let left = setup.minutes - AROUND_MINUTES;
  const wanted = quotas(setup, pool.map((entry) => entry.question));
  const takenByKind = new Map<Question['kind'], number>();
  // Two questions on one thing feel asked twice; what was asked before comes last, even where a kind's quota is not filled.
  for (const pass of ['quota', 'new', 'alike', 'again'] as const) {
    for (const entry of ranked) {
      if (setup.questionCount !== undefined ? chosen.length >= setup.questionCount : left < 2 && chosen.length > 0) break;
      if (chosen.some(({ question }) => question.id === entry.question.id)) continue;
      const minutes = minutesFor(entry.question, setup.pressure);
      if (setup.questionCount === undefined && minutes > left + 1 && chosen.length > 0) continue;
      const taken = takenByKind.get(entry.question.kind) ?? 0;
      if (pass !== 'again' && entry.askedAt !== undefined) continue;
      if ((pass === 'quota' || pass === 'new') && chosen.some(({ question }) => question.kind === entry.question.kind && question.topics[0] === entry.question.topics[0])) continue;
      if (pass === 'quota' && taken >= (wanted.get(entry.question.kind) ?? 0)) continue;
      takenByKind.set(entry.question.kind, taken + 1);
      chosen.push({ question: entry.question, packId: entry.packId, minutes, reason: entry.reason });
      left -= minutes;
    }
  }
  return setup.kind === 'posting' ? chosen : arrange(chosen);
}

/** The role's own questions, and the general packs' where they fit: stories for every role, designs for roles that design. */
function candidates(setup: Setup, { role, general }: Packs): { question: Question; packId: string }[] {
  const designs = role.questions.some((question) => question.kind === 'system-design');
  const lent = (pack: Pack): Question[] => (pack.pack === role.pack ? [] : pack.questions.filter((question) => question.kind === 'behavioural' || (designs && question.kind === 'system-design')));
  const all = [...role.questions.map((question) => ({ question, packId: role.pack })), ...general.flatMap((pack) => lent(pack).map((question) => ({ question, packId: pack.pack })))];
  const fits = (kind: Question['kind']): boolean =>
    setup.kind === 'mixed' || setup.kind === 'posting' || kind === setup.kind || (setup.kind === 'technical' && kind === 'case');
  const ofKind = all.filter(({ question }) => fits(question.kind));
  const near = ofKind.filter(({ question }) => levelDistance(question, setup) <= 1);
  return near.length > 0 ? near : ofKind;
}

const levelDistance = (question: Question, setup: Setup): number =>
  (question.level === 'any' ? 0 : Math.abs(LEVEL_ORDER.indexOf(question.level) - LEVEL_ORDER.indexOf(setup.level)));

function rank({ question, packId }: { question: Question; packId: string }, role: Pack, setup: Setup, history: PlanningHistory, posting: PostingMatch | undefined): { rank: number; reason: PickReason; askedAt: string | undefined } {
  const askedAt = history.lastAsked.get(question.id);
  const named = posting?.skills.filter((skill) => question.topics.includes(skill.topic)) ?? [];
  const weak = history.weakTopics.find(({ topic }) => question.topics.includes(topic));
  const distance = levelDistance(question, setup);
  let value = askedAt === undefined ? 100 : 0;
  value += named.reduce((sum, skill) => sum + 20 * skill.weight, 0) + (weak ? 12 : 0) - distance * 15 - (question.level === 'any' ? 2 : 0) - (packId === role.pack ? 0 : 1);
  const reason: PickReason = askedAt !== undefined ? { kind: 'repeat' }
    : named.length > 0 ? { kind: 'posting', skills: named.map((skill) => skill.skill) }
    : weak ? { kind: 'weak', ...weak }
    : setup.kind === 'posting' ? { kind: 'posting-fill' }
    : question.level === 'any' ? { kind: 'any-level' } : { kind: 'new' };
  return { rank: value, reason, askedAt };
}

/** How many of each kind a mixed interview aims at; other kinds take what there is. */
function quotas(setup: Setup, pool: Question[]): Map<Question['kind'], number> {
  const per = (share: number): number => Math.max(1, Math.round((setup.questionCount ?? setup.minutes / 5) * share));
  if (setup.kind !== 'mixed') return new Map([['behavioural', 500], ['technical', 500], ['case', 500], ['system-design', 500]]);
  const cases = pool.filter((question) => question.kind === 'case').length;
  const technical = pool.filter((question) => question.kind === 'technical').length;
  const share = cases + technical === 0 ? 0 : cases / (cases + technical);
  return new Map<Question['kind'], number>([
    ['behavioural', per(0.4)],
    ['technical', share === 1 ? 0 : per(0.5 * (1 - share))],
    ['case', share === 0 ? 0 : per(0.5 * share)],
    ['system-design', setup.minutes >= 20 || (setup.questionCount ?? 0) >= 5 ? per(0.12) : 0],
  ]);
}

/** A story to warm up, then the subject, one more story before the long design question at the end. */
function arrange(chosen: PlannedQuestion[]): PlannedQuestion[] {
  const stories = chosen.filter(({ question }) => question.kind === 'behavioural');
  const subject = chosen.filter(({ question }) => question.kind === 'technical' || question.kind === 'case');
  const designs = chosen.filter(({ question }) => question.kind === 'system-design');
  const [first, ...rest] = stories;
  const middle: PlannedQuestion[] = [];
  for (let index = 0; index < Math.max(rest.length, subject.length); index++) middle.push(...subject.slice(index, index + 1), ...rest.slice(index, index + 1));
  const warm = first && (subject.length > 0 || designs.length > 0) && first.reason.kind !== 'weak' && first.reason.kind !== 'posting' && first.reason.kind !== 'repeat' ? { ...first, reason: { kind: 'warm-up' } as const } : first;
  return [...(warm ? [warm] : []), ...middle, ...designs];
}
