import { Flag, MessagesSquare, Pause, Repeat } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { Draft, SessionView } from '../../../core/contract/interview.ts';
import { mapEngineError, useConnection } from '../../client/index.ts';
import { Button, ButtonLink, ConfirmDialog, EngineErrorNotice, Notice, ScreenHead, showToast, Skeleton, Steps } from '../../ui/index.ts';
import { AnswerEditor } from './room/answer-editor.tsx';
import { countDraftWords, type AnswerShape } from './room/answer-draft.ts';
import { FeedbackPanel } from './room/feedback-panel.tsx';
import { PauseCover } from './room/pause-cover.tsx';
import { RoomAside } from './room/room-aside.tsx';
import { changeDraft, chooseShape, dropLeftover, useRoomStore } from './room/room-store.ts';
import { Talk } from './room/talk.tsx';
import { useElapsed } from './room/use-elapsed.ts';
import { useRoom, type Room } from './room/use-room.ts';
import styles from './room-screen.module.css';

/** Where the interview is held. */
export function RoomScreen({ sessionId }: { sessionId: string }) {
  const { t } = useTranslation('interview');
  const [, navigate] = useLocation();
  const room = useRoom(sessionId);
  const ended = room.view?.phase === 'ended';
  useEffect(() => { if (ended) navigate(`/interview/${sessionId}/report`, { replace: true }); }, [ended, navigate, sessionId]);
  if (room.error && (!room.view || mapEngineError(room.error).code === 'INTERVIEW_NOT_FOUND')) {
    return (
      <div className={styles['screen']}>
        <ScreenHead ruled title={t('room.title')} />
        <div className={styles['alone']}>
          <EngineErrorNotice error={room.error} actions={{ retry: room.reload }} />
          <Leftover sessionId={sessionId} />
          <ButtonLink href="/interview" icon={MessagesSquare}>{t('room.another')}</ButtonLink>
        </div>
      </div>
    );
  }
  if (!room.view || ended) return <div className={styles['screen']} aria-busy="true"><ScreenHead ruled title={t('room.title')} /><div className={styles['alone']}><Skeleton height="120px" /></div></div>;
  return <OpenRoom room={room} view={room.view} />;
}

