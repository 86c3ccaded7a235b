import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryKeys, useEngineCommand } from '../../../client/index.ts';
import { Button, EngineErrorNotice, Field, Icon, showToast, TextInput } from '../../../ui/index.ts';
import styles from './import-model.module.css';

/** Where downloads come from: the hub, or a mirror for those who cannot reach it. */
export function DownloadSource({ mirror }: { mirror: string | null }) {
  const { t } = useTranslation('models');
  const [typed, setTyped] = useState<string | null>(null);
  const url = typed ?? mirror ?? '';
  const save = useEngineCommand((engine, next: string | null) => engine.models.setMirror({ url: next }), {
    outdates: [queryKeys.localModels],
    onDone: (_output, next) => { setTyped(null); showToast(next === null ? t('local.mirror.cleared') : t('local.mirror.saved', { url: next })); },
  });
  const send = (): void => { if (!save.isPending) save.mutate(url.trim() === '' ? null : url.trim()); };
  return (
    <details className={styles['more']} open={mirror !== null || undefined}>
      <summary><Icon of={ChevronRight} size={14} />{t('local.mirror.title')}</summary>
      <div className={styles['line']}>
        <Field label={t('local.mirror.label')} help={t('local.mirror.help')}>
          {(control) => <TextInput {...control} type="url" value={url} maxLength={500} autoComplete="off" spellCheck={false} placeholder="https://" onChange={(event) => setTyped(event.target.value)} onKeyDown={(event) => { if (event.key === 'Enter') send(); }} />}
        </Field>
        <div className={styles['beside']}>
          <Button busy={save.isPending && save.variables !== null} disabled={url.trim() === (mirror ?? '')} onClick={send}>{t('local.mirror.save')}</Button>
          {mirror !== null && <Button variant="plain" busy={save.isPending && save.variables === null} onClick={() => save.mutate(null)}>{t('local.mirror.clear')}</Button>}
        </div>
      </div>
      {save.error && <EngineErrorNotice error={save.error} onDismiss={save.reset} />}
    </details>
  );
}
