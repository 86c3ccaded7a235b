import { create } from 'zustand';
import type { Draft, SessionView } from '../../../../core/contract/interview.ts';
import { type AnswerShape, reshapeDraft } from './answer-draft.ts';
import { adoptView, type EditorEntry, type Leftover, submissionFor } from './editor-sync.ts';

interface RoomState {
  /** By session id. Survives leaving the room, a fault in a screen and a lost connection; not closing the window. */
  editors: Readonly<Record<string, EditorEntry>>;
  leftovers: Readonly<Record<string, Leftover>>;
  /** The shape last chosen for each kind of question. */
  chosenShapes: Readonly<Partial<Record<string, AnswerShape>>>;
}

export const useRoomStore = create<RoomState>(() => ({ editors: {}, leftovers: {}, chosenShapes: {} }));

const setEntry = (sessionId: string, change: (entry: EditorEntry) => EditorEntry): void => {
  useRoomStore.setState(({ editors }) => {
    const entry = editors[sessionId];
    return entry ? { editors: { ...editors, [sessionId]: change(entry) } } : {};
  });
};

/** Brings the editor to what the engine says is being asked. */
export function syncEditor(view: SessionView): void {
  useRoomStore.setState(({ editors, leftovers, chosenShapes }) => {
    const { [view.sessionId]: before, ...others } = editors;
    const { entry, leftover } = adoptView(before, view, chosenShapes);
    return {
      editors: entry ? { ...others, [view.sessionId]: entry } : others,
      leftovers: leftover ? { ...leftovers, [view.sessionId]: leftover } : leftovers,
    };
  });
}

export function changeDraft(sessionId: string, draft: Draft): void {
  setEntry(sessionId, (entry) => ({ ...entry, draft, touched: true }));
}

/** Shows the same words in another shape and remembers the choice for this kind of question. Gives the draft that results. */
export function chooseShape(sessionId: string, shape: AnswerShape, kind: string | undefined): Draft | undefined {
  setEntry(sessionId, (entry) => ({
    ...entry,
    draft: reshapeDraft(entry.draft, shape, entry.remembered[shape]),
    remembered: { ...entry.remembered, [entry.draft.shape]: entry.draft },
    touched: true,
  }));
  if (kind) useRoomStore.setState(({ chosenShapes }) => ({ chosenShapes: { ...chosenShapes, [kind]: shape } }));
  return useRoomStore.getState().editors[sessionId]?.draft;
}

/** Takes the answer out of the editor to be sent; the same text keeps its id until it has arrived. */
export function takeSubmission(sessionId: string): { id: string; text: string } | null {
  const entry = useRoomStore.getState().editors[sessionId];
  if (!entry) return null;
  const submission = submissionFor(entry, () => crypto.randomUUID());
  setEntry(sessionId, (before) => ({ ...before, submission }));
  return submission;
}

export function dropLeftover(sessionId: string): void {
  useRoomStore.setState(({ leftovers }) => {
    const { [sessionId]: _dropped, ...rest } = leftovers;
    return { leftovers: rest };
  });
}
