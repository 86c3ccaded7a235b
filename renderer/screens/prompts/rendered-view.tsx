import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { z } from 'zod';
import type { promptDetailSchema, RenderedPrompt } from '../../../core/contract/prompts.ts';
import { mapEngineError, queryKeys, useEngineQuery } from '../../client/index.ts';
import { EngineErrorNotice, Field, Notice, Select, Skeleton } from '../../ui/index.ts';
import { fieldNamed, readFields, textsOf, type FieldTexts } from './field-values.ts';
import { InputFields } from './input-fields.tsx';
import { RenderedMessages } from './rendered-messages.tsx';
import styles from './rendered-view.module.css';

/** From the last letter typed to rendering again. */
const RENDER_AFTER_MS = 250;

/** What a model would be sent, for an input taken from a case or typed; rendered again as it changes. */
export function RenderedView({ id, version, detail: { inputs, samples } }: { id: string; version: string; detail: z.infer<typeof promptDetailSchema> }) {
  const { t } = useTranslation('prompts');
  const [, navigate] = useLocation();
  const [sample, setSample] = useState(samples[0]?.name ?? '');
  const [typed, setTyped] = useState<FieldTexts>(() => textsOf(inputs, samples[0]?.input ?? {}));
  const [settled, setSettled] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(typed), RENDER_AFTER_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const choose = (name: string): void => {
    const next = textsOf(inputs, samples.find((one) => one.name === name)?.input ?? {});
    setSample(name);
    setTyped(next);
    setSettled(next);
  };
  const { input, errors } = readFields(inputs, settled);
  const wanted = { id, version, input };
  const readable = Object.keys(errors).length === 0;
  const { data, error, isFetching, isPlaceholderData, refetch } = useEngineQuery(queryKeys.promptRendered(wanted), (engine, signal) => engine.prompts.render(wanted, { signal }), { enabled: readable, keepPrevious: true });
  const [last, setLast] = useState<{ version: string; rendered: RenderedPrompt } | null>(null);
  if (data && !isPlaceholderData && last?.rendered !== data) setLast({ version, rendered: data });
  // What was rendered before stays while the input cannot be: it is what the person is correcting.
  const shown = data ?? (last?.version === version ? last.rendered : undefined);
  const failure = readable && error ? mapEngineError(error) : undefined;
  const reason = failure?.code === 'PROMPT_INPUT_INVALID' ? String(failure.data.details['reason'] ?? failure.data.happened) : undefined;
  const refused = reason === undefined ? undefined : fieldNamed(inputs, reason);
  const said: Record<string, string> = { ...Object.fromEntries(Object.entries(errors).map(([name, what]) => [name, t(`rendered.error.${what}`)])), ...(refused !== undefined && reason !== undefined ? { [refused]: reason } : {}) };
  const marked = Object.keys(said).length > 0;
  const chosen = samples.find(({ name }) => name === sample);
  return (
    <div className={styles['rendered']}>
      <div className={styles['columns']} data-single={(inputs.length === 0 && samples.length === 0) || undefined}>
        {(inputs.length > 0 || samples.length > 0) && (
          <div className={styles['input']} role="group" aria-label={t('rendered.inputs')}>
            {samples.length > 0 && (
              <Field label={t('rendered.sample')} help={chosen?.about}>
                {(control) => <Select {...control} value={sample} onChange={({ target }) => choose(target.value)} options={[...samples.map(({ name }) => ({ value: name, label: name })), { value: '', label: t('rendered.sampleNone') }]} />}
              </Field>
            )}
            <InputFields fields={inputs} texts={typed} errors={said} onChange={(name, text) => setTyped({ ...typed, [name]: text })} />
          </div>
        )}
        <div className={styles['output']} aria-busy={isFetching || undefined}>
          {inputs.length === 0 && <p className={styles['none']}>{t('rendered.noInputs')}</p>}
          {marked && <Notice tone="warn">{t(shown ? 'rendered.correct' : 'rendered.correctFirst')}</Notice>}
          {failure && refused === undefined && <EngineErrorNotice error={error} actions={{ 'retry': () => void refetch(), 'choose-another': () => navigate('/settings/prompts') }} />}
          {!shown && !error && readable && <Skeleton height="240px" />}
          {shown && <RenderedMessages rendered={shown} outdated={marked} />}
        </div>
      </div>
    </div>
  );
}
