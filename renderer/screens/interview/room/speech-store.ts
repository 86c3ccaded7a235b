import { create } from 'zustand';
import type { SpeechPart } from '../../../../core/contract/interview.ts';
import { hear, type Heard } from './speech-words.ts';

/** By session id: what is heard of the turn that is being said. */
const useSpeechStore = create<Readonly<Record<string, Heard>>>(() => ({}));

/** Takes in a part of what the interviewer says. */
export function hearPart(sessionId: string, part: SpeechPart): void {
  useSpeechStore.setState((state) => {
    const heard = hear(state[sessionId] ?? null, part);
    return heard && heard !== state[sessionId] ? { [sessionId]: heard } : {};
  });
}

export const useHeard = (sessionId: string): Heard | null => useSpeechStore((state) => state[sessionId] ?? null);
