import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConfigProblem } from '../../../core/contract/models.ts';
import { Button, Notice } from '../../ui/index.ts';
import styles from './config-problems.module.css';

/** More problems than this at once push everything else away, so the first few stand for them. */
const SHOWN_AT_ONCE = 4;
const SHOWN_OF_MANY = 3;

/** Settings files that could not be used as they are: where, why, and what is in use instead. Of many only the first few, until all are asked for. */
export function ConfigProblems({ problems }: { problems: readonly ConfigProblem[] }) {
  const { t } = useTranslation('models');
  const [all, showAll] = useState(false);
  if (problems.length === 0) return null;
  const shown = all || problems.length <= SHOWN_AT_ONCE ? problems : problems.slice(0, SHOWN_OF_MANY);
  return (
    <div className={styles['problems']}>
      <ul aria-label={t('problems.label')}>
        {shown.map((problem) => (
          <li key={`${problem.file}:${problem.line}:${problem.reason}`}>
            <Notice tone={problem.lastGoodInUse ? 'warn' : 'bad'} title={t('problems.title', { file: problem.file, line: problem.line })}>
              <p>{sentence(problem.reason)}</p>
              <p className={styles['kept']}>{t(problem.lastGoodInUse ? 'problems.lastGood' : 'problems.noLastGood')}</p>
            </Notice>
          </li>
        ))}
      </ul>
      {problems.length > SHOWN_AT_ONCE && (
        <p><Button size="small" variant="plain" aria-expanded={all} onClick={() => showAll(!all)}>{all ? t('problems.fewer') : t('problems.more', { count: problems.length - shown.length })}</Button></p>
      )}
    </div>
  );
}

/** A reason begins small, because it is a part of a sentence; a name of something in the file stays as it is written there. */
function sentence(reason: string): string {
  const begun = /^[a-z]+(?=[ ,])/.test(reason) ? reason.charAt(0).toUpperCase() + reason.slice(1) : reason;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
