import type { z } from 'zod';
import type { Setup } from '../contract/interview.ts';
import type { SecondOverall, SecondReading, secondOfQuestionSchema } from '../contract/interview-report.ts';
import type { JobView } from '../jobs/index.ts';
import { graderOf } from './blended-grade.ts';
import { canBeRead } from './answer-matter.ts';
import { gradeOf, type QuestionRow } from './interview-repository.ts';
import type { DatedReading } from './model-grade-repository.ts';
import { REASON_SAYS, REJECTED_SAYS } from './reading-words.ts';
import { overallScore } from './report-scores.ts';

/** With what the overall score is made of, which is not shown. */
export type SecondOfQuestion = z.infer<typeof secondOfQuestionSchema> & { kept: DatedReading | null };

const percent = (share: number): number => Math.round(share * 100);

/** How far the reading of one answer is, from what is kept and from the newest job for it. Null when no model was asked. */
export function questionView(kept: DatedReading | undefined, job: JobView | undefined): SecondOfQuestion | null {
  const reading = kept ? readingView(kept) : null;
  const view = (state: SecondOfQuestion['state'], says: string | null = null): SecondOfQuestion => ({ state, says, reading, kept: kept ?? null });
  if (job?.state === 'queued') return view('waiting', job.error?.says ?? null);
  if (job?.state === 'running') return view('running');
  if (job?.state === 'failed' && (!kept || job.endedAt === null || kept.at <= job.endedAt)) return view('failed', job.error?.says ?? null);
  return kept ? view('done') : null;
}

function readingView({ blended, readings, by, prompt, inputTokens, outputTokens, cut, at }: DatedReading): SecondReading {
  const { stamp, blendVersion, coachVersion, score, range, coachScore, modelScore, coverage, disagree } = blended;
  const spans = new Map(readings.map(({ pointId, span }) => [pointId, span]));
  return {
    stamp: { blendVersion, coachVersion, ...stamp },
    score: percent(score), low: percent(range.low), high: percent(range.high), coachScore: percent(coachScore), modelScore: percent(modelScore), coverage, disagree, cut,
    points: blended.points.map(({ pointId, coach, model, verdict, rejected, reason, disagree: differ }) => ({
      pointId, coach: coach.verdict, model: model?.verdict ?? null, joint: verdict, quote: spans.get(pointId) ?? null,
      rejected: rejected === null ? null : { code: rejected, says: REJECTED_SAYS[rejected] }, reason: { code: reason, says: REASON_SAYS[reason] }, disagree: differ,
    })),
    madeBy: { who: by.place === 'here' ? 'local' : 'cloud', part: prompt.id, version: prompt.version, model: { provider: by.providerName, name: by.model, inputTokens, outputTokens }, prompts: [prompt] },
    at,
  };
}

/** The whole interview: one score only when one model read every answer that there is something to read in. */
export function overallView(questions: readonly QuestionRow[], views: ReadonlyMap<number, SecondOfQuestion>, mode: Setup['mode']): SecondOverall {
  const readable = questions.filter(canBeRead);
  const of = readable.map(({ position }) => views.get(position) ?? null);
  const read = of.flatMap((view) => view?.kept ?? []);
  const count = (state: SecondOfQuestion['state']): number => of.filter((view) => view?.state === state).length;
  const graders = [...Map.groupBy(of.flatMap((view) => (view?.kept && view.reading ? [{ key: graderOf(view.kept.blended), madeBy: view.reading.madeBy }] : [])), ({ key }) => key).values()];
  const whole = read.length === readable.length && graders.length === 1 ? overallScore(questions.map((row) => withBlend(row, views.get(row.position)?.kept)), mode) : null;
  return {
    state: stateOf(), says: of.find((view) => view?.state === 'failed')?.says ?? of.find((view) => view?.state === 'waiting' && view.says !== null)?.says ?? null,
    of: readable.length, covered: count('done'), failed: count('failed'),
    score: whole?.score ?? null, low: whole?.low ?? null, high: whole?.high ?? null,
    // What all of them took together would be no figure of one text.
    graders: graders.flatMap((group) => (group[0] ? [{ madeBy: { ...group[0].madeBy, ...(group[0].madeBy.model ? { model: { ...group[0].madeBy.model, inputTokens: null, outputTokens: null } } : {}) }, questions: group.length }] : [])),
    disagreements: readable.flatMap(({ position }) => (views.get(position)?.reading?.disagree ? [position] : [])),
    at: read.map(({ at }) => at).toSorted().at(-1) ?? null,
  };

  function stateOf(): SecondOverall['state'] {
    if (count('running') > 0) return 'running';
    if (count('waiting') > 0) return 'waiting';
    if (count('failed') > 0) return 'failed';
    return read.length === 0 ? 'none' : read.length === readable.length ? 'done' : 'partly';
  }
}

/** The row as if its checklist had been filled by both graders. */
function withBlend(row: QuestionRow, kept: DatedReading | null | undefined): QuestionRow {
  const grade = gradeOf(row);
  return grade && kept ? { ...row, grade: JSON.stringify({ ...grade, score: kept.blended.score, range: kept.blended.range }) } : row;
}
