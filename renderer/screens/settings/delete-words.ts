/** The words that confirm deleting everything; the engine's own (`DELETE_WORDS`), repeated so that no schema library is loaded for them. */
export const CONFIRM_WORDS = 'delete everything';

/** True when the words were typed; surrounding spaces and capitals are forgiven. */
export function confirmsDelete(typed: string): boolean {
  return typed.trim().toLowerCase() === CONFIRM_WORDS;
}
