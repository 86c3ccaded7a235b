/** What is kept of long and of old conversations, and what models make of answers. */
export const conversations = {
  version: 60,
  name: 'conversations',
  sql: `
    CREATE TABLE conversation_summary (
      session_id TEXT PRIMARY KEY,
      summarised_to INTEGER NOT NULL,
      summary TEXT NOT NULL,
      facts TEXT NOT NULL,
      made_by TEXT NOT NULL,
      compactions INTEGER NOT NULL,
      at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE interview_archive (
      interview_id TEXT PRIMARY KEY REFERENCES interview (id) ON DELETE CASCADE,
      turns BLOB NOT NULL,
      turn_count INTEGER NOT NULL,
      answers INTEGER NOT NULL,
      at TEXT NOT NULL
    ) STRICT;

    CREATE TABLE interview_model_grade (
      interview_id TEXT NOT NULL REFERENCES interview (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      grade TEXT NOT NULL,
      at TEXT NOT NULL,
      PRIMARY KEY (interview_id, position)
    ) STRICT;
  `,
};
