import { expect, test } from 'vitest';
import type { PromptVersionView } from '../../../../core/contract/prompts.ts';
import { firstChoice, toggleArm, versionsToCompare } from './arm-choice.ts';

const version = (name: string, state: PromptVersionView['state'] = 'released'): PromptVersionView => ({ version: name, hash: '0'.repeat(12), origin: 'app', state, file: '', labels: [], about: '', changelog: '' });

test('begins with the version in use against the newest other one, half and half', () => {
  expect(firstChoice({ versions: [version('1'), version('2'), version('3')], inUse: '2' })).toEqual([{ version: '2', share: '50' }, { version: '3', share: '50' }]);
});

test('a version whose file is gone or broken cannot take part', () => {
  expect(versionsToCompare({ versions: [version('1'), version('2', 'gone'), version('3', 'draft'), version('4', 'broken')], inUse: '1' }).map((each) => each.version)).toEqual(['1', '3']);
});

test('taking a version in or out keeps the order of the list and makes the shares even again', () => {
  const listed = ['1', '3', '2'];
  const three = toggleArm([{ version: '1', share: '90' }, { version: '2', share: '10' }], '3', listed);
  expect(three).toEqual([{ version: '1', share: '34' }, { version: '3', share: '33' }, { version: '2', share: '33' }]);
  expect(toggleArm(three, '1', listed)).toEqual([{ version: '3', share: '50' }, { version: '2', share: '50' }]);
});
