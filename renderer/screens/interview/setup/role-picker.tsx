import { Search } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PackSummary } from '../../../../core/contract/interview.ts';
import { Badge, Button, ChoiceCards, Dialog, Field, TextInput } from '../../../ui/index.ts';
import { likelyPacks, searchPacks } from './setup-choices.ts';
import styles from './role-picker.module.css';

/** The likeliest roles as cards, and all of them behind a searchable list. */
export function RolePicker({ packs, lastUsedId, value, onChange, onFromPosting }:
  { packs: readonly PackSummary[]; lastUsedId: string; value: string; onChange: (packId: string) => void; onFromPosting: () => void }) {
  const { t } = useTranslation('interview');
  const [open, setOpen] = useState(false);
  const detail = (pack: PackSummary): string => `${t('questions', { count: pack.questions })} · ${pack.unseen === pack.questions ? t('setup.allUnseen') : t('setup.unseen', { count: pack.unseen })}`;
  return (
    <div>
      <ChoiceCards label={t('setup.role')} columns={3} value={value} onChange={onChange}
        options={likelyPacks(packs, lastUsedId, value).map((pack) => ({ value: pack.packId, title: pack.title, detail: detail(pack) }))} />
      <div className={styles['more']}>
        <button type="button" className={styles['link']} onClick={() => setOpen(true)}>{t('setup.allRoles', { count: packs.length })}</button>
        <span aria-hidden="true">·</span>
        <button type="button" className={styles['link']} onClick={onFromPosting}>{t('setup.fromPosting')}</button>
      </div>
      <Dialog open={open} onOpenChange={setOpen} size="wide" title={t('setup.allRolesTitle')}>
        {open && <RoleList packs={packs} value={value} detail={detail} onPick={(packId) => { onChange(packId); setOpen(false); }} />}
      </Dialog>
    </div>
  );
}

function RoleList({ packs, value, detail, onPick }: { packs: readonly PackSummary[]; value: string; detail: (pack: PackSummary) => string; onPick: (packId: string) => void }) {
  const { t } = useTranslation('interview');
  const [search, setSearch] = useState('');
  const found = searchPacks(packs, search);
  return (
    <>
      <Field label={t('setup.searchRoles')} labelHidden>
        {(control) => <TextInput {...control} icon={Search} type="search" placeholder={t('setup.searchRoles')} value={search} onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => { if (event.key === 'Enter' && found[0]) { event.preventDefault(); onPick(found[0].packId); } }} />}
      </Field>
      {found.length === 0
        ? <p className={styles['none']}>{t('setup.noRole', { search })} <Button size="small" onClick={() => setSearch('')}>{t('setup.showAllRoles')}</Button></p>
        : (
          <ul className={styles['roles']} aria-label={t('setup.allRolesTitle')}>
            {found.map((pack) => (
              <li key={pack.packId}>
                <button type="button" className={styles['role']} aria-current={pack.packId === value || undefined} onClick={() => onPick(pack.packId)}>
                  <span className={styles['title']}>{pack.title}{pack.packId === value && <Badge tone="accent">{t('setup.chosen')}</Badge>}</span>
                  <span className={styles['about']}>{pack.about}</span>
                  <span className={styles['detail']}>{detail(pack)}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
    </>
  );
}
