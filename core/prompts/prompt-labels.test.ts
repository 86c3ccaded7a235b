import { describe, expect, it } from 'vitest';
import type { LabelsFile } from './prompt-config.ts';
import { resolveLabels, withLabel, type Labels } from './prompt-labels.ts';

const file = (labels: LabelsFile['labels']): LabelsFile => ({ version: 1, labels });
const known = { hasPrompt: (id: string) => id !== 'a/gone', hasVersion: (_: string, version: string) => Number(version) <= 3 };
const resolve = (own: LabelsFile | undefined, app: LabelsFile | undefined, before: Labels = new Map()) => resolveLabels({ own, app }, before, known);
const plain = (labels: Labels): object => Object.fromEntries([...labels].map(([id, found]) => [id, Object.fromEntries(found)]));

describe('labels in force', () => {
  it('are the person’s over the app’s, entry by entry, and null takes one away', () => {
    const { labels, lost } = resolve(file({ 'a/b': { production: '2', candidate: null } }), file({ 'a/b': { production: '1', candidate: '3', old: '1' }, 'a/c': { production: '1' } }));
    expect([plain(labels), lost]).toEqual([{ 'a/b': { production: '2', old: '1' }, 'a/c': { production: '1' } }, []]);
  });
  it('leave out what points nowhere: the app’s own holds then, and without one nothing', () => {
    const { labels, lost } = resolve(file({ 'a/b': { production: '9', candidate: '8' }, 'a/gone': { production: '1' } }), file({ 'a/b': { production: '1' } }));
    expect(plain(labels)).toEqual({ 'a/b': { production: '1' } });
    expect(lost.map(({ from, path, lastGoodInUse }) => [from, path.join(' '), lastGoodInUse])).toEqual([['own', 'labels a/b production', false], ['own', 'labels a/b candidate', false], ['own', 'labels a/gone', false]]);
    expect(lost.map(({ reason }) => reason).join('; ')).toMatch(/labels\.a\/b\.production: there is no version 9.*there is no prompt a\/gone/);
  });
  it('stay where they were in this run when they come to point nowhere', () => {
    const { labels, lost } = resolve(file({ 'a/b': { production: '9' } }), file({ 'a/b': { production: '1' } }), new Map([['a/b', new Map([['production', '2']])]]));
    expect([plain(labels), lost.map(({ lastGoodInUse }) => lastGoodInUse)]).toEqual([{ 'a/b': { production: '2' } }, [true]]);
  });
  it('do not come back from this run when nobody writes them any more', () => {
    expect(plain(resolve(undefined, file({ 'a/b': {} }), new Map([['a/b', new Map([['production', '2']])]])).labels)).toEqual({ 'a/b': {} });
  });
});

describe('moving a label', () => {
  const app = file({ 'a/b': { production: '1' } });
  const move = (own: LabelsFile | undefined, version: string | null, label = 'production') => withLabel(own, app, { id: 'a/b', label, version }).labels;
  it('writes only that entry', () => {
    expect(move({ ...file({ 'a/c': { production: '3' }, 'a/b': { candidate: '2' } }) }, '2')).toEqual({ 'a/c': { production: '3' }, 'a/b': { candidate: '2', production: '2' } });
    expect(withLabel({ ...file({}), about: 'mine' }, app, { id: 'a/b', label: 'x', version: '1' })).toEqual({ version: 1, about: 'mine', labels: { 'a/b': { x: '1' } } });
  });
  it('to where the app has it leaves it to the app', () => {
    expect(move(file({ 'a/b': { production: '2', candidate: '2' } }), '1')).toEqual({ 'a/b': { candidate: '2' } });
    expect(move(file({ 'a/b': { production: '2' } }), '1')).toEqual({});
  });
  it('away hides the app’s, and one’s own just goes', () => {
    expect(move(undefined, null)).toEqual({ 'a/b': { production: null } });
    expect(move(file({ 'a/b': { candidate: '2' } }), null, 'candidate')).toEqual({});
  });
});
