import { useCallback, useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Draft, SessionView } from '../../../../core/contract/interview.ts';
import { engine, isConnectionLost, mapEngineError, queryClient, queryKeys, useConnection, useEngineQuery, useEngineStream } from '../../../client/index.ts';
import { createDraftAutosave, type SaveState } from './draft-autosave.ts';
import { questionKey, submissionFor } from './editor-sync.ts';
import { syncEditor, takeSubmission, useRoomStore } from './room-store.ts';
import { hearPart } from './speech-store.ts';

export type RoomCommand = 'answer' | 'hint' | 'skip' | 'repeat' | 'next' | 'pause' | 'resume' | 'end';
export interface CommandFailure { command: RoomCommand; error: unknown }

/** Keeps the newest view: a late reply never takes the screen back. */
export function acceptView(view: SessionView): void {
  queryClient.setQueryData<SessionView>(queryKeys.session(view.sessionId), (before) => (before && isOlder(view, before) ? undefined : view));
}

/** Saying a turn is no step of its own: within one revision the view in which more has been said is the newer one. */
function isOlder(view: SessionView, than: SessionView): boolean {
  if (view.revision !== than.revision) return view.revision < than.revision;
  const speaking = new Set(view.turns.filter(({ state }) => state === 'speaking').map(({ seq }) => seq));
  return than.turns.some(({ seq, state }) => state === 'said' && speaking.has(seq));
}

const currentView = (sessionId: string): SessionView | undefined => queryClient.getQueryData<SessionView>(queryKeys.session(sessionId));

async function refreshView(sessionId: string): Promise<SessionView> {
  const view = await engine.interview.session({ sessionId });
  acceptView(view);
  return currentView(sessionId) ?? view;
}

function unlessGone(error: unknown): undefined {
  if (mapEngineError(error).code !== 'INTERVIEW_NOT_FOUND') throw error;
}

/**
 * Saves a draft under the newest revision. A draft for a question that has passed is let go (its words become a leftover),
 * and so is one for an interview that was deleted.
 */
async function saveDraft(sessionId: string, key: string, draft: Draft): Promise<void> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const view = attempt === 0 ? currentView(sessionId) : await refreshView(sessionId).catch(unlessGone);
    if (!view || questionKey(view) !== key || view.phase === 'paused') return;
    try {
      await engine.interview.saveDraft({ sessionId, revision: view.revision, draft });
      return;
    } catch (error) {
      const { code } = mapEngineError(error);
      if (code === 'INTERVIEW_NOT_FOUND') return;
      if (attempt > 0 || (code !== 'INTERVIEW_STALE' && code !== 'INTERVIEW_NOT_NOW')) throw error;
    }
  }
}

/** One interview as the engine tells it, kept up to date, with what can be asked of it. */
export function useRoom(sessionId: string) {
  const query = useEngineQuery(queryKeys.session(sessionId), (it) => it.interview.session({ sessionId }));
  const [gone, setGone] = useState<unknown>(null);
  useEngineStream(sessionId, (it, signal) => it.interview.watch({ sessionId }, { signal }), acceptView, setGone);
  useEngineStream(sessionId, (it, signal) => it.interview.speech({ sessionId }, { signal }), (part) => hearPart(sessionId, part));
  const view = query.data;
  useLayoutEffect(() => { if (view) syncEditor(view); }, [view]);

  const [saveState, setSaveState] = useState<SaveState>('saved');
  const [saveFailure, setSaveFailure] = useState<unknown>(null);
  const autosave = useMemo(() => createDraftAutosave<{ key: string; draft: Draft }>({
    save: ({ key, draft }) => saveDraft(sessionId, key, draft),
    onState: (state, failure) => { setSaveState(state); setSaveFailure(state === 'failed' ? failure : null); },
  }), [sessionId]);
  // Leaving the room saves what was typed last.
  useEffect(() => () => void autosave.flush(), [autosave]);
  // Words typed before a fault or while away are saved as soon as there is somebody to save them.
  const { returns } = useConnection();
  useEffect(() => { void autosave.flush(); }, [autosave, returns]);
  useEffect(() => {
    const flush = (): void => void autosave.flush();
    document.addEventListener('visibilitychange', flush);
    window.addEventListener('blur', flush);
    window.addEventListener('pagehide', flush);
    return () => {
      document.removeEventListener('visibilitychange', flush);
      window.removeEventListener('blur', flush);
      window.removeEventListener('pagehide', flush);
    };
  }, [autosave]);

  const [running, setRunning] = useState<RoomCommand | null>(null);
  const [failure, setFailure] = useState<CommandFailure | null>(null);
  const busy = useRef(false);
  const run = useCallback(async (command: RoomCommand): Promise<boolean> => {
    const before = currentView(sessionId);
    if (!before || busy.current) return false;
    busy.current = true;
    setRunning(command);
    setFailure(null);
    try {
      if (command === 'answer') {
        const submission = takeSubmission(sessionId);
        if (!submission) return false;
        const after = await engine.interview.answer({ sessionId, revision: before.revision, submissionId: submission.id, text: submission.text });
        autosave.discard();
        acceptView(after);
      } else {
        // What is in the editor goes on record before the question is left or covered.
        await autosave.flush();
        const { revision } = currentView(sessionId) ?? before;
        acceptView(await engine.interview[command]({ sessionId, revision }));
      }
      return true;
    } catch (error) {
      setFailure({ command, error });
      return false;
    } finally {
      busy.current = false;
      setRunning(null);
    }
  }, [autosave, sessionId]);

  // Once the connection is back, an answer that could not be sent goes out by itself unless its words were changed meanwhile:
  // under the same id it cannot count twice. Everything else was only asked for a moment and is let go.
  const comeBack = useEffectEvent(() => {
    if (!failure || !isConnectionLost(failure.error)) return;
    const entry = useRoomStore.getState().editors[sessionId];
    if (failure.command === 'answer' && entry?.submission && submissionFor(entry, () => '') === entry.submission) void run('answer');
    else setFailure(null);
  });
  useEffect(() => { comeBack(); }, [returns]);

  const showCurrent = useCallback(async (): Promise<void> => {
    try {
      await refreshView(sessionId);
      setFailure(null);
    } catch (error) {
      setFailure({ command: 'repeat', error });
    }
  }, [sessionId]);

  const key = view ? questionKey(view) : null;
  const stored = useRoomStore((state) => state.editors[sessionId]);
  const onDraft = useCallback((draft: Draft): void => { if (key) autosave.change({ key, draft }); }, [autosave, key]);
  return {
    view, seenAt: query.dataUpdatedAt, error: gone ?? query.error, reload: () => { setGone(null); void query.refetch(); },
    entry: stored && stored.key === key ? stored : undefined,
    saveState, saveFailure, flush: autosave.flush, onDraft,
    run, running, failure, dismissFailure: () => setFailure(null), showCurrent,
  };
}
export type Room = ReturnType<typeof useRoom>;
