import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { ErrorData } from '../../core/contract/errors.ts';
import { mapEngineError } from '../client/engine-error.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';
import styles from './engine-error-notice.module.css';

export type ErrorAction = ErrorData['action'];
export type ErrorActions = Partial<Record<ErrorAction, () => void>>;

/**
 * A failure in words: what happened, what was kept, what to do, and the button for it. The screen gives what its actions
 * do (`retry`, `show-current`, `shorten`, `choose-another`); the ones that lead to another screen are known here.
 */
export function EngineErrorNotice({ error, actions, onDismiss }: { error: unknown; actions?: ErrorActions; onDismiss?: () => void }) {
  const { t } = useTranslation('ui');
  const [, navigate] = useLocation();
  const { code, data } = mapEngineError(error);
  const known: ErrorActions = {
    reload: () => location.reload(),
    'open-history': () => navigate('/history'),
    'open-data-settings': () => navigate('/settings/data'),
    'open-providers': () => navigate('/settings/providers'),
    'open-models': () => navigate('/settings/models'),
    'open-routing': () => navigate('/settings/routing'),
    ...actions,
  };
  const action = data.action === 'none' ? undefined : data.action;
  const act = action && known[action];
  return (
    <div data-error-code={code}>
      <Notice tone="bad" alert title={data.happened} onDismiss={onDismiss}
        actions={action && act && <Button size="small" onClick={act}>{t(`errorAction.${action}`)}</Button>}>
        <dl className={styles['facts']}>
          <dt>{t('errorKept')}</dt><dd>{data.kept}</dd>
          <dt>{t('errorTodo')}</dt><dd>{data.todo}</dd>
        </dl>
      </Notice>
    </div>
  );
}
