import { Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LocalModel } from '../../../../core/contract/models.ts';
import { Dialog, IconButton, showToast } from '../../../ui/index.ts';
import { shortChecksum } from './model-words.ts';
import styles from './model-facts.module.css';

/** Everything that is known of a model: what it is, its licence, where it comes from, its checksum. Addresses are to be copied; the window opens none. */
export function ModelFacts({ model, onClose }: { model: LocalModel; onClose: () => void }) {
  const { t } = useTranslation('models');
  const words: [string, string | null][] = [
    [t('local.facts.about'), model.about],
    [t('local.facts.parameters'), model.parametersB === null ? null : t('local.facts.parametersValue', { count: model.parametersB })],
    [t('local.facts.quantisation'), model.quantisation],
    [t('local.facts.context'), model.contextTokens === null ? null : t('local.facts.contextValue', { count: model.contextTokens })],
    [t('local.facts.fit'), model.fit.says],
    [t('local.facts.licence'), model.licence],
  ];
  return (
    <Dialog open onOpenChange={onClose} size="wide" title={t('local.facts.title', { name: model.name })}>
      <dl className={styles['facts']}>
        {words.filter(([, value]) => value).map(([label, value]) => <Fact key={label} label={label}>{value}</Fact>)}
        {model.licenceUrl && <Fact label={t('local.facts.licenceUrl')}><Copyable text={model.licenceUrl} label={t('local.facts.copyUrl')} /></Fact>}
        {model.sourceUrl && <Fact label={t('local.facts.source')}><Copyable text={model.sourceUrl} label={t('local.facts.copyUrl')} /></Fact>}
        {model.sha256 && <Fact label={t('local.facts.sha256')}><Copyable text={model.sha256} shown={shortChecksum(model.sha256)} label={t('local.facts.copySha')} /></Fact>}
        {!model.sha256 && model.origin === 'catalogue' && <Fact label={t('local.facts.sha256')}>{t('local.facts.shaLater')}</Fact>}
      </dl>
    </Dialog>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return <div><dt>{label}</dt><dd>{children}</dd></div>;
}

function Copyable({ text, shown = text, label }: { text: string; shown?: string; label: string }) {
  const { t } = useTranslation('models');
  return (
    <span className={styles['copyable']}>
      <code title={text}>{shown}</code>
      <IconButton label={label} icon={Copy} size="small" onClick={() => void navigator.clipboard.writeText(text).then(() => showToast(t('local.facts.copied')))} />
    </span>
  );
}
