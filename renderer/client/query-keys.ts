/** Keys of what is kept from the engine: the call's path, then its input. A prefix invalidates everything under it. */
export const queryKeys = {
  status: ['app', 'status'],
  providers: ['models', 'providers'],
  routing: ['models', 'routing'],
  localModels: ['models', 'local'],
  network: ['models', 'network'],
  ledgerAll: ['models', 'ledger'],
  ledger: (input: object) => ['models', 'ledger', input],
  settings: ['settings', 'get'],
  dataSummary: ['settings', 'dataSummary'],
  packs: ['interview', 'packs'],
  setupDefaults: ['interview', 'setupDefaults'],
  overview: ['interview', 'overview'],
  historyAll: ['interview', 'history'],
  history: (input: object) => ['interview', 'history', input],
  preview: (input: object) => ['interview', 'preview', input],
  session: (sessionId: string) => ['interview', 'session', sessionId],
  transcript: (sessionId: string, before?: number) => ['interview', 'transcript', sessionId, before ?? null],
  report: (sessionId: string) => ['interview', 'report', sessionId],
  attempts: (questionId: string) => ['interview', 'attempts', questionId],
} as const;

/** What an event of the engine makes outdated. */
export const OUTDATED_BY = {
  'notices-changed': [queryKeys.status],
  'packs-changed': [queryKeys.packs, queryKeys.setupDefaults, ['interview', 'preview']],
  'settings-changed': [queryKeys.settings],
  'history-changed': [queryKeys.overview, queryKeys.historyAll, queryKeys.dataSummary, queryKeys.setupDefaults, ['interview', 'report'], ['interview', 'attempts'], ['interview', 'preview']],
  'routing-changed': [queryKeys.status, queryKeys.providers, queryKeys.routing],
  'models-changed': [queryKeys.status, queryKeys.localModels, queryKeys.providers, queryKeys.routing],
  'network-changed': [queryKeys.status, queryKeys.network, queryKeys.ledgerAll, queryKeys.providers, queryKeys.routing],
  closing: [],
} as const satisfies Record<string, readonly (readonly unknown[])[]>;
