import { Check, Ellipsis, Info, Pause, Play, Trash2, X, Download as DownloadIcon, CircleStop, Gauge, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Download, LocalModel } from '../../../../core/contract/models.ts';
import { Badge, Button, byteSize, EngineErrorNotice, IconButton, memorySize, Menu, Notice, Spinner } from '../../../ui/index.ts';
import { duration } from '../duration-words.ts';
import { DownloadProgress } from './download-progress.tsx';
import { modelActions, shortBytes, type ModelAction } from './model-words.ts';
import { useModelCommands } from './use-model-commands.ts';
import styles from './model-table.module.css';

const ICONS: Record<ModelAction, LucideIcon> = { 'get': DownloadIcon, 'get-smaller': DownloadIcon, 'pause': Pause, 'resume': Play, 'cancel': X, 'use': Check, 'use-smaller': Check, 'stop': CircleStop, 'speed': Gauge, 'delete': Trash2 };

/** One model: its figures and its button; below it what is going on with it or what stands in its way. */
export function ModelRows({ model, download, onFacts, onDelete, onCancel }: { model: LocalModel; download: Download | null; onFacts: (model: LocalModel) => void; onDelete: (model: LocalModel) => void; onCancel: (model: LocalModel) => void }) {
  const { t } = useTranslation('models');
  const { name, fit } = model;
  const { run, busy, failure, dismiss, speed } = useModelCommands(model);
  const actions = modelActions(model, download);
  const short = shortBytes(model);
  const act = (action: ModelAction): void => {
    if (action === 'delete') onDelete(model);
    else if (action === 'cancel') onCancel(model);
    else run(action);
  };
  const offered = actions.filter((action) => action !== 'use-smaller' && action !== 'get-smaller');
  const smaller = actions.find((action) => action === 'use-smaller' || action === 'get-smaller');
  const loading = busy === 'use' || busy === 'use-smaller' || model.load === 'loading';
  const moving = download !== null && download.state !== 'done';
  const words = (action: ModelAction): string => {
    if (action === 'use-smaller' || action === 'get-smaller') return t(action === 'use-smaller' ? 'local.smallerUse' : 'local.smallerGet', { tokens: fit.smallerContext?.tokens ?? 0 });
    return action === 'use' && (model.load === 'failed' || model.load === 'held-back') ? t('local.useAgain') : t(`local.${action}`);
  };
  const [first, ...rest] = offered;
  const button = (action: ModelAction, primary = false) => (
    <Button key={action} size="small" variant={primary ? 'primary' : 'normal'} icon={ICONS[action]} busy={busy === action} aria-label={nameOf(t, action, name, words(action))} onClick={() => act(action)}>{words(action)}</Button>
  );
  return (
    <>
      <tr className={styles['row']} data-gone={(!moving && !model.installed && actions.length === 0) || undefined}>
        <td className={styles['what']}>
          <b>{name}</b>
          <span data-badge="">
            {model.recommended && <Badge tone="accent">{t('local.recommended')}</Badge>}
            {model.origin === 'imported' && <Badge>{t('local.imported')}</Badge>}
          </span>
          <small>{model.about}</small>
        </td>
        <td data-right="">{model.fileBytes === null ? <span className={styles['quiet']}>{t('local.unknown')}</span> : model.fileBytesAbout ? t('local.about', { size: byteSize(model.fileBytes) }) : byteSize(model.fileBytes)}</td>
        <td data-right=""><span className={short !== null ? styles['short'] : undefined}>{fit.needsBytes === null ? '–' : memorySize(fit.needsBytes)}</span></td>
        <td data-right="">{model.tokensPerSecond === null ? <span className={styles['quiet']}>–</span> : t('local.tokensPerSecond', { count: roundSpeed(model.tokensPerSecond) })}</td>
        <td><FitBadge model={model} short={short} /></td>
        <td>
          <span className={styles['actions']}>
            {model.inUse ? <Badge tone="accent">{t(model.load === 'loading' ? 'local.load.loading' : 'local.inUse')}</Badge>
              : first && (first === 'cancel' ? null : button(first, first === 'resume'))}
            {moving && <IconButton label={t('local.cancelName', { name })} icon={X} size="small" onClick={() => act('cancel')} />}
            <Menu label={t('local.more', { name })} items={[
              ...(model.inUse && first ? [first, ...rest] : rest).filter((action) => action !== 'cancel').map((action) => ({ label: words(action), danger: action === 'delete', icon: ICONS[action], onSelect: () => act(action) })),
              { label: t('local.details'), icon: Info, onSelect: () => onFacts(model) },
            ]}><IconButton label={t('local.more', { name })} icon={Ellipsis} size="small" /></Menu>
          </span>
        </td>
      </tr>
      {(moving || failure !== null || loading || busy === 'speed' || speed || model.loadSays || short !== null) && (
        <tr className={styles['more']}>
          <td colSpan={6}>
            {moving && <DownloadProgress download={download} />}
            {failure !== null && <EngineErrorNotice error={failure} actions={{ retry: () => { dismiss(); run(null); } }} onDismiss={dismiss} />}
            {(loading || busy === 'speed') && <p className={styles['working']} role="status"><Spinner size={14} />{t(busy === 'speed' ? 'local.measuring' : 'local.loadingModel', { name })}</p>}
            {speed && <Notice tone="good" onDismiss={dismiss}><span role="status">{t('local.speedDone', { tokensPerSecond: roundSpeed(speed.tokensPerSecond), first: duration(speed.firstTokenMs) })} {speed.loadMs >= 1 && t('local.speedLoaded', { load: duration(speed.loadMs) })}</span></Notice>}
            {model.loadSays && (model.load === 'failed' || model.load === 'held-back') && <Notice tone="warn" title={t(`local.load.${model.load}`)}>{model.loadSays}</Notice>}
            {short !== null && !moving && (
              <TooLarge model={model}>{smaller && button(smaller)}</TooLarge>
            )}
          </td>
        </tr>
      )}
    </>
  );
}

