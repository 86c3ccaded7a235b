/** Prompts: the exact words that were used, which of them each session keeps, and what came of each use. */
export const prompts = {
  version: 30,
  name: 'prompts',
  sql: `
    CREATE TABLE prompt_words (
      hash TEXT PRIMARY KEY,
      prompt TEXT NOT NULL,
      version TEXT NOT NULL,
      source TEXT NOT NULL,
      partials TEXT NOT NULL,
      kept_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE prompt_pin (
      session_id TEXT NOT NULL,
      prompt TEXT NOT NULL,
      version TEXT NOT NULL,
      hash TEXT NOT NULL,
      experiment TEXT,
      pinned_at TEXT NOT NULL,
      PRIMARY KEY (session_id, prompt)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX prompt_pin_by_experiment ON prompt_pin (experiment) WHERE experiment IS NOT NULL;

    CREATE TABLE prompt_use (
      session_id TEXT NOT NULL,
      subject TEXT NOT NULL,
      prompt TEXT NOT NULL,
      version TEXT NOT NULL,
      hash TEXT NOT NULL,
      experiment TEXT,
      lane TEXT NOT NULL,
      place TEXT,
      model TEXT,
      outcome TEXT NOT NULL,
      first_word_ms REAL,
      duration_ms REAL,
      input_tokens INTEGER,
      output_tokens INTEGER,
      rating TEXT,
      score REAL,
      asked_again INTEGER NOT NULL DEFAULT 0,
      at TEXT NOT NULL,
      PRIMARY KEY (session_id, subject, prompt)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX prompt_use_by_experiment ON prompt_use (experiment) WHERE experiment IS NOT NULL;

    ALTER TABLE interview_turn ADD COLUMN rating TEXT;
  `,
};
