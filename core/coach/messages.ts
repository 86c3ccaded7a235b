/** Every sentence of the coach that a person reads. */
export const messages = {
  empty: 'There is no answer here yet.',
  tooShort: (words: number, least: number) => `${words} ${words === 1 ? 'word is' : 'words are'} not enough to judge. Try at least ${least}, saying what you would do and why.`,
  onlySetAside: 'What is left after the repeated question or the notes to the grader is not enough to judge.',
  tooLong: (words: number) => `Only the first ${words.toLocaleString('en')} words were graded.`,
  redFlag: (says: string) => `This reads like a claim that costs credit: ${lowerFirst(says)}`,
  contradiction: (shows: string) => `This says the opposite of what was asked for: ${lowerFirst(shows)}`,
  reversedOrder: 'The steps stand in the opposite order.',
  reversedCause: 'Cause and effect have changed places.',
  reversedDirection: 'The direction is the other way round.',
  reversedComparison: 'The two sides of the comparison have changed places.',
  otherNumber: (said: string, expected: string) => `The answer says ${said} where ${expected} was expected.`,
  opposite: 'The answer uses the opposite word.',
  negated: 'The answer denies it.',
  wavedAway: 'This waves something away or promises too much. Say when it holds and when it does not.',
  poorConduct: 'An interviewer may count this against you. Say what you did about it.',
  flagged: 'A claim in the answer undoes this point.',
  questionRepeated: 'This repeats the question. It earns nothing by itself.',
  keywordStuffing: 'These are terms without sentences. Say what you would do with them, and why.',
  aimedAtGrader: 'This speaks to the grader instead of answering. It was left out.',
  offTopic: 'This seems to answer another question.',
} as const;

/** Lower-cases a leading capital unless the word goes on in capitals or digits ("SQL", "I"). */
function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;
}