/** Why a model would not start here, with the numbers; loud only when something can be done about it. */
function TooLarge({ model: { fit, installed }, children }: { model: LocalModel; children: ReactNode }) {
  const { t } = useTranslation('models');
  const numbers = t('local.tooLargeNumbers', { needs: memorySize(fit.needsBytes ?? 0), available: memorySize(fit.availableBytes) });
  if (!fit.smallerContext && !installed) return <p className={styles['numbers']}>{numbers}</p>;
  return (
    <Notice tone="bad" title={t('local.tooLarge')} actions={children}>
      {numbers} {fit.smallerContext && t('local.smaller', { tokens: fit.smallerContext.tokens, needs: memorySize(fit.smallerContext.needsBytes) })}
    </Notice>
  );
}

function FitBadge({ model, short }: { model: LocalModel; short: number | null }) {
  const { t } = useTranslation('models');
  const { verdict } = model.fit;
  if (verdict === 'fits-well' || verdict === 'fits') return <Badge tone="good" icon={Check}>{t(`local.fit.${verdict}`)}</Badge>;
  if (short !== null) return <Badge tone="bad" icon={X}>{t('local.fit.short', { size: memorySize(short) })}</Badge>;
  return <Badge>{t(`local.fit.${verdict}`)}</Badge>;
}

const roundSpeed = (tokensPerSecond: number): number => (tokensPerSecond < 10 ? Math.round(tokensPerSecond * 10) / 10 : Math.round(tokensPerSecond));

function nameOf(t: ReturnType<typeof useTranslation<'models'>>['t'], action: ModelAction, name: string, words: string): string {
  switch (action) {
    case 'get': return t('local.getName', { name });
    case 'pause': return t('local.pauseName', { name });
    case 'resume': return t('local.resumeName', { name });
    case 'use': return words === t('local.use') ? t('local.useName', { name }) : `${words}: ${name}`;
    default: return `${words}: ${name}`;
  }
}
