import { useTranslation } from 'react-i18next';
import { connection } from '../client/engine.ts';
import { useEngineCommand } from '../client/use-engine.ts';
import { ConfirmDialog } from '../ui/dialog.tsx';
import { closeOverlay, useOverlays } from './overlays-store.ts';

/** Asks once, then asks the shell to close; the page says goodbye instead of trying to reconnect. */
export function QuitDialog() {
  const { t } = useTranslation('app');
  const open = useOverlays((overlays) => overlays.open === 'quit');
  const quit = useEngineCommand((engine) => engine.app.quit(), { onDone: () => { closeOverlay(); connection.close(); } });
  return (
    <ConfirmDialog open={open} onOpenChange={closeOverlay} title={t('quit.title')} text={t('quit.text')} confirm={t('quit.confirm')}
      busy={quit.isPending} error={quit.error} onConfirm={() => quit.mutate(undefined)} />
  );
}
