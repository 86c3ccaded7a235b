import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConfigProblem } from '../../../core/contract/models.ts';
import type { PromptVersionView, PromptView } from '../../../core/contract/prompts.ts';
import { Badge } from '../../ui/index.ts';
import { changeOf, PRODUCTION } from './prompt-groups.ts';
import { STATE_TONES } from './state-tones.ts';
import styles from './version-table.module.css';

/** Versions of a prompt, newest first; one of them is chosen to be shown. */
export function VersionTable({ prompt, problems, shown, onChoose }: { prompt: PromptView; problems: readonly ConfigProblem[]; shown: string | undefined; onChoose: (version: string) => void }) {
  const { t } = useTranslation('prompts');
  const group = useId();
  return (
    <table className={styles['table']} aria-labelledby="prompt-versions">
      <thead><tr><th scope="col">{t('page.version')}</th><th scope="col">{t('page.labels')}</th><th scope="col">{t('page.change')}</th></tr></thead>
      <tbody>
        {prompt.versions.toReversed().map((version) => (
          <Row key={version.version} view={version} problem={problems.find(({ file }) => file === version.file)} group={group} inUse={version.version === prompt.inUse} shown={version.version === shown} onChoose={() => onChoose(version.version)} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ view, problem, group, inUse, shown, onChoose }: { view: PromptVersionView; problem: ConfigProblem | undefined; group: string; inUse: boolean; shown: boolean; onChoose: () => void }) {
  const { t } = useTranslation('prompts');
  const { version, state, labels, file, hash, origin } = view;
  const change = changeOf(view);
  return (
    <tr data-shown={shown || undefined}>
      <th scope="row" aria-label={t('page.shown', { version })}>
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
        {state !== 'released' && state !== 'draft' && <small data-state={state}>{problem && state === 'broken' ? t('page.brokenAt', { line: problem.line, reason: /[.!?]$/.test(problem.reason) ? problem.reason : `${problem.reason}.` }) : t(`page.stateText.${state}`)}</small>}
        <small className={styles['file']}><code>{file}</code> <code>{hash.slice(0, 7)}</code></small>
      </td>
    </tr>
  );
}
