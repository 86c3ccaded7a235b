import { Search, X } from 'lucide-react';
import { useId, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { MemoryKind, MemoryStatus } from '../../../core/contract/memory.ts';
import { Field, IconButton, Spinner, TextInput } from '../../ui/index.ts';
import styles from './find-bar.module.css';

/** The most the engine takes as one query, in characters. */
const QUERY_LIMIT = 2_000;

/** What comes from practice first. */
const ORDER: readonly MemoryKind[] = ['turn', 'fact', 'resume', 'job', 'note', 'card', 'mentor-turn'];

/** What is searched for, and of which kind; only kinds there is something of. */
export function FindBar({ typed, kind, status, busy, field, onType, onKind }: {
  typed: string; kind: MemoryKind | null; status: MemoryStatus; busy: boolean; field: RefObject<HTMLInputElement | null>; onType: (typed: string) => void; onKind: (kind: MemoryKind | null) => void;
}) {
  const { t, i18n } = useTranslation('memory');
  const name = useId();
  const kinds = ORDER.flatMap((each) => status.kinds.filter((count) => count.kind === each && count.items > 0));
  const choices = [{ kind: null, words: t('kinds.all'), items: status.items }, ...kinds.map((each) => ({ kind: each.kind, words: t(`kinds.${each.kind}`), items: each.items }))];
  const figure = new Intl.NumberFormat(i18n.language);
  return (
    <div className={styles['find']}>
      <div className={styles['search']} role="search">
        <Field label={t('search.label')} labelHidden>
          {(control) => <TextInput {...control} ref={field} type="search" icon={Search} placeholder={t('search.placeholder')} value={typed} maxLength={QUERY_LIMIT} autoComplete="off" className={styles['field'] ?? ''}
            onChange={({ target }) => onType(target.value)} onKeyDown={(event) => { if (event.key === 'Escape' && typed !== '') { event.preventDefault(); onType(''); } }} />}
        </Field>
        <span className={styles['end']}>{busy ? <Spinner /> : typed !== '' && <IconButton label={t('search.clear')} icon={X} size="small" onClick={() => { onType(''); field.current?.focus(); }} />}</span>
      </div>
      {kinds.length > 1 && (
        <fieldset className={styles['kinds']} aria-label={t('filter.label')}>
          {choices.map((choice) => (
            <label key={choice.kind ?? 'all'}>
              <input type="radio" name={name} checked={choice.kind === kind} onChange={() => onKind(choice.kind)} aria-label={t('filter.name', { kind: choice.words, items: figure.format(choice.items) })} />
              {choice.words} <span>{figure.format(choice.items)}</span>
            </label>
          ))}
        </fieldset>
      )}
    </div>
  );
}
