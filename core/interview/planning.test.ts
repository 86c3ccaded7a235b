import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROJECT, SETUP } from '../../testing/engine.ts';
import { loadCoach, type Coach } from '../coach/index.ts';
import { seededRng } from '../sources.ts';
import { parsePack } from './pack-file.ts';
import type { Pack } from './pack-schema.ts';
import { planQuestions, type PlanningHistory } from './planning-policy.ts';
import { matchPosting } from './posting.ts';

const readPack = (name: string): Pack => {
  const parsed = parsePack(readFileSync(join(PROJECT, `packs/interview/${name}.yaml`), 'utf8'), name);
  if (!parsed.ok) throw new Error(`${name}: ${parsed.problems[0]?.reason}`);
  return parsed.pack;
};
let role: Pack;
let general: Pack[];
let coach: Coach;
beforeAll(() => {
  role = readPack('backend-engineer');
  general = [readPack('behavioural'), readPack('system-design')];
  coach = loadCoach({ tableFile: join(PROJECT, 'models/embedder/related-words.rae'), languageDir: join(PROJECT, 'packs/language') });
});
const NEVER: PlanningHistory = { lastAsked: new Map(), weakTopics: [] };
const plan = (setup = SETUP, history = NEVER, posting?: string) =>
  planQuestions(setup, { role, general }, history, posting === undefined ? undefined : matchPosting(posting, [role, ...general].flatMap((pack) => pack.questions.flatMap((question) => question.topics)), (text) => coach.canonicalWords(text)), seededRng(7));

describe('planning', () => {
  it.each([10, 20, 35, 50] as const)('fills %i minutes without running far over, no question twice', (minutes) => {
    const chosen = plan({ ...SETUP, minutes });
    const total = chosen.reduce((sum, question) => sum + question.minutes, 1);
    expect(total).toBeGreaterThanOrEqual(minutes * 0.7);
    expect(total).toBeLessThanOrEqual(minutes + 2);
    expect(new Set(chosen.map(({ question }) => question.id)).size).toBe(chosen.length);
  });

  it('keeps to the kind and near the level asked for', () => {
    const chosen = plan({ ...SETUP, kind: 'technical', level: 'junior', minutes: 35 });
    expect(chosen.every(({ question }) => question.kind === 'technical' || question.kind === 'case')).toBe(true);
    expect(chosen.every(({ question }) => question.level !== 'senior')).toBe(true);
    expect(plan({ ...SETUP, kind: 'behavioural' }).every(({ question }) => question.kind === 'behavioural')).toBe(true);
  });

  it('begins a mixed interview with a story and ends a long one with the design question', () => {
    const chosen = plan({ ...SETUP, minutes: 50, level: 'senior' });
    expect(chosen[0]?.question.kind).toBe('behavioural');
    expect(new Set(chosen.map(({ question }) => question.kind)).size).toBeGreaterThanOrEqual(3);
    const designs = chosen.map(({ question }) => question.kind === 'system-design');
    expect(designs.lastIndexOf(false)).toBeLessThan(designs.includes(true) ? designs.indexOf(true) : designs.length);
  });

  it('prefers what was never asked, then what was asked longest ago', () => {
    const setup = { ...SETUP, kind: 'technical' as const, questionCount: 3 };
    const pool = plan({ ...setup, questionCount: 400 }).map(({ question }) => question.id);
    const fresh = pool[5] ?? '';
    const lastAsked = new Map(pool.filter((id) => id !== fresh).map((id, index) => [id, new Date(Date.UTC(2026, 0, 1 + index)).toISOString()]));
    const chosen = plan(setup, { ...NEVER, lastAsked });
    expect(chosen.map(({ question }) => question.id)).toContain(fresh);
    expect(chosen.filter(({ reason }) => reason.kind === 'repeat').map(({ question }) => question.id).toSorted()).toEqual([...lastAsked.keys()].slice(0, 2).toSorted());
  });

  it('asks nothing again while something new is left, not even for the variety of kinds', () => {
    const setup = { ...SETUP, level: 'senior' as const, minutes: 50 as const };
    const lastAsked = new Map([role, ...general].flatMap((pack) => pack.questions).filter((question) => question.kind === 'system-design').map((question) => [question.id, '2026-01-01T00:00:00.000Z']));
    expect(plan(setup, { ...NEVER, lastAsked }).some(({ reason }) => reason.kind === 'repeat')).toBe(false);
  });

  it('lends designs to a role that designs, and to no other', () => {
    const designs = plan({ ...SETUP, kind: 'system-design', minutes: 50 });
    expect(designs.length).toBeGreaterThan(2);
    expect(designs.some(({ packId }) => packId === 'system-design')).toBe(true);
    const manager = planQuestions({ ...SETUP, packId: 'product-manager', minutes: 50 }, { role: readPack('product-manager'), general }, NEVER, undefined, seededRng(7));
    expect(manager.every(({ question }) => question.kind !== 'system-design')).toBe(true);
  });

  it('does not ask about one thing twice while there is another', () => {
    for (const kind of ['behavioural', 'mixed'] as const) {
      const chosen = plan({ ...SETUP, kind, minutes: 35 });
      const heads = chosen.map(({ question }) => `${question.kind} ${question.topics[0]}`);
      expect(new Set(heads).size).toBe(heads.length);
    }
  });

  it('brings up a weak spot and says which', () => {
    const topic = role.questions.find((question) => question.kind === 'technical' && question.level === 'mid')?.topics[0] ?? '';
    const chosen = plan({ ...SETUP, kind: 'technical' }, { ...NEVER, weakTopics: [{ topic, score: 35 }] });
    expect(chosen.some(({ reason }) => reason.kind === 'weak' && reason.topic === topic)).toBe(true);
  });
});

describe('a posting', () => {
  const POSTING = 'We look for somebody with:\n- 5 years of Postgres, a must\n- k8s is nice to have\n- API design\nWe play table tennis.';

  it('is matched through abbreviations, must-haves first, with the words that name the skill', () => {
    const { skills } = matchPosting(POSTING, ['postgresql', 'kubernetes', 'api-design', 'kafka'], (text) => coach.canonicalWords(text));
    expect(skills.map(({ topic }) => topic)).toEqual(['postgresql', 'api-design', 'kubernetes']);
    expect(skills[0]?.quote).toBe('5 years of Postgres, a must');
  });

  it('picks and orders questions by the skills it names and says so', () => {
    const chosen = plan({ ...SETUP, kind: 'posting', minutes: 35, posting: { name: '', text: POSTING } }, NEVER, POSTING);
    expect(chosen[0]?.reason).toMatchObject({ kind: 'posting', skills: expect.arrayContaining(['postgresql']) });
  });

  it('that names nothing known still gives an interview', () => {
    expect(plan({ ...SETUP, kind: 'posting' }, NEVER, 'We bake bread.').length).toBeGreaterThan(1);
  });
});
