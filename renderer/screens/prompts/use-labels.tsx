import { Tag, Tags, X } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PromptVersionView, PromptsView, PromptView } from '../../../core/contract/prompts.ts';
import { queryClient, queryKeys, useEngineCommand } from '../../client/index.ts';
import { ConfirmDialog, EngineErrorNotice, Field, Notice, showToast, TextInput } from '../../ui/index.ts';
import { labelChoices, PRODUCTION } from './prompt-groups.ts';
import styles from './shown-version.module.css';

interface Move { version: string; label: string; from: string | null }
type Asked = { kind: 'production' } | { kind: 'new' } | { kind: 'remove'; label: string } | null;
const NAME = /^[a-z][a-z0-9-]{0,30}$/;

/** What can be done with the labels of one version: the menu's items, the dialog that is open, and the failure of the last move. */
export function useLabels(prompt: PromptView, { version, labels, state }: PromptVersionView): { items: { label: string; icon: typeof Tag; detail?: string; danger?: boolean; onSelect: () => void }[]; dialog: ReactNode; failure: ReactNode; busy: boolean } {
  const { t } = useTranslation('prompts');
  const [asked, setAsked] = useState<Asked>(null);
  const [name, setName] = useState('');
  const { id } = prompt;
  const keep = (now: PromptsView): void => { queryClient.setQueryData(queryKeys.prompts, now); };
  const remove = useEngineCommand((engine, label: string) => engine.prompts.removeLabel({ id, label }), {
    onDone: (now, label) => { keep(now); setAsked(null); showToast(t('label.removed', { label, version })); },
  });
  const move = useEngineCommand((engine, { version: to, label }: Move) => engine.prompts.moveLabel({ id, version: to, label }), {
    onDone: (now, { version: to, label, from }) => {
      keep(now);
      setAsked(null);
      const undo = (): void => { if (from === null) remove.mutate(label); else move.mutate({ version: from, label, from: to }); };
      showToast(t('label.moved', { label, version: to }), label === PRODUCTION ? {} : { undo });
    },
  });
  const choices = labelChoices(prompt.versions);
  const production = choices.find(({ label }) => label === PRODUCTION)?.on ?? null;
  const ask = (next: Asked): void => { move.reset(); remove.reset(); setName(''); setAsked(next); };
  const close = (): void => ask(null);
  const items = [
    ...choices.filter(({ label }) => !labels.includes(label)).map(({ label, on }) => ({
      label: t('label.move', { label }), icon: Tag, detail: on === null ? t('label.free') : t('label.movedFrom', { version: on }),
      onSelect: () => { if (label === PRODUCTION) ask({ kind: 'production' }); else move.mutate({ version, label, from: on }); },
    })),
    { label: t('label.new'), icon: Tags, onSelect: () => ask({ kind: 'new' }) },
    ...labels.map((label) => ({ label: t('label.remove', { label }), icon: X, danger: true, onSelect: () => ask({ kind: 'remove', label }) })),
  ];
  const failed = asked === null ? (move.error ?? remove.error) : null;
  const wrong = name !== '' && !NAME.test(name);
  const dialog = (
    <>
      <ConfirmDialog open={asked?.kind === 'production'} onOpenChange={close} title={t('label.production.title', { version })} confirm={t('label.production.confirm', { version })}
        text={<p>{production === null ? t('label.production.text', { version }) : t('label.production.textFrom', { version, from: production })}</p>}
        busy={move.isPending} error={move.error} onConfirm={() => move.mutate({ version, label: PRODUCTION, from: production })}>
        {prompt.experimentId !== null && <Notice>{t('label.production.experiment')}</Notice>}
        {state === 'draft' && <Notice>{t('label.production.draft', { version })}</Notice>}
      </ConfirmDialog>
      <ConfirmDialog open={asked?.kind === 'new'} onOpenChange={close} title={t('label.naming.title', { version })} text={t('label.naming.text')} confirm={t('label.naming.confirm')}
        ready={NAME.test(name)} busy={move.isPending} error={move.error}
        onConfirm={() => {
          if (name === PRODUCTION) ask({ kind: 'production' });
          else move.mutate({ version, label: name, from: choices.find(({ label }) => label === name)?.on ?? null });
        }}>
        <Field label={t('label.naming.label')} help={t('label.naming.help')} error={wrong ? t('label.naming.wrong') : undefined}>
          {(control) => <TextInput {...control} value={name} maxLength={31} autoComplete="off" spellCheck={false} onChange={({ target }) => setName(target.value)} />}
        </Field>
      </ConfirmDialog>
      {asked?.kind === 'remove' && (
        <ConfirmDialog open onOpenChange={close} tone="danger" title={t('label.removal.title', { label: asked.label })} confirm={t('label.removal.confirm')}
          text={t(asked.label === PRODUCTION ? 'label.removal.production' : 'label.removal.text', { version, label: asked.label })}
          busy={remove.isPending} error={remove.error} onConfirm={() => remove.mutate(asked.label)} />
      )}
    </>
  );
  return {
    items, dialog, busy: move.isPending || remove.isPending,
    failure: failed ? <div className={styles['said']}><EngineErrorNotice error={failed} onDismiss={close} /></div> : null,
  };
}
