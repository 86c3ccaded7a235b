/** Where a link to traced words was followed from, as it is kept in the history of the window. */
export interface CameFrom { path: string; room: boolean }

/** Reads the state a link left; null for an address that was typed, a reload without it, or anything else. */
export function cameFrom(state: unknown): CameFrom | null {
  const from: unknown = typeof state === 'object' && state !== null && 'from' in state ? state.from : null;
  const match = typeof from === 'string' ? /^\/interview\/[^/]+(\/report)?$/.exec(from) : null;
  return match ? { path: match[0], room: match[1] === undefined } : null;
}
