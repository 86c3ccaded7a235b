/** Where a link to traced words was followed from, as it is kept in the history of the window. */
export interface CameFrom { path: string; place: 'room' | 'report' | 'prompt' }

/** Reads the state a link left; null for an address that was typed, a reload without it, or anything else. */
export function cameFrom(state: unknown): CameFrom | null {
  const from: unknown = typeof state === 'object' && state !== null && 'from' in state ? state.from : null;
  if (typeof from !== 'string') return null;
  if (/^\/settings\/prompts\/[a-z0-9-]+\/[a-z0-9-]+$/.test(from)) return { path: from, place: 'prompt' };
  const match = /^\/interview\/[^/]+(\/report)?$/.exec(from);
  return match ? { path: match[0], place: match[1] === undefined ? 'room' : 'report' } : null;
}