function OpenRoom({ room, view }: { room: Room; view: SessionView }) {
  const { t } = useTranslation('interview');
  const { sessionId, phase, current } = view;
  const [ending, setEnding] = useState(false);
  const offline = useConnection().state === 'away';
  const clockRuns = phase === 'question' || phase === 'follow-up' || phase === 'closing';
  const elapsedMs = useElapsed(room.seenAt, clockRuns);
  const now = view.questions.find(({ state }) => state === 'now');
  const answered = view.questions.filter(({ state }) => state === 'answered').length;
  const position = current?.questionIndex ?? view.feedback?.questionIndex ?? now?.index ?? view.questionCount;
  const shown = view.questions.find(({ index }) => index === position);
  const subtitle = [
    phase === 'closing' ? t('room.closing') : t('room.position', { number: Math.min(position + 1, view.questionCount), count: view.questionCount }),
    ...(shown ? [t(`kindLower.${shown.kind}`)] : []), t(`pressureLower.${view.pressure}`), t(`modeLower.${view.mode}`),
  ].join(' · ');
  const busy = room.running !== null;
  const mayHint = view.hints && phase !== 'closing' && current !== null && current.hintsLeft > 0;

  const press = useEffectEvent((event: KeyboardEvent): void => {
    // A key held down sends once; it must not run on through the feedback.
    if (event.defaultPrevented || event.repeat || event.isComposing || ending || document.querySelector('[role="dialog"],[role="alertdialog"]')) return;
    const mod = event.ctrlKey || event.metaKey;
    if (event.key === 'Enter' && mod && !event.altKey) {
      event.preventDefault();
      if (phase === 'feedback') void room.run('next');
      else if (phase === 'paused') void room.run('resume');
      else if (room.entry) void room.run('answer');
    } else if (event.altKey && !mod && event.code === 'KeyH' && mayHint) {
      event.preventDefault();
      void room.run('hint');
    }
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => press(event);
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);

  const write = (draft: Draft): void => {
    changeDraft(sessionId, draft);
    room.onDraft(draft);
    // What was wrong with the text may be mended by this very keystroke.
    if (room.failure?.command === 'answer' && mapEngineError(room.failure.error).code.startsWith('ANSWER_')) room.dismissFailure();
  };
  const reshape = (shape: AnswerShape): void => { const draft = chooseShape(sessionId, shape, current && !current.followUp && phase !== 'closing' ? current.kind : undefined); if (draft) room.onDraft(draft); };
  const end = async (): Promise<void> => { if (await room.run('end')) setEnding(false); };
  const steps = view.questions.map(({ state }) => state);
  const draftWords = room.entry ? countDraftWords(room.entry.draft) : 0;

  return (
    <div className={styles['screen']}>
      <ScreenHead ruled title={view.title} subtitle={subtitle}
        actions={<>
          {clockRuns && current && <Button variant="plain" icon={Repeat} disabled={busy} onClick={() => void room.run('repeat')}>{t('room.repeat')}</Button>}
          {phase !== 'paused' && <Button variant="plain" icon={Pause} disabled={busy} onClick={() => void room.run('pause')}>{t('room.pause')}</Button>}
          <Button variant="danger" icon={Flag} onClick={() => setEnding(true)}>{t('room.end')}</Button>
        </>}>
        <div className={styles['steps']}><Steps states={steps} label={t('room.progress', { count: view.questionCount, answered })} /></div>
      </ScreenHead>
      <div className={styles['columns']}>
        <div className={styles['main']} data-phase={phase}>
          <div className={styles['notices']}>
            {room.failure && !ending && <EngineErrorNotice error={room.failure.error} onDismiss={room.dismissFailure} actions={{ retry: () => room.failure && void room.run(room.failure.command), 'show-current': () => void room.showCurrent(), shorten: () => document.querySelector<HTMLElement>('[data-testid="answer-editor"] textarea')?.focus() }} />}
            {room.saveFailure && !room.failure && !offline ? <EngineErrorNotice error={room.saveFailure} actions={{ retry: () => void room.flush(), 'show-current': () => void room.showCurrent() }} /> : null}
            <Leftover sessionId={sessionId} onUse={room.entry ? (text) => write({ shape: 'plain', text }) : undefined} />
          </div>
          {phase === 'paused' ? <PauseCover busy={busy} draftWords={draftWords} onResume={() => void room.run('resume')} />
            : phase === 'feedback' && view.feedback ? <FeedbackPanel key={view.feedback.questionIndex} view={view} feedback={view.feedback} busy={busy} next={view.questions.some(({ state }) => state === 'later')} onNext={() => void room.run('next')} />
              : (
                <div className={styles['conversation']}>
                  <Talk view={view} now={room.seenAt + elapsedMs} />
                  {room.entry && current && (
                    <AnswerEditor draft={room.entry.draft} current={current} saveState={room.saveState} offline={offline} sending={room.running === 'answer'} busy={busy} closing={phase === 'closing'}
                      onChange={write} onShape={reshape} onBlur={() => void room.flush()} onSubmit={() => void room.run('answer')} onSkip={() => void room.run('skip')}
                      onHint={view.hints && phase !== 'closing' ? () => void room.run('hint') : null} />
                  )}
                </div>
              )}
        </div>
        <RoomAside view={view} draft={clockRuns ? room.entry?.draft : undefined} elapsedMs={elapsedMs} />
      </div>
      <ConfirmDialog open={ending} onOpenChange={setEnding} tone="danger" title={t('room.endTitle')} confirm={t('room.endConfirm')} cancel={t('room.endCancel')} busy={room.running === 'end'}
        error={ending && room.failure?.command === 'end' ? room.failure.error : undefined} onConfirm={() => void end()}
        text={<>{t('room.endText', { answered: t('room.answers', { count: answered }), rest: view.questionCount - answered })}{draftWords > 0 && clockRuns ? ` ${t('room.endDraft', { count: draftWords })}` : ''}</>} />
    </div>
  );
}

/** Words typed for a question that has passed: they can be copied or taken over, and go only when told to. */
function Leftover({ sessionId, onUse }: { sessionId: string; onUse?: ((text: string) => void) | undefined }) {
  const { t } = useTranslation('interview');
  const leftover = useRoomStore((state) => state.leftovers[sessionId]);
  if (!leftover) return null;
  const copy = async (): Promise<void> => { await navigator.clipboard.writeText(leftover.text); showToast(t('room.copied')); };
  return (
    <Notice tone="warn" title={t('room.leftoverTitle')} onDismiss={() => dropLeftover(sessionId)}
      actions={<>
        <Button size="small" onClick={() => void copy()}>{t('room.copy')}</Button>
        {onUse && <Button size="small" onClick={() => { onUse(leftover.text); dropLeftover(sessionId); }}>{t('room.useHere')}</Button>}
      </>}>
      <blockquote className={styles['leftover']} tabIndex={0}>{leftover.text}</blockquote>
    </Notice>
  );
}
