/** Background work that outlives the process. A row with `run_after` waits for that moment; without it, it may run at once. */
export const jobs = {
  version: 40,
  name: 'jobs',
  sql: `
    CREATE TABLE job (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      title TEXT NOT NULL,
      lane TEXT NOT NULL,
      priority INTEGER NOT NULL,
      state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
      key TEXT,
      session_id TEXT,
      input TEXT NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      run_after TEXT CHECK (run_after IS NULL OR state = 'queued'),
      error_code TEXT,
      error_says TEXT,
      created_at TEXT NOT NULL,
      ended_at TEXT CHECK ((ended_at IS NULL) = (state IN ('queued', 'running')))
    ) STRICT;
    CREATE UNIQUE INDEX job_by_live_key ON job (kind, key) WHERE key IS NOT NULL AND state IN ('queued', 'running');
    CREATE INDEX job_ready ON job (lane, priority DESC, seq) WHERE state = 'queued' AND run_after IS NULL;
    CREATE INDEX job_ready_by_age ON job (lane, seq) WHERE state = 'queued' AND run_after IS NULL;
    CREATE INDEX job_later ON job (run_after) WHERE run_after IS NOT NULL;
    CREATE INDEX job_by_state ON job (state, ended_at);
    CREATE INDEX job_by_session ON job (session_id) WHERE session_id IS NOT NULL;
  `,
};
