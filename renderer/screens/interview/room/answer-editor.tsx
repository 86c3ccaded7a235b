import { Check, CircleAlert, Lightbulb, PenLine, SkipForward } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Draft, SessionView } from '../../../../core/contract/interview.ts';
import { Button, Icon, Segments, Spinner } from '../../../ui/index.ts';
import { type AnswerShape, countDraftWords, countWords, isDraftEmpty, STAR_FIELDS, type StarField } from './answer-draft.ts';
import { CodeField } from './code-field.tsx';
import type { SaveState } from './draft-autosave.ts';
import styles from './answer-editor.module.css';

/** Where the answer is written: in one piece, in the four STAR fields, or words with code. */
export function AnswerEditor({ draft, current, saveState, offline, sending, closing, onChange, onShape, onSubmit, onHint, onSkip, onBlur, busy }: {
  draft: Draft; current: NonNullable<SessionView['current']>; saveState: SaveState; offline: boolean; sending: boolean; closing: boolean; busy: boolean;
  onChange: (draft: Draft) => void; onShape: (shape: AnswerShape) => void; onSubmit: () => void; onHint: (() => void) | null; onSkip: () => void; onBlur: () => void;
}) {
  const { t } = useTranslation('interview');
  const first = useRef<HTMLTextAreaElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const asked = `${current.questionIndex}.${current.followUp?.number ?? 0}`;
  // A new question takes the caret to the editor, behind what was kept of it.
  useEffect(() => {
    const field = first.current;
    if (!field || document.querySelector('[role="dialog"],[role="alertdialog"]')) return;
    field.focus({ preventScroll: true });
    field.setSelectionRange(field.value.length, field.value.length);
  }, [asked]);
  const words = countDraftWords(draft);
  const { from, to } = current.goodWords;
  const empty = isDraftEmpty(draft);
  return (
    <form ref={form} className={styles['editor']} aria-label={t('room.yourAnswer')} data-testid="answer-editor"
      onSubmit={(event) => { event.preventDefault(); onSubmit(); }} onBlur={(event) => { if (!event.currentTarget.contains(event.relatedTarget)) onBlur(); }}>
      <div className={styles['tools']}>
        {!closing && <Segments label={t('room.answerAs')} labelHidden value={draft.shape} onChange={onShape}
          options={(['plain', 'star', 'code'] as const).map((shape) => ({ value: shape, label: t(`room.shape.${shape}`) }))} />}
        <span className={styles['push']} />
        {onHint && <Button variant="plain" size="small" icon={Lightbulb} shortcut="alt+h" disabled={current.hintsLeft === 0 || busy} onClick={onHint}>{t('room.hint')}</Button>}
        <Button variant="plain" size="small" icon={SkipForward} disabled={busy} onClick={onSkip}>{closing ? t('room.finishWithout') : t('room.skip')}</Button>
      </div>
      <div className={styles['fields']}>
        {draft.shape === 'plain' && <textarea ref={first} className={styles['plain']} value={draft.text} rows={5} aria-label={t('room.yourAnswer')} placeholder={t(closing ? 'room.closingPlaceholder' : 'room.placeholder')} onChange={(event) => onChange({ shape: 'plain', text: event.target.value })} />}
        {draft.shape === 'star' && <StarFields draft={draft} onChange={onChange} first={first} />}
        {draft.shape === 'code' && <CodeFields draft={draft} onChange={onChange} first={first} />}
      </div>
      <div className={styles['foot']}>
        <span className={styles['count']}><strong>{words}</strong> {t('room.words', { count: words })}</span>
        {!closing && <span className={styles['good']}>{t('room.goodWords', { from, to })}</span>}
        <SavedState state={saveState} offline={offline} empty={empty} />
        <span className={styles['push']} />
        <Button type="submit" variant="primary" shortcut="mod+Enter" busy={sending}>{t(closing ? 'room.sendClosing' : 'room.answer')}</Button>
      </div>
    </form>
  );
}

/** Says politely where the draft stands; silent while the hand is still moving. */
function SavedState({ state, offline, empty }: { state: SaveState; offline: boolean; empty: boolean }) {
  const { t } = useTranslation('interview');
  if (offline) return <span className={styles['saved']} role="status"><Icon of={PenLine} size={14} />{t('room.keptHere')}</span>;
  if (state === 'failed') return <span className={styles['saved']} data-failed role="status"><Icon of={CircleAlert} size={14} />{t('room.notSaved')}</span>;
  return (
    <span className={styles['saved']} role="status" data-state={state}>
      {state === 'saved' ? (empty ? null : <><Icon of={Check} size={14} />{t('room.saved')}</>) : <><Spinner size={12} /><span>{t('room.saving')}</span></>}
    </span>
  );
}

function StarFields({ draft, onChange, first }: { draft: Extract<Draft, { shape: 'star' }>; onChange: (draft: Draft) => void; first: React.RefObject<HTMLTextAreaElement | null> }) {
  const { t } = useTranslation('interview');
  const id = useId();
  const [now, setNow] = useState<StarField>('situation');
  return (
    <div className={styles['star']}>
      {STAR_FIELDS.map((field, index) => {
        const count = countWords(draft[field]);
        return (
          <div key={field} className={styles['part']} data-now={now === field || undefined}>
            <label htmlFor={`${id}-${field}`}><strong>{t(`star.${field}`)}</strong></label>
            <span className={styles['partCount']}>{count === 0 ? t('room.empty') : t('words', { count })}</span>
            <textarea ref={index === 0 ? first : undefined} id={`${id}-${field}`} value={draft[field]} rows={1} placeholder={t(`star.ask.${field}`)}
              onFocus={() => setNow(field)} onChange={(event) => onChange({ ...draft, [field]: event.target.value })} />
          </div>
        );
      })}
    </div>
  );
}

function CodeFields({ draft, onChange, first }: { draft: Extract<Draft, { shape: 'code' }>; onChange: (draft: Draft) => void; first: React.RefObject<HTMLTextAreaElement | null> }) {
  const { t } = useTranslation('interview');
  const id = useId();
  return (
    <div className={styles['codeShape']}>
      <textarea ref={first} className={styles['plain']} value={draft.text} rows={2} aria-label={t('room.yourAnswer')} placeholder={t('room.codeWords')} onChange={(event) => onChange({ ...draft, text: event.target.value })} />
      <CodeField id={`${id}-code`} className={styles['code']} value={draft.code} label={t('room.code')} describedBy={`${id}-keys`} placeholder={t('room.codePlaceholder')} onChange={(code) => onChange({ ...draft, code })} />
      <p id={`${id}-keys`} className={styles['keys']}>{t('room.codeKeys')}</p>
    </div>
  );
}
