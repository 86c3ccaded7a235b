import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConfigProblem } from '../../../core/contract/models.ts';
import type { PromptVersionView, PromptView } from '../../../core/contract/prompts.ts';
import { Badge, Button } from '../../ui/index.ts';
import { changeOf, PRODUCTION, versionsListed } from './prompt-groups.ts';
import { STATE_TONES } from './state-tones.ts';
import styles from './version-table.module.css';

/** Versions of a prompt, newest first; one of them is chosen to be shown. Of many, the older ones nobody points at are listed when asked for. */
export function VersionTable({ prompt, problems, shown, onChoose }: { prompt: PromptView; problems: readonly ConfigProblem[]; shown: string | undefined; onChoose: (version: string) => void }) {
  const { t } = useTranslation('prompts');
  const group = useId();
  const [whole, showWhole] = useState(false);
  const { all, first } = versionsListed(prompt, shown);
  return (
    <>
      <table className={styles['table']} aria-labelledby="prompt-versions">
        <thead><tr><th scope="col">{t('page.version')}</th><th scope="col">{t('page.labels')}</th><th scope="col">{t('page.change')}</th></tr></thead>
        <tbody>
          {(whole ? all : first).map((version) => (
            <Row key={version.version} view={version} problem={problems.find(({ file }) => file === version.file)} group={group} inUse={version.version === prompt.inUse} shown={version.version === shown} onChoose={() => onChoose(version.version)} />
          ))}
        </tbody>
      </table>
      {first.length < all.length && <Button size="small" variant="plain" aria-expanded={whole} onClick={() => showWhole(!whole)}>{whole ? t('page.fewerVersions') : t('page.allVersions', { count: all.length })}</Button>}
    </>
  );
}

function Row({ view, problem, group, inUse, shown, onChoose }: { view: PromptVersionView; problem: ConfigProblem | undefined; group: string; inUse: boolean; shown: boolean; onChoose: () => void }) {
  const { t } = useTranslation('prompts');
  const { version, state, labels, file, hash, origin } = view;
  const change = changeOf(view);
  return (
    <tr data-shown={shown || undefined}>
      <th scope="row" aria-label={[t('page.shown', { version }), t(`page.state.${state}`), ...(origin === 'own' ? [t('page.own')] : [])].join(', ')}>
        <span className={styles['version']}>
          <label><input type="radio" name={group} checked={shown} aria-label={t('page.choose', { version })} onChange={onChoose} /><b>{version}</b></label>
          <Badge tone={STATE_TONES[state]}>{t(`page.state.${state}`)}</Badge>
          {origin === 'own' && <Badge>{t('page.own')}</Badge>}
        </span>
      </th>
      <td>
        <span className={styles['labels']}>
          {labels.toSorted((a, b) => Number(b === PRODUCTION) - Number(a === PRODUCTION)).map((label) => <Badge key={label} tone={label === PRODUCTION ? 'good' : 'neutral'}>{label}</Badge>)}
          {inUse && !labels.includes(PRODUCTION) && <Badge tone="good">{t('page.inUseNow')}</Badge>}
          {labels.length === 0 && !inUse && <span className={styles['quiet']}>{t('page.noLabels')}</span>}
        </span>
      </td>
      <td>
        {change === '' ? <span className={styles['quiet']}>{t('page.noChangelog')}</span> : change}
        {problem === undefined && state !== 'released' && state !== 'draft' && <small data-state={state}>{t(`page.stateText.${state}`)}</small>}
        {problem !== undefined && state === 'broken' && <small data-state={state}>{t('page.brokenAt', { line: problem.line, reason: problem.reason })}</small>}
        <small className={styles['file']}><code>{file}</code> <code>{hash.slice(0, 7)}</code></small>
      </td>
    </tr>
  );
}
