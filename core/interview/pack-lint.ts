import type { Coach } from '../coach/index.ts';
import type { Pack } from './pack-schema.ts';

type Question = Pack['questions'][number];
/** A question that is not fit to ship, and why. */
export interface PackFinding { pack: string; questionId: string; reason: string }

const MODEL_LEAST = 0.85;
const OFF_TOPIC_MOST = 0.1;
const ALIKE_MOST = 0.72;
const STRANGER_MOST = 0.1;
/** Fluent talk about nothing; earns nothing anywhere. */
const CHATTER = 'Well, that is a really interesting topic, and I have been thinking about it quite a lot lately. Where I grew up it rained most of the autumn, so on Sundays we baked bread, played cards and argued about films until somebody fell asleep on the sofa.';

/**
 * Checks what a schema cannot. Without a coach: ids unique across packs. With one also: the model answer earns at least 0.85,
 * an empty answer, chatter and answers to other packs' questions at most 0.1,
 * and no two questions are nearly the same.
 */
export function lintPacks(packs: readonly Pack[], coach?: Coach): PackFinding[] {
  const findings: PackFinding[] = [];
  const all = packs.flatMap((pack) => pack.questions.map((question) => ({ pack: pack.pack, question })));
  const seen = new Map<string, string>();
  for (const { pack, question } of all) {
    const other = seen.get(question.id);
    if (other) findings.push({ pack, questionId: question.id, reason: `id is also used in pack ${other}` });
    seen.set(question.id, pack);
  }
  if (!coach) return findings;
  all.forEach(({ pack, question }, index) => {
    const report = (reason: string) => findings.push({ pack, questionId: question.id, reason });
    const score = (text: string) => coach.grade(question, [{ text }]);
    const model = score(question.model_answer);
    if ((model.score ?? 0) < MODEL_LEAST) report(`the model answer earns ${percent(model.score)}, not ${percent(MODEL_LEAST)}${why(model)}`);
    if ((score('').score ?? 0) > OFF_TOPIC_MOST) report('an empty answer earns credit');
    const chatter = score(CHATTER).score ?? 0;
    if (chatter > OFF_TOPIC_MOST) report(`chatter earns ${percent(chatter)}`);
    for (const other of strangers(all, index, coach)) {
      const earned = score(other.question.model_answer).score ?? 0;
      if (earned > OFF_TOPIC_MOST) report(`the model answer of ${other.question.id} earns ${percent(earned)} here`);
    }
  });
  const asked = all.map(({ question }) => coach.expandTerms(`${question.title} ${question.question}`));
  for (let i = 0; i < all.length; i++) for (let j = 0; j < i; j++) {
    if (overlap(asked[i]!, asked[j]!) < 0.3) continue;
    const alike = coach.similarity(all[i]!.question.question, all[j]!.question.question);
    if (alike > ALIKE_MOST) findings.push({ pack: all[i]!.pack, questionId: all[i]!.question.id, reason: `asks nearly the same as ${all[j]!.question.id} (${percent(alike)} alike)` });
  }
  return findings;
}

/**
 * Three questions of other packs that are about something else: no topic in common and hardly a telling word shared by the
 * model answers. Told stories are not strangers to each other, since every story has a situation and a result.
 */
function strangers(all: readonly { pack: string; question: Question }[], index: number, coach: Coach): { pack: string; question: Question }[] {
  const { pack, question } = all[index]!;
  const others = all.filter((other) => other.pack !== pack && !other.question.topics.some((topic) => question.topics.includes(topic))
    && !(other.question.kind === 'behavioural' && question.kind === 'behavioural'));
  const chosen: { pack: string; question: Question }[] = [];
  for (let step = 0; step < others.length && chosen.length < 3; step++) {
    const other = others[(index * 7 + step * 37) % others.length]!;
    if (!chosen.includes(other) && coach.similarity(question.model_answer, other.question.model_answer) < STRANGER_MOST) chosen.push(other);
  }
  return chosen;
}

function why(grade: ReturnType<Coach['grade']>): string {
  const lost = grade.points.filter((point) => point.credit < 0.9).map((point) => `${point.pointId} ${percent(point.credit)}`);
  const found = grade.findings.map((finding) => `${finding.kind} "${finding.span?.text.slice(0, 60) ?? ''}"`);
  const details = [...lost, ...found];
  return details.length > 0 ? ` (${details.join(', ')})` : '';
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const term of a) if (b.has(term)) shared++;
  return shared / Math.max(1, Math.min(a.size, b.size));
}

const percent = (share: number | null) => `${Math.round((share ?? 0) * 100)} %`;
