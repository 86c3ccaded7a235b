import { useTranslation } from 'react-i18next';
import type { PromptField } from '../../../core/contract/prompts.ts';
import { Field, Select, Switch, TextArea, TextInput } from '../../ui/index.ts';
import type { FieldTexts } from './field-values.ts';
import styles from './rendered-view.module.css';

/** One control for each input of a prompt, of the kind its type asks for; what is wrong is said under it. */
export function InputFields({ fields, texts, errors, onChange }: { fields: readonly PromptField[]; texts: FieldTexts; errors: Readonly<Record<string, string>>; onChange: (name: string, text: string) => void }) {
  const { t } = useTranslation('prompts');
  return fields.map((field) => {
    const text = texts[field.name] ?? '';
    const change = (next: string): void => onChange(field.name, next);
    if (field.type === 'boolean') {
      return <div key={field.name}><Switch label={<b>{field.name}</b>} checked={text === 'true'} onChange={(on) => change(String(on))} />{field.about && <p className={styles['about']}>{field.about}</p>}</div>;
    }
    return (
      <Field key={field.name} label={field.name} help={field.about || undefined} error={errors[field.name]} optional={!field.required}>
        {(control) => {
          if (field.type === 'string') return <TextArea {...control} rows={1} className={styles['text'] ?? ''} value={text} spellCheck={false} onChange={({ target }) => change(target.value)} />;
          if (field.type === 'enum') {
            const options = field.options.map((option) => ({ value: option, label: option }));
            return <Select {...control} value={text} options={field.required ? options : [{ value: '', label: t('rendered.notGiven') }, ...options]} onChange={({ target }) => change(target.value)} />;
          }
          return <TextInput {...control} inputMode={field.type === 'integer' ? 'numeric' : 'decimal'} autoComplete="off" value={text} onChange={({ target }) => change(target.value)} />;
        }}
      </Field>
    );
  });
}
