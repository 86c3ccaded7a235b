import type { GradeView, Report, SecondReading, Verdict } from '../contract/interview-report.ts';

const VERDICT: Readonly<Record<Verdict, string>> = { 'met': 'earned', 'partly': 'partly', 'missing': 'missing', 'not-assessable': 'not judged' };

/** The second reader's part of an exported report, for the whole interview; nothing when no model has read an answer. Plain text. */
export function overallLines({ score: coach, second, questions }: Report): string[] {
  const { graders, covered, of, score, low, high, disagreements } = second;
  if (graders.length === 0) return [];
  const numbers = disagreements.flatMap((index) => questions.flatMap((question) => (question.index === index ? [String(question.index + 1)] : [])));
  return [
    `${graders.map(({ madeBy, questions: read }) => `${nameOf(madeBy)} (${read} of ${of})`).join(', ')} read answers as well. All figures above are the coach’s alone.`,
    score === null ? (graders.length > 1 ? 'Different models read parts of it, so there is no score of all answers together.' : `Read so far: ${covered} of ${of}.`)
      : `Coach alone ${coach ?? 'not judged'}; together with ${nameOf(graders[0]?.madeBy)} ${score} of 100 (likely ${low} to ${high}).`,
    numbers.length === 0 ? 'They agree on every question that both have read.' : `They disagree on question ${numbers.join(', ')}.`,
  ];
}

/** One answer as the second reader saw it, beside the coach, stamped with who read it and from which words. Plain text. */
export function readingWords(grade: GradeView, reading: SecondReading): { title: string; scores: string; points: { text: string; notes: string[] }[]; stamp: string } {
  const { stamp, madeBy, points, coachScore, modelScore, score, low, high, disagree } = reading;
  const shows = new Map(grade.points.map((point) => [point.pointId, point.shows]));
  return {
    title: `Second reader: ${nameOf(madeBy)}`,
    scores: `Coach ${coachScore}, model ${modelScore}, together ${score} of 100 (likely ${low} to ${high}).${disagree ? ' They disagree on this answer.' : ''}`,
    points: points.map(({ pointId, coach, model, quote, rejected, disagree: apart }) => ({
      text: `Coach ${VERDICT[coach]}, model ${model === null ? 'does not count' : VERDICT[model]}: ${shows.get(pointId) ?? pointId}`,
      notes: [...(apart ? ['They disagree here.'] : []), ...(quote ? [`“${quote.text}”`] : []), ...(rejected ? [`The model’s word does not count: ${rejected.says}.`] : [])],
    })),
    stamp: `${nameOf(madeBy)}, prompt ${madeBy.part} version ${stamp.promptVersion} (${stamp.promptHash}), rubric ${stamp.rubricVersion}, rule ${stamp.blendVersion}, coach ${stamp.coachVersion}, ${reading.at.slice(0, 10)}`,
  };
}

const nameOf = (madeBy: SecondReading['madeBy'] | undefined): string => madeBy?.model?.name ?? 'a model';
