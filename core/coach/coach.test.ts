import { describe, expect, it } from 'vitest';
import { conflictRubric, replicaRubric } from '../../testing/example-rubrics.ts';
import { GRADER_VERSION } from './index.ts';
import { testCoach } from '../../testing/coach.ts';

const coach = testCoach();
const grade = (text: string) => coach.grade(replicaRubric, [{ text }]);

describe('a grade', () => {
  it('quotes the words that earned each met point, at their place in the right part', () => {
    const parts = [{ text: 'Replication goes from the primary to the replica and lags behind, so a fresh write is missing for a moment.' },
      { text: 'Once the transaction has committed I delete the cache entry, never earlier than that.' }];
    const graded = coach.grade(replicaRubric, parts);
    const order = graded.points.find((point) => point.pointId === 'order')!;
    expect(order.verdict).toBe('met');
    expect(order.evidence[0]!.part).toBe(1);
    for (const point of graded.points) for (const span of point.evidence) expect(parts[span.part]!.text.slice(span.start, span.end)).toBe(span.text);
    expect(graded.points.find((point) => point.pointId === 'lag')!.evidence[0]!.text).toMatch(/primary to the replica/);
  });

  it('is the weighted sum of the checklist when nothing counts against it', () => {
    const graded = grade('Replication goes from the primary to the replica and lags behind. After a write I read from the primary for a few seconds.');
    expect(graded.findings).toEqual([]);
    expect(graded.score).toBeCloseTo(graded.points.reduce((sum, point) => sum + point.weight * point.credit, 0), 10);
    expect(graded.range!.low).toBeLessThan(graded.score!);
    expect(graded.range!.high).toBeGreaterThan(graded.score!);
  });

  it('is the same each time and carries the versions it depends on', () => {
    const [first, again] = [grade(replicaRubric.model_answer), grade(replicaRubric.model_answer)];
    expect(again).toEqual(first);
    expect(first.graderVersion).toBe(GRADER_VERSION);
    const changed = { ...replicaRubric, points: replicaRubric.points.map((point, i) => (i === 0 ? { ...point, shows: `${point.shows} Really.` } : point)) };
    expect(coach.grade(changed, [{ text: 'x' }]).rubricVersion).not.toBe(first.rubricVersion);
    expect(coach.grade(structuredClone(replicaRubric), [{ text: 'x' }]).rubricVersion).toBe(first.rubricVersion);
  });

  it('forgives misspellings', () => {
    expect(grade('Replicaton is asynchronus: changes go from the primry to the replcia with a delay, so a fresh wirte can be missing there for a moment.').points[0]!.verdict).toBe('met');
  });

  it('understands other words for the same thing', () => {
    const point = grade('After saving, I answer the following reads of this user from the leader for some seconds, so they get back what they have just written.').points.find((one) => one.pointId === 'route')!;
    expect(point.credit).toBeGreaterThan(0.25);
  });
});

describe('not enough to judge', () => {
  it.each([['', 'no answer'], ['   \n ', 'no answer'], ['It is replication lag.', '4 words'], ['👍👍👍 !!!', 'no answer']])('%j gives no score and says why', (text, reason) => {
    const graded = grade(text);
    expect(graded).toMatchObject({ enough: false, score: null, range: null });
    expect(graded.reason).toContain(reason);
    expect(graded.points.every((point) => point.verdict === 'not-assessable')).toBe(true);
  });

  it('a follow-up answer can make it enough', () => {
    expect(coach.grade(replicaRubric, [{ text: 'It is replication lag.' }, { text: 'After a write I read from the primary for a few seconds.' }]).enough).toBe(true);
  });
});

