import type { PromptField } from '../../../core/contract/prompts.ts';

/** What stands in the controls, by field; a switch is "true" or "false". */
export type FieldTexts = Readonly<Record<string, string>>;
export type FieldInput = Record<string, string | number | boolean>;
export type FieldError = 'needed' | 'not-a-number' | 'not-whole';

/** What the controls show for an input; fields it leaves out get the least that their type takes. */
export function textsOf(fields: readonly PromptField[], input: Readonly<FieldInput>): FieldTexts {
  return Object.fromEntries(fields.map((field) => {
    const given = input[field.name];
    if (given !== undefined) return [field.name, String(given)];
    if (field.required && field.type === 'enum') return [field.name, field.options[0] ?? ''];
    return [field.name, field.type === 'boolean' ? 'false' : ''];
  }));
}

/** The input that the controls stand for, and what is wrong with it by field. An optional field left empty is left out. */
export function readFields(fields: readonly PromptField[], texts: FieldTexts): { input: FieldInput; errors: Record<string, FieldError> } {
  const input: FieldInput = {};
  const errors: Record<string, FieldError> = {};
  for (const field of fields) {
    const value = readField(field, texts[field.name] ?? '');
    if (value === undefined) continue;
    if (typeof value === 'object') errors[field.name] = value.error;
    else input[field.name] = value;
  }
  return { input, errors };
}

function readField({ type, required }: PromptField, text: string): string | number | boolean | undefined | { error: FieldError } {
  switch (type) {
    case 'boolean': return text === 'true';
    case 'string': return text === '' && !required ? undefined : text;
    case 'enum': return text === '' ? missing(required) : text;
    default: {
      if (text.trim() === '') return missing(required);
      const value = Number(text);
      if (!Number.isFinite(value)) return { error: 'not-a-number' };
      return type === 'integer' && !Number.isSafeInteger(value) ? { error: 'not-whole' } : value;
    }
  }
}

const missing = (required: boolean): undefined | { error: FieldError } => (required ? { error: 'needed' } : undefined);

/** The field that a refusal of the engine is about: the first one that it names. */
export function fieldNamed(fields: readonly PromptField[], reason: string): string | undefined {
  return fields.find(({ name }) => new RegExp(`(^|[^A-Za-z0-9_])${name.replaceAll(/[^A-Za-z0-9_]/g, '\\$&')}([^A-Za-z0-9_]|$)`).test(reason))?.name;
}
