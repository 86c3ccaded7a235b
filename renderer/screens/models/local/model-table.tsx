import { useTranslation } from 'react-i18next';
import type { LocalModel } from '../../../../core/contract/models.ts';
import { VisuallyHidden } from '../../../ui/index.ts';
import { useDownloads } from '../downloads-store.ts';
import { ModelRows } from './model-rows.tsx';
import styles from './model-table.module.css';

export interface ModelTableProps { models: readonly LocalModel[]; onFacts: (model: LocalModel) => void; onDelete: (model: LocalModel) => void; onCancel: (model: LocalModel) => void }

/** Every model of the catalogue and every imported one, by what it is for; downloads move as the engine tells them. */
export function ModelTable({ models, ...on }: ModelTableProps) {
  const { t } = useTranslation('models');
  const live = useDownloads(({ downloads }) => downloads);
  const groups = (['instruct', 'embedder'] as const).map((role) => ({ role, members: models.filter((model) => model.role === role) })).filter(({ members }) => members.length > 0);
  return (
    <table className={styles['table']} aria-label={t('local.table.label')}>
      <thead>
        <tr>
          <th scope="col">{t('local.table.model')}</th>
          <th scope="col" data-right="">{t('local.table.download')}</th>
          <th scope="col" data-right="">{t('local.table.memory')}</th>
          <th scope="col" data-right="">{t('local.table.speed')}</th>
          <th scope="col">{t('local.table.fit')}</th>
          <th scope="col"><VisuallyHidden>{t('local.table.action')}</VisuallyHidden></th>
        </tr>
      </thead>
      {groups.map(({ role, members }) => (
        <tbody key={role}>
          <tr className={styles['group']}><th scope="rowgroup" colSpan={6}>{t(`local.groups.${role}`)}</th></tr>
          {members.map((model) => (
            <ModelRows key={model.modelId} model={model} download={live ? (live.find(({ modelId }) => modelId === model.modelId) ?? null) : model.download} {...on} />
          ))}
        </tbody>
      ))}
    </table>
  );
}
