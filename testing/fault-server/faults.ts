/** Everything the server can do wrong, with what a client sees of it. */
export const FAULTS = {
  '401': 'the key is refused',
  '403': 'the key may not use this model',
  '404': 'there is no such model',
  '429': 'too many requests, without a word on how long to wait',
  '429-retry-after': 'too many requests, with Retry-After: 2',
  '500': 'an internal error',
  '503': 'the service is not available',
  '529': 'the provider is overloaded',
  'refused': 'nothing listens at the address: connection refused',
  'reset': 'the connection is reset as soon as the request is there',
  'hang-before-headers': 'the request is taken and never answered',
  'hang-mid-stream': 'half of the answer comes, then nothing more, with the connection open',
  'one-byte-a-second': 'the answer comes at one byte a second',
  'malformed-sse': 'an event in the middle of the stream is not JSON; a whole answer is not JSON',
  'truncated-json': 'the body ends in the middle of an event or of its JSON, as if that were its end',
  'wrong-content-type': 'status 200 with the sign-in page of a captive portal',
  'redirect': 'every request is redirected to a sign-in page',
  'empty-answer': 'an answer without text, in due form',
  'huge-answer': 'an answer of 50 MB in due form',
  'huge-line': 'one event of 50 MB without the end of its line',
  'huge-error': 'status 500 with a body of 50 MB',
  'schema-violation': 'an answer that is JSON, though not of the form asked for; without such a form, a normal answer',
  'cut-mid-stream': 'half of the answer comes, then the connection breaks',
  'end-mid-stream': 'half of the answer comes, then the body ends in due form, without its end mark',
  'error-mid-stream': 'half of the answer comes, then an error event of the provider',
  'context-overflow': 'status 400: the prompt is longer than the model can take',
  'declined': 'the model declines to answer',
} as const;
export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

/** Of the faults that send without end, how much they would send. */
export const HUGE_BYTES = 50_000_000;
