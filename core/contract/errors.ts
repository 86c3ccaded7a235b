import { z } from 'zod';

/** What the window can offer as a button beside an error. */
export const ERROR_ACTIONS = ['retry', 'reload', 'shorten', 'show-current', 'open-history', 'open-data-settings', 'open-providers', 'open-models', 'open-routing', 'choose-another', 'none'] as const;

/** The data every failure carries: what happened, what was kept, what to do. */
export const errorDataSchema = z.object({
  happened: z.string(),
  kept: z.string(),
  todo: z.string(),
  action: z.enum(ERROR_ACTIONS),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type ErrorData = z.infer<typeof errorDataSchema>;

interface ErrorDefinition { status: number; happened: string; kept: string; todo: string; action: ErrorData['action'] }
const define = <T extends Record<string, ErrorDefinition>>(definitions: T): T => definitions;

/**
 * Every failure that may cross the contract. `{name}` stands for a detail.
 * Codes are stable: tests, scripts and translations rely on them.
 */
export const ERROR_CATALOGUE = define({
  INPUT_INVALID: { status: 400, action: 'none', happened: 'The request was not understood: {reason}', kept: 'Nothing was changed.', todo: 'Correct the value and try again.' },
  ENGINE_UNEXPECTED: { status: 500, action: 'retry', happened: 'The engine met a fault it did not expect (report {reportId}).', kept: 'Everything saved before this step is still there.', todo: 'Try again. If it repeats, restart Role Accel.' },
  ENGINE_CLOSING: { status: 503, action: 'reload', happened: 'Role Accel is shutting down.', kept: 'Everything acknowledged so far is saved.', todo: 'Start it again to go on.' },

  STORAGE_FULL: { status: 507, action: 'retry', happened: 'The disk is full, so this could not be saved.', kept: 'Your text is still in the editor and everything saved before is intact.', todo: 'Free some space ({neededMb} MB is enough), then try again.' },
  STORAGE_FAILED: { status: 500, action: 'retry', happened: 'The disk refused a write ({reason}).', kept: 'Your text is still in the editor and everything saved before is intact.', todo: 'Check the disk, then try again.' },
  STORAGE_IN_USE: { status: 409, action: 'none', happened: 'Another Role Accel is using this data folder ({folder}{owner}).', kept: 'Nothing was touched.', todo: 'Use the window that is open, or start with another --data-dir.' },
  STORAGE_FROM_FUTURE: { status: 409, action: 'none', happened: 'This data was written by a newer Role Accel (data version {found}, this app reads up to {known}).', kept: 'The data was not touched.', todo: 'Install the newer version, or start with another --data-dir.' },
  STORAGE_UNUSABLE: { status: 500, action: 'none', happened: 'The data folder cannot be used: {reason}', kept: 'Nothing was changed.', todo: 'Check that the folder exists and can be written to, or start with another --data-dir.' },

  INTERVIEW_NOT_FOUND: { status: 404, action: 'open-history', happened: 'This interview does not exist here.', kept: 'Your other interviews are untouched.', todo: 'Open it from the history; it may have been deleted.' },
  INTERVIEW_STALE: { status: 409, action: 'show-current', happened: 'This interview has moved on since this page was loaded.', kept: 'What you typed is still in the editor; nothing was overwritten.', todo: 'Show where the interview is now, then answer there.' },
  INTERVIEW_NOT_NOW: { status: 409, action: 'show-current', happened: '{attempt} is not possible at this point of the interview.', kept: 'Nothing was changed.', todo: 'Show where the interview is now.' },
  INTERVIEW_NOT_ENDED: { status: 409, action: 'show-current', happened: 'The report is written when the interview ends.', kept: 'Every answer so far is saved.', todo: 'Go on with the interview, or end it early.' },
  INTERVIEW_DAMAGED: { status: 500, action: 'open-data-settings', happened: 'The turns of this interview cannot be read: where they are kept on the disk is damaged.', kept: 'Its scores and questions are kept, and all your other interviews.', todo: 'If you have a backup from before: delete this interview, then restore the backup.' },
  ANSWER_EMPTY: { status: 422, action: 'none', happened: 'The answer is empty.', kept: 'The question stays open.', todo: 'Write a few sentences, ask for a hint, or skip the question.' },
  ANSWER_TOO_LONG: { status: 413, action: 'shorten', happened: 'The answer has {characters} characters; {limit} is the most that can be sent.', kept: 'All of it is still in the editor and saved as a draft.', todo: 'Shorten it, then send it again.' },
  ANSWER_NOT_TEXT: { status: 415, action: 'shorten', happened: 'The answer holds bytes that are not text ({share} of it), as when a file is pasted instead of words.', kept: 'It is still in the editor.', todo: 'Remove the part that is not text, then send it again.' },
  POSTING_TOO_LONG: { status: 413, action: 'shorten', happened: 'The job description has {characters} characters; {limit} is the most that is read.', kept: 'Your set-up is unchanged.', todo: 'Paste only the part about the role.' },
  POSTING_NOT_TEXT: { status: 415, action: 'choose-another', happened: 'This is not plain text or Markdown.', kept: 'Your set-up is unchanged.', todo: 'Paste the text of the posting instead.' },
  PACK_NOT_FOUND: { status: 404, action: 'choose-another', happened: 'There is no question pack called "{packId}".', kept: 'Your set-up is unchanged.', todo: 'Choose another role.' },
  PLAN_EMPTY: { status: 422, action: 'choose-another', happened: 'The pack "{packTitle}" has no questions of this kind for this level.', kept: 'Your set-up is unchanged.', todo: 'Choose another kind or level.' },
  QUESTION_NOT_FOUND: { status: 404, action: 'open-history', happened: 'This question is no longer in any pack.', kept: 'Your answers to it are still in the history.', todo: 'Choose another question.' },

  OFFLINE_LOCKED: { status: 423, action: 'none', happened: 'The Offline lock is on, so {host} was not contacted.', kept: 'Nothing left this machine.', todo: 'Turn the Offline lock off in the status strip, then try again.' },
  PROVIDER_NOT_FOUND: { status: 404, action: 'open-providers', happened: 'There is no provider "{providerId}".', kept: 'The others are unchanged.', todo: 'Choose one from the list; it may have been removed.' },
  PROVIDER_INVALID: { status: 422, action: 'none', happened: 'This provider cannot be saved: {reason}', kept: 'The connection is as it was.', todo: 'Correct the field and save again.' },
  KEY_NOT_KEPT: { status: 500, action: 'none', happened: 'The keychain did not take the key: {reason}', kept: 'The key was not stored anywhere.', todo: 'Unlock the keychain and try again, or keep the key for this session only.' },
  KEY_NOT_REMOVED: { status: 500, action: 'retry', happened: 'The keychain did not remove the key: {reason}', kept: 'The key and its provider are as they were.', todo: 'Unlock the keychain and try again.' },
  ORDER_INVALID: { status: 422, action: 'none', happened: 'This order cannot be used: {reason}', kept: 'The lane keeps its order.', todo: 'Reload the page and arrange it again.' },
  CONFIG_UNWRITABLE: { status: 500, action: 'retry', happened: '{file} could not be written: {reason}', kept: 'The settings before stay in use.', todo: 'Check the disk and the folder, then try again.' },

  PROMPT_NOT_FOUND: { status: 404, action: 'choose-another', happened: 'There is no prompt "{id}"{version}.', kept: 'The others are unchanged.', todo: 'Choose one from the list; its file may have been removed.' },
  PROMPT_INPUT_INVALID: { status: 422, action: 'none', happened: 'The prompt cannot be rendered with this input: {reason}', kept: 'Nothing was changed.', todo: 'Correct the field and try again.' },
  LABEL_REFUSED: { status: 409, action: 'none', happened: 'The label "{label}" was not moved to version {version}: {reason}', kept: 'It stays where it is.', todo: 'Mend the version, or choose another one.' },
  EXPERIMENT_REFUSED: { status: 422, action: 'none', happened: 'This experiment cannot be started: {reason}', kept: 'No session is assigned to it.', todo: 'Change it and start again.' },
  EXPERIMENT_NOT_FOUND: { status: 404, action: 'choose-another', happened: 'There is no experiment "{experimentId}".', kept: 'The others are unchanged.', todo: 'Choose one from the list.' },

  MODEL_NOT_FOUND: { status: 404, action: 'open-models', happened: 'There is no model "{modelId}" here.', kept: 'The others are unchanged.', todo: 'Choose one from the list; its file may have been moved or deleted.' },
  MODEL_NOT_INSTALLED: { status: 409, action: 'open-models', happened: '{name} is not on this machine yet.', kept: 'What is downloaded of it stays.', todo: 'Download it first.' },
  MODEL_TOO_LARGE: { status: 507, action: 'choose-another', happened: '{name} was not loaded: with a context of {contextTokens} tokens it needs {neededMb} MB of memory and {availableMb} MB can be used.', kept: 'What answered before goes on answering.', todo: '{advice}' },
  MODEL_UNREADABLE: { status: 422, action: 'choose-another', happened: 'This file cannot be used as a model: {reason}', kept: 'The file was left as it is.', todo: 'Choose a whole GGUF file.' },
  MODEL_LOAD_FAILED: { status: 500, action: 'choose-another', happened: '{name} could not be loaded: {reason}', kept: 'What answered before goes on answering.', todo: 'Try again, use a smaller context, or choose another model.' },
  MODEL_BUSY: { status: 409, action: 'retry', happened: '{name} is in use: {reason}', kept: 'Nothing was changed.', todo: 'Stop it first, then try again.' },
  DOWNLOAD_NO_SPACE: { status: 507, action: 'retry', happened: 'The disk has {freeMb} MB free; {name} needs {neededMb} MB more.', kept: 'What is already downloaded stays and is checked.', todo: 'Free some space or choose a smaller model, then resume.' },
  DOWNLOAD_FAILED: { status: 502, action: 'retry', happened: 'The download of {name} stopped: {reason}', kept: '{keptMb} MB are on disk and checked; only the rest will be fetched.', todo: '{advice}' },
  DOWNLOAD_WRONG_BYTES: { status: 502, action: 'retry', happened: 'What arrived of {name} is not what the hub promised: {reason}', kept: 'The file was not made usable.', todo: 'Start the download again, or use another mirror.' },
  IMPORT_LOST: { status: 410, action: 'retry', happened: 'This import is no longer open.', kept: 'What was copied so far stays for an hour.', todo: 'Choose the same file again to go on.' },

  JOB_NOT_FOUND: { status: 404, action: 'none', happened: 'This work is no longer in the list.', kept: 'Everything it wrote is still there.', todo: 'Look at the list as it is now.' },
  JOB_NOT_NOW: { status: 409, action: 'none', happened: '{attempt} is not possible: this work {state}.', kept: 'Nothing was changed.', todo: 'Look at the list as it is now.' },

  MEMORY_NOT_FOUND: { status: 404, action: 'none', happened: 'This is no longer remembered.', kept: 'Everything else is.', todo: 'Look at the list as it is now.' },
  MEMORY_EMPTY: { status: 422, action: 'none', happened: 'There is no text to remember.', kept: 'Nothing was changed.', todo: 'Write or paste a text first.' },
  MEMORY_TOO_LONG: { status: 413, action: 'shorten', happened: 'The text has {characters} characters; {limit} is the most that is remembered as one.', kept: 'It is still in the editor.', todo: 'Shorten it, or put it in as two.' },
  MEMORY_NOT_TEXT: { status: 415, action: 'shorten', happened: 'The text holds bytes that are not text ({share} of it), as when a file is pasted instead of words.', kept: 'It is still in the editor.', todo: 'Paste the words instead.' },
  MEMORY_SAME: { status: 409, action: 'none', happened: 'This is remembered already, as "{title}".', kept: 'Both are as they were.', todo: 'Change the other one, or forget this one.' },
  EMBEDDER_NOT_FOUND: { status: 404, action: 'choose-another', happened: '"{embedderId}" cannot make vectors here now.', kept: 'Search goes on as before.', todo: 'Choose another one, or make its model ready first.' },

  BACKUP_UNREADABLE: { status: 422, action: 'choose-another', happened: 'This file is not a Role Accel backup that can be read: {reason}', kept: 'Nothing was changed.', todo: 'Choose another file.' },
  BACKUP_FROM_FUTURE: { status: 409, action: 'choose-another', happened: 'This backup was written by a newer Role Accel (data version {found}, this app reads up to {known}).', kept: 'Nothing was changed.', todo: 'Install the newer version, then restore.' },
  RESTORE_EXPIRED: { status: 410, action: 'retry', happened: 'This preview is no longer valid.', kept: 'Nothing was changed.', todo: 'Choose the file again to see a fresh preview.' },
  DELETE_NOT_CONFIRMED: { status: 422, action: 'none', happened: 'Deleting everything needs the words "{words}".', kept: 'Nothing was deleted.', todo: 'Type the words exactly to go on.' },
});
export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** A failure inside the engine; the catalogue gives it its words when it crosses the contract. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: ErrorCode;
  readonly details: Record<string, string | number>;
  constructor(code: ErrorCode, details: Record<string, string | number> = {}, options?: ErrorOptions) {
    super(describeError(code, details).happened, options);
    this.code = code;
    this.details = details;
  }
}

/** The catalogue's words for a code with its details filled in. */
export function describeError(code: ErrorCode, details: Record<string, string | number> = {}): ErrorData {
  const { happened, kept, todo, action } = ERROR_CATALOGUE[code];
  const fill = (text: string): string => text.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? ''));
  return { happened: fill(happened), kept: fill(kept), todo: fill(todo), action, details };
}
