/** Settings, notices and mock interviews. An interview keeps the questions as they were when it was planned. */
export const interviews = {
  version: 10,
  name: 'interviews',
  sql: `
    CREATE TABLE setting (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL,
      updated_at TEXT NOT NULL
    ) STRICT;

    CREATE TABLE notice (
      id TEXT PRIMARY KEY,
      at TEXT NOT NULL,
      tone TEXT NOT NULL,
      title TEXT NOT NULL,
      text TEXT NOT NULL
    ) STRICT;

    CREATE TABLE interview (
      id TEXT PRIMARY KEY,
      title TEXT NOT NULL,
      pack_id TEXT NOT NULL,
      pack_title TEXT NOT NULL,
      setup TEXT NOT NULL,
      question_count INTEGER NOT NULL,
      planned_ms INTEGER NOT NULL,
      phase TEXT NOT NULL,
      revision INTEGER NOT NULL,
      snapshot TEXT NOT NULL,
      started_at TEXT NOT NULL,
      seen_at TEXT NOT NULL,
      ended_at TEXT,
      ended_early INTEGER NOT NULL DEFAULT 0,
      active_ms INTEGER NOT NULL DEFAULT 0,
      answered INTEGER NOT NULL DEFAULT 0,
      score REAL,
      low REAL,
      high REAL,
      grader TEXT
    ) STRICT;
    CREATE INDEX interview_by_start ON interview (started_at DESC, id DESC);

    CREATE TABLE interview_question (
      interview_id TEXT NOT NULL REFERENCES interview (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      question_id TEXT NOT NULL,
      pack_id TEXT NOT NULL,
      title TEXT NOT NULL,
      kind TEXT NOT NULL,
      minutes REAL NOT NULL,
      why TEXT NOT NULL,
      body TEXT NOT NULL,
      state TEXT NOT NULL DEFAULT 'later',
      asked_at TEXT,
      hints_used INTEGER NOT NULL DEFAULT 0,
      grade TEXT,
      score REAL,
      met INTEGER,
      total INTEGER NOT NULL,
      rating TEXT,
      PRIMARY KEY (interview_id, position)
    ) STRICT;
    CREATE INDEX interview_question_by_question ON interview_question (question_id, asked_at);

    CREATE TABLE interview_event (
      interview_id TEXT NOT NULL REFERENCES interview (id) ON DELETE CASCADE,
      seq INTEGER NOT NULL,
      type TEXT NOT NULL,
      payload TEXT NOT NULL,
      at TEXT NOT NULL,
      PRIMARY KEY (interview_id, seq)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE interview_turn (
      interview_id TEXT NOT NULL REFERENCES interview (id) ON DELETE CASCADE,
      seq INTEGER NOT NULL,
      by TEXT NOT NULL,
      kind TEXT NOT NULL,
      position INTEGER NOT NULL,
      text TEXT NOT NULL,
      at TEXT NOT NULL,
      elapsed_ms INTEGER,
      words INTEGER,
      made_by TEXT,
      follow_up_of TEXT,
      submission_id TEXT,
      PRIMARY KEY (interview_id, seq)
    ) STRICT;
    CREATE INDEX interview_turn_by_question ON interview_turn (interview_id, position, seq);

    CREATE TABLE interview_draft (
      interview_id TEXT PRIMARY KEY REFERENCES interview (id) ON DELETE CASCADE,
      draft TEXT NOT NULL,
      saved_at TEXT NOT NULL
    ) STRICT;
  `,
};
