import type { SpeechPart, Turn } from '../../../../core/contract/interview.ts';

/** What has been heard of the turn that is being said, or was said last. */
export interface Heard {
  seq: number;
  text: string;
  /** Who speaks, as the engine names them; empty until somebody does. */
  by: string;
  /** Words that broke off, when somebody else had to begin again. */
  cut: string | null;
  /** Why others did not answer, in sentences. */
  switches: readonly string[];
}

/** Takes one part in. Parts of a turn whose beginning was missed are left out: the engine tells the words so far to whoever begins to listen. */
export function hear(before: Heard | null, part: SpeechPart): Heard | null {
  const same = before?.seq === part.seq ? before : null;
  switch (part.type) {
    case 'start': return { seq: part.seq, text: part.text, by: part.by, cut: same?.cut ?? null, switches: same?.switches ?? [] };
    case 'delta': return same ? { ...same, text: same.text + part.text } : before;
    case 'switch': return same ? { ...same, switches: same.switches.includes(part.says) ? same.switches : [...same.switches, part.says] } : before;
    case 'restart': return same ? { ...same, text: '', cut: part.cut } : before;
    // The words stay until the view has them, so that they never vanish in between.
    case 'end': return before;
  }
}

/** The turns with the words of the one that is still being said; a turn that has been said is as the engine tells it. */
export function withHeard(turns: readonly Turn[], heard: Heard | null): Turn[] {
  return turns.map((turn) => (heard && turn.state === 'speaking' && turn.seq === heard.seq
    ? { ...turn, text: longer(heard.text, heard.cut === null ? turn.text : ''), cut: heard.cut ?? turn.cut, madeBy: null }
    : turn.state === 'speaking' ? { ...turn, madeBy: null } : turn));
}

const longer = (one: string, other: string): string => (other.length > one.length && other.startsWith(one) ? other : one);

/** A turn of a model, whether it speaks, has spoken, or was to speak; room is kept for its words from the first moment on. */
export function isSpoken(turn: Turn): boolean {
  return turn.state === 'speaking' || turn.madeBy?.model !== undefined || turn.madeBy?.instead !== undefined;
}

/** The words to announce once: those of turns that were being said in `before` and have been said in `after`. */
export function justSaid(before: readonly Turn[], after: readonly Turn[]): string {
  const speaking = new Set(before.filter(({ state }) => state === 'speaking').map(({ seq }) => seq));
  return after.filter((turn) => turn.state === 'said' && speaking.has(turn.seq)).map(({ text }) => text).join(' ');
}
