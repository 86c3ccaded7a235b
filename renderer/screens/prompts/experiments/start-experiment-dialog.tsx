import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PromptView } from '../../../../core/contract/prompts.ts';
import { queryKeys, useEngineCommand } from '../../../client/index.ts';
import { Badge, Button, Dialog, EngineErrorNotice, Field, showToast, TextArea, TextInput } from '../../../ui/index.ts';
import { changeOf } from '../prompt-groups.ts';
import { evenly, firstChoice, MAX_ARMS, toggleArm, versionsToCompare } from './arm-choice.ts';
import { dayOf, endOfDay } from './experiment-dates.ts';
import { parseShare, sumShares, weightsOf } from './share-split.ts';
import styles from './start-experiment-dialog.module.css';

const SHORTEST_QUESTION = 3;
const LONGEST_QUESTION = 300;

/** Asks what is to be found out, with which versions and shares, and until when; then starts it. */
export function StartExperimentDialog({ prompt, onStarted, onClose }: { prompt: PromptView; onStarted: () => void; onClose: () => void }) {
  const { t } = useTranslation('prompts');
  const listed = versionsToCompare(prompt);
  const [about, setAbout] = useState('');
  const [chosen, setChosen] = useState(() => firstChoice(prompt));
  const [lastDay, setLastDay] = useState('');
  const [asked, setAsked] = useState(false);
  const start = useEngineCommand((engine, input: { about: string; until: string | null; arms: { version: string; weight: number }[] }) => engine.prompts.startExperiment({ promptId: prompt.id, ...input }), {
    outdates: [queryKeys.prompts, queryKeys.prompt(prompt.id)], onDone: () => { showToast(t('experiments.started')); onClose(); onStarted(); },
  });
  const shares = chosen.map(({ share }) => share);
  const weights = weightsOf(shares);
  const until = lastDay === '' ? null : endOfDay(lastDay, new Date());
  const question = about.trim();
  const named = question.length >= SHORTEST_QUESTION;
  const enough = chosen.length >= 2;

  const submit = (): void => {
    setAsked(true);
    if (!named || !enough || !weights || until === undefined) return;
    start.mutate({ about: question, until, arms: chosen.map(({ version }, index) => ({ version, weight: weights[index] ?? 0 })) });
  };
  return (
    <Dialog open onOpenChange={(open) => { if (!open) onClose(); }} title={t('experiments.dialog.title')} description={t('experiments.dialog.text')}
      footer={<>
        <Button onClick={onClose}>{t('cancel', { ns: 'ui' })}</Button>
        <Button variant="primary" busy={start.isPending} disabled={!enough || !weights} onClick={submit}>{t('experiments.dialog.start')}</Button>
      </>}>
      <Field label={t('experiments.dialog.about')} error={asked && !named ? t('experiments.dialog.aboutWrong') : undefined}>
        {(control) => <TextArea {...control} rows={2} maxLength={LONGEST_QUESTION} placeholder={t('experiments.dialog.aboutPlaceholder')} value={about} onChange={(event) => setAbout(event.target.value)} />}
      </Field>
      <fieldset className={styles['versions']}>
        <legend>{t('experiments.dialog.versions')}</legend>
        <p>{t('experiments.dialog.versionsHelp')}</p>
        <ul>
          {listed.map((each) => {
            const { version } = each;
            const arm = chosen.find((one) => one.version === version);
            return (
              <li key={version}>
                <label>
                  <input type="checkbox" checked={arm !== undefined} disabled={!arm && chosen.length >= MAX_ARMS} onChange={() => setChosen(toggleArm(chosen, version, listed.map((one) => one.version)))} />
                  <span><b>{t('experiments.version', { version })}</b>{version === prompt.inUse && <> <Badge tone="accent">{t('experiments.dialog.inUse')}</Badge></>} <small>{changeOf(each) || each.about}</small></span>
                </label>
                {arm && (
                  <span className={styles['share']}>
                    <TextInput inputMode="decimal" aria-label={t('experiments.dialog.shareOf', { version })} aria-invalid={(enough && parseShare(arm.share) === null) || undefined} value={arm.share}
                      onChange={(event) => setChosen(chosen.map((one) => (one.version === version ? { ...one, share: event.target.value } : one)))} />
                    <span aria-hidden="true">%</span>
                  </span>
                )}
              </li>
            );
          })}
        </ul>
        <div className={styles['sum']}>
          <ShareSum shares={shares} />
          <Button size="small" variant="plain" disabled={!enough} onClick={() => setChosen(evenly(chosen.map(({ version }) => version)))}>{t('experiments.dialog.even')}</Button>
        </div>
      </fieldset>
      <Field label={t('experiments.dialog.lastDay')} optional help={t('experiments.dialog.lastDayHelp')} error={until === undefined ? t('experiments.dialog.lastDayWrong') : undefined}>
        {(control) => <TextInput {...control} type="date" className={styles['day']} min={dayOf(new Date())} value={lastDay} onChange={(event) => setLastDay(event.target.value)} />}
      </Field>
      {start.error && <EngineErrorNotice error={start.error} />}
    </Dialog>
  );
}

/** What the shares come to, said again whenever it changes. */
function ShareSum({ shares }: { shares: readonly string[] }) {
  const { t } = useTranslation('prompts');
  const { together, missing, whole } = sumShares(shares);
  const words = shares.length < 2 ? t('experiments.dialog.tooFew')
    : shares.some((share) => parseShare(share) === null) ? t('experiments.dialog.unreadable')
    : missing > 0 ? t('experiments.dialog.missing', { sum: together, rest: missing })
    : missing < 0 ? t('experiments.dialog.over', { sum: together, rest: -missing })
    : t('experiments.dialog.together', { sum: together });
  return <p role="status" data-wrong={!whole || undefined}>{words}{shares.length >= MAX_ARMS && whole ? ` · ${t('experiments.dialog.full')}` : ''}</p>;
}
