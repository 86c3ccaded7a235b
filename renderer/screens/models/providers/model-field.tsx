import { useId, type ReactNode } from 'react';
import { Field, TextInput } from '../../../ui/index.ts';

/** A model's name, typed or picked from the names known so far. */
export function ModelField({ label, help, value, onChange, known }: { label: string; help?: ReactNode; value: string; onChange: (value: string) => void; known: readonly string[] }) {
  const list = useId();
  return (
    <Field label={label} optional help={help}>
      {(control) => (
        <>
          <TextInput {...control} value={value} list={known.length > 0 ? list : undefined} maxLength={200} autoComplete="off" spellCheck={false} onChange={(event) => onChange(event.target.value)} />
          {known.length > 0 && <datalist id={list}>{known.map((name) => <option key={name} value={name}>{name}</option>)}</datalist>}
        </>
      )}
    </Field>
  );
}