describe('very long and strange answers', () => {
  it('grades only the beginning of a megabyte, quickly, and says so', () => {
    const start = performance.now();
    const graded = grade('I would measure the latency first, because the replica lags behind. '.repeat(15_000));
    expect(performance.now() - start).toBeLessThan(3000);
    expect(graded.enough).toBe(true);
    expect(graded.reason).toContain('4,000');
  });

  it.each([['one endless word', 'a'.repeat(1_000_000)], ['commas', 'a,'.repeat(500_000)], ['binary', '\u0000\u0001\uFFFD'.repeat(100_000)], ['no punctuation', 'replica lag primary write '.repeat(3000)]])('survives %s', (_, text) => {
    const start = performance.now();
    expect(() => grade(text)).not.toThrow();
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

describe('a rubric without points', () => {
  const bare = { ...replicaRubric, points: [], red_flags: [] };

  it('gets points from the clauses of its model answer, which earns nearly all', () => {
    const graded = coach.grade(bare, [{ text: replicaRubric.model_answer }]);
    expect(graded.points.length).toBeGreaterThanOrEqual(3);
    expect(graded.points.reduce((sum, point) => sum + point.weight, 0)).toBeCloseTo(1, 10);
    expect(graded.score).toBeGreaterThan(0.85);
  });

  it('still tells a partial answer from one about something else', () => {
    const partial = coach.grade(bare, [{ text: 'Replication is asynchronous, so changes reach the replica with a delay. After a write I pin the customer to the primary for some seconds.' }]).score!;
    const other = coach.grade(bare, [{ text: 'I would ask the designer for a sketch of the page and then test it with five people from the sales team next week.' }]).score!;
    expect(partial).toBeGreaterThan(0.2);
    expect(partial).toBeLessThan(0.85);
    expect(other).toBeLessThan(0.1);
  });
});

describe('behavioural answers', () => {
  it('show how much of the story is situation, task, action and result', () => {
    const star = coach.grade(conflictRubric, [{ text: conflictRubric.model_answer }]).star!;
    expect(star.situation.strength).toBe('full');
    expect(star.action.strength).toBe('full');
    expect(star.result.strength).not.toBe('none');
    expect(star.situation.share + star.task.share + star.action.share + star.result.share).toBeCloseTo(1, 6);
    expect(coach.grade(replicaRubric, [{ text: replicaRubric.model_answer }]).star).toBeNull();
  });

  it('a story that ends before the result shows no result', () => {
    const star = coach.grade(conflictRubric, [{ text: 'Last year we were three weeks from a launch and the plan was to move everything in one night. I measured how long the copy takes and I told my lead.' }]).star!;
    expect(star.result.strength).toBe('none');
  });
});

describe('delivery', () => {
  it('counts words, fillers, hedges, figures and who did it, with their place', () => {
    const text = 'Um, I think we cut p95 from 1.8 seconds to 240 ms, you know. I basically rewrote three queries.';
    const delivery = coach.delivery(text);
    expect(delivery.fillers.map((span) => span.text)).toEqual(['Um', 'you know', 'basically']);
    expect(delivery.hedges.map((span) => span.text)).toEqual(['I think']);
    expect(delivery.numbers.map((span) => span.text)).toEqual(['1.8 seconds', '240 ms', 'three queries']);
    expect(delivery).toMatchObject({ sentences: 2, iCount: 2, weCount: 1, words: 19 });
  });
});

describe('follow-ups', () => {
  it('go to the heaviest points that are not met', () => {
    const graded = grade('After a write I send the next reads of that customer to the primary for a few seconds.');
    const missing = coach.rankMissing(replicaRubric, graded);
    expect(missing[0]).toBe('lag');
    expect(missing).not.toContain('route');
  });
});

describe('words for matching a job description', () => {
  it('resolve abbreviations to one term, with their place', () => {
    expect(coach.expandTerms('K8s and Postgres')).toEqual(coach.expandTerms('Kubernetes, PostgreSQL'));
    const text = 'We use CI/CD daily';
    const alias = coach.canonicalWords(text).find(({ word }) => word === coach.canonicalWords('continuous integration and delivery')[0]!.word)!;
    expect(text.slice(alias.start, alias.end)).toBe('CI/CD');
  });

  it('find texts that ask nearly the same', () => {
    const a = 'A nightly job doubled in run time. How do you find out why?';
    expect(coach.similarity(a, 'The run time of a nightly job doubled; how do you find the reason?')).toBeGreaterThan(0.7);
    expect(coach.similarity(a, 'How would you price a new feature for small shops?')).toBeLessThan(0.2);
  });
});
