import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryKeys, useEngineQuery } from '../../../client/index.ts';
import { Dialog, EngineErrorNotice, Segments, Skeleton, type UsedPrompt } from '../../../ui/index.ts';
import '../prompt-strings.ts';
import { TracedWords } from './traced-words.tsx';

/** Traced words over the interview: nobody has to leave it while the clock runs. The first of `prompts` is shown, the others can be chosen. */
export function PromptWordsDialog({ prompts, onClose }: { prompts: readonly UsedPrompt[]; onClose: () => void }) {
  const { t } = useTranslation('prompts');
  const [hash, setHash] = useState(prompts[0]?.hash ?? '');
  const shown = prompts.find((prompt) => prompt.hash === hash);
  const { data, error, refetch } = useEngineQuery(queryKeys.promptWordsOf(hash), (engine, signal) => engine.prompts.wordsOf({ hash }, { signal }), { staleMs: 0 });
  return (
    <Dialog open size="wide" onOpenChange={(open) => { if (!open) onClose(); }} title={shown ? t('words.of', { ...shown }) : t('words.title')} description={t('words.dialogText')}>
      {prompts.length > 1 && (
        <Segments label={t('words.dialogPrompts')} labelHidden value={hash} onChange={setHash}
          options={prompts.map(({ id, version, hash: value }) => ({ value, label: t('words.dialogPrompt', { name: id.split('/').at(-1), version }) }))} />
      )}
      {error && !data && <EngineErrorNotice error={error} actions={{ retry: () => void refetch() }} />}
      {!data && !error && <div aria-busy="true" aria-label={t('words.reading')}><Skeleton height="200px" /></div>}
      {data && <TracedWords words={data} />}
    </Dialog>
  );
}
