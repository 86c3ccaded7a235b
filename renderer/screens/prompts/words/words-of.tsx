import { ChevronLeft } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { queryKeys, useEngineQuery } from '../../../client/index.ts';
import { ButtonLink, EngineErrorNotice, Icon, ScreenHead, Skeleton } from '../../../ui/index.ts';
import { Panel } from '../../settings/panel.tsx';
import '../prompt-strings.ts';
import { cameFrom } from './came-from.ts';
import { TracedWords } from './traced-words.tsx';
import styles from './words-of.module.css';

/** The page of the exact words behind a hash on record, also when no file has them any more. */
export function PromptWordsOf({ hash }: { hash: string }) {
  const { t } = useTranslation('prompts');
  const [, navigate] = useLocation();
  const { data, error, refetch } = useEngineQuery(queryKeys.promptWordsOf(hash), (engine, signal) => engine.prompts.wordsOf({ hash }, { signal }), { staleMs: 0 });
  const back = cameFrom(history.state);
  return (
    <>
      <p className={styles['back']}>
        {back
          ? <Link href={back.path} state={back.place === 'prompt' ? { tab: 'experiments' } : null}><Icon of={ChevronLeft} size={14} />{t(`words.back.${back.place}`)}</Link>
          : <Link href="/settings/prompts"><Icon of={ChevronLeft} size={14} />{t('words.list')}</Link>}
      </p>
      <ScreenHead title={t('words.title')} subtitle={data && t('words.of', { id: data.id, version: data.version })}
        actions={data && <ButtonLink href={`/settings/prompts/${data.id}`}>{t('words.prompt')}</ButtonLink>} />
      <Panel label={t('words.title')}>
        {error && !data && <EngineErrorNotice error={error} actions={{ 'retry': () => void refetch(), 'choose-another': () => navigate('/settings/prompts') }} />}
        {!data && !error && <div aria-busy="true" aria-label={t('words.reading')}><Skeleton height="280px" /></div>}
        {data && <TracedWords words={data} />}
      </Panel>
    </>
  );
}
