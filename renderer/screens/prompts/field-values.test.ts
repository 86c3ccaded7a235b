import { describe, expect, test } from 'vitest';
import type { PromptField } from '../../../core/contract/prompts.ts';
import { fieldNamed, readFields, textsOf } from './field-values.ts';

const field = (name: string, type: PromptField['type'], required = true, options: string[] = []): PromptField => ({ name, type, required, about: '', options });
const FIELDS = [field('title', 'string'), field('posting', 'string', false), field('minutes', 'integer'), field('share', 'number', false), field('shown', 'boolean'), field('pressure', 'enum', true, ['friendly', 'tough'])];

describe('fields to try a prompt with', () => {
  test('what a sample gives comes back as it was given, with its types', () => {
    const input = { title: 'Backend engineer', posting: 'We look for', minutes: 20, share: 0.5, shown: true, pressure: 'tough' };
    expect(readFields(FIELDS, textsOf(FIELDS, input))).toEqual({ input, errors: {} });
  });

  test('an optional field left empty is left out; a required text may be empty', () => {
    const { input, errors } = readFields(FIELDS, { ...textsOf(FIELDS, {}), minutes: '5' });
    expect(input).toEqual({ title: '', minutes: 5, shown: false, pressure: 'friendly' });
    expect(errors).toEqual({});
  });

  test('what is no number, no whole number or missing is said at its field', () => {
    expect(readFields(FIELDS, { ...textsOf(FIELDS, {}), share: 'half' }).errors).toEqual({ minutes: 'needed', share: 'not-a-number' });
    expect(readFields(FIELDS, { ...textsOf(FIELDS, {}), minutes: '1.5' }).errors).toEqual({ minutes: 'not-whole' });
    expect(readFields(FIELDS, { ...textsOf(FIELDS, {}), minutes: '1e999' }).errors).toEqual({ minutes: 'not-a-number' });
  });

  test('a refusal is shown at the field that it names, and only at a whole name', () => {
    expect(fieldNamed(FIELDS, '"posting" has to be a string')).toBe('posting');
    expect(fieldNamed(FIELDS, 'subtitles are long')).toBeUndefined();
  });
});
