/** Models: what left the machine, spans of calls, budgets, cached answers, files and downloads; and turns that a model is still wording. */
export const inference = {
  version: 20,
  name: 'inference',
  sql: `
    CREATE TABLE network_call (
      id INTEGER PRIMARY KEY,
      at TEXT NOT NULL,
      host TEXT NOT NULL,
      loopback INTEGER NOT NULL,
      reason TEXT NOT NULL,
      method TEXT NOT NULL,
      status INTEGER,
      sent_bytes INTEGER NOT NULL,
      received_bytes INTEGER NOT NULL,
      duration_ms REAL NOT NULL,
      outcome TEXT NOT NULL
    ) STRICT;

    CREATE TABLE span (
      span_id TEXT PRIMARY KEY,
      trace_id TEXT NOT NULL,
      parent_id TEXT,
      name TEXT NOT NULL,
      started_at TEXT NOT NULL,
      duration_ms REAL NOT NULL,
      outcome TEXT NOT NULL,
      attributes TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX span_by_start ON span (started_at DESC);

    CREATE TABLE lane_use (
      lane TEXT NOT NULL,
      month TEXT NOT NULL,
      provider_id TEXT NOT NULL,
      calls INTEGER NOT NULL,
      unpriced_calls INTEGER NOT NULL,
      tokens INTEGER NOT NULL,
      cost_micro_usd INTEGER NOT NULL,
      PRIMARY KEY (lane, month, provider_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE cached_answer (
      hash TEXT PRIMARY KEY,
      provider_id TEXT NOT NULL,
      model TEXT NOT NULL,
      answer TEXT NOT NULL,
      used_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE model_file (
      model_id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      role TEXT NOT NULL,
      origin TEXT NOT NULL,
      path TEXT NOT NULL,
      owned INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      sha256 TEXT,
      source TEXT,
      facts TEXT NOT NULL,
      tokens_per_second REAL,
      added_at TEXT NOT NULL
    ) STRICT;

    CREATE TABLE model_download (
      model_id TEXT PRIMARY KEY,
      url TEXT NOT NULL,
      state TEXT NOT NULL,
      total_bytes INTEGER,
      received_bytes INTEGER NOT NULL,
      sha256 TEXT,
      etag TEXT,
      chunks TEXT NOT NULL,
      problem TEXT,
      started_at TEXT NOT NULL
    ) STRICT;

    CREATE TABLE model_load_crash (
      file TEXT PRIMARY KEY,
      crashes INTEGER NOT NULL,
      at TEXT NOT NULL
    ) STRICT;

    ALTER TABLE interview_turn ADD COLUMN state TEXT NOT NULL DEFAULT 'said';
    ALTER TABLE interview_turn ADD COLUMN cut TEXT;
  `,
};
