import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { keyStoreSchema } from '../../../../core/contract/models.ts';
import { ChoiceCards, Field, Notice, TextInput } from '../../../ui/index.ts';

export type KeyStore = z.infer<typeof keyStoreSchema>;
export interface KeyTyped { key: string; keep: 'keychain' | 'session' }

/** A fresh, empty key: kept in the keychain where there is one. */
export const noKey = (store: KeyStore): KeyTyped => ({ key: '', keep: store.encrypted ? 'keychain' : 'session' });

/** The key and where it is to be kept. Without a real key store only this session is offered, and it says why. */
export function KeyFields({ store, typed, onChange, hint, keyEnv, optional = false }: { store: KeyStore; typed: KeyTyped; onChange: (typed: KeyTyped) => void; hint?: string | undefined; keyEnv: string | null; optional?: boolean }) {
  const { t } = useTranslation('models');
  const name = useId();
  return (
    <>
      <Field label={t('providers.dialog.key')} optional={optional} help={keyEnv ? t('providers.dialog.keyHelpEnv', { variable: keyEnv }) : t('providers.dialog.keyHelp')}>
        {(control) => (
          <TextInput {...control} type="password" name={`key-${name}`} value={typed.key} placeholder={hint} maxLength={500} autoComplete="new-password" spellCheck={false} data-1p-ignore="" data-lpignore="true"
            onChange={(event) => onChange({ ...typed, key: event.target.value.trim() })} />
        )}
      </Field>
      {optional && typed.key === '' ? null : store.encrypted
        ? <ChoiceCards label={t('providers.dialog.keep')} value={typed.keep} onChange={(keep) => onChange({ ...typed, keep })} columns={2} options={[
          { value: 'keychain', title: t('providers.dialog.keychain'), detail: t('providers.dialog.keychainDetail', { store: store.name }) },
          { value: 'session', title: t('providers.dialog.session'), detail: t('providers.dialog.sessionDetail') },
        ]} />
        : <Notice tone="note" title={t('providers.dialog.sessionOnly')}>{store.says}</Notice>}
    </>
  );
}
