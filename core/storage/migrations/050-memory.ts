/**
 * What is remembered, in passages that can be searched. Full-text index and vectors are made from these rows and can be made again;
 * vectors stand in virtual tables of their own, one for each embedder, which the memory creates where sqlite-vec can be loaded.
 */
export const memory = {
  version: 50,
  name: 'memory',
  sql: `
    CREATE TABLE memory_item (
      id INTEGER PRIMARY KEY,
      item_id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      fact TEXT,
      title TEXT NOT NULL,
      text TEXT NOT NULL,
      hash TEXT NOT NULL,
      made_by TEXT,
      pinned INTEGER NOT NULL DEFAULT 0,
      edited INTEGER NOT NULL DEFAULT 0,
      at TEXT NOT NULL,
      updated_at TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX memory_item_same ON memory_item (kind, hash);
    CREATE INDEX memory_item_listed ON memory_item (pinned DESC, at DESC, id DESC);
    CREATE INDEX memory_item_by_kind ON memory_item (kind, pinned DESC, at DESC, id DESC);

    CREATE TABLE memory_source (
      item INTEGER NOT NULL REFERENCES memory_item (id) ON DELETE CASCADE,
      session_id TEXT NOT NULL,
      seq INTEGER NOT NULL,
      at TEXT NOT NULL,
      PRIMARY KEY (item, session_id, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX memory_source_by_session ON memory_source (session_id);

    -- Never the same number twice: a vector of what was forgotten must not be taken for another passage's.
    CREATE TABLE memory_chunk (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      item INTEGER NOT NULL REFERENCES memory_item (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      heading TEXT NOT NULL,
      text TEXT NOT NULL,
      start INTEGER NOT NULL,
      UNIQUE (item, position)
    ) STRICT;

    CREATE TABLE memory_dead_chunk (
      chunk INTEGER PRIMARY KEY
    ) STRICT;

    CREATE TABLE memory_embedder (
      id INTEGER PRIMARY KEY,
      embedder_id TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      dimensions INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('building', 'ready'))
    ) STRICT;

    -- What the person had forgotten, or changed: read again where it came from, it does not come back. No words, only their hash.
    CREATE TABLE memory_forgotten (
      kind TEXT NOT NULL,
      hash TEXT NOT NULL,
      at TEXT NOT NULL,
      PRIMARY KEY (kind, hash)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE memory_read (
      session_id TEXT PRIMARY KEY,
      turns INTEGER NOT NULL,
      at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
