import { interviews } from './010-interviews.ts';
import { inference } from './020-inference.ts';
import { prompts } from './030-prompts.ts';
import { jobs } from './040-jobs.ts';
import { memory } from './050-memory.ts';
import { conversations } from './060-conversations.ts';

/** One step of the schema; `version` becomes the database's user_version. Numbered in tens so that a fix can go between. */
export interface Migration { version: number; name: string; sql: string }

export const MIGRATIONS: readonly Migration[] = [interviews, inference, prompts, jobs, memory, conversations];

/** The newest version this app can read. */
export const SCHEMA_VERSION = MIGRATIONS.reduce((newest, migration) => Math.max(newest, migration.version), 0);

/** What conversations hold of a fact that was forgotten, changed, or went with its interview. */
const UNTELL = `
  UPDATE conversation_summary SET
    facts = (SELECT json_group_array(value) FROM json_each(facts) WHERE value <> old.text),
    summary = (SELECT json_group_array(json(value)) FROM json_each(summary) WHERE instr(lower(old.text), lower(rtrim(json_extract(value, '$.said'), '… '))) = 0 OR json_extract(value, '$.said') = '')
  WHERE CASE WHEN json_valid(facts) AND json_valid(summary) THEN EXISTS (SELECT 1 FROM json_each(facts) WHERE value = old.text) OR EXISTS (SELECT 1 FROM json_each(summary) WHERE json_extract(value, '$.said') <> '' AND instr(lower(old.text), lower(rtrim(json_extract(value, '$.said'), '… '))) > 0) ELSE FALSE END;`;

/** Indexes and triggers that may change between releases: idempotent, replayed at each start so that old databases get them too. */
export const REPLAYED_SQL = `
  CREATE VIRTUAL TABLE IF NOT EXISTS interview_text USING fts5 (text, interview_id UNINDEXED, seq UNINDEXED, tokenize = 'porter unicode61 remove_diacritics 2');
  INSERT INTO interview_text (interview_text, rank) VALUES ('secure-delete', 1);
  DROP TRIGGER IF EXISTS interview_turn_indexed;
  CREATE TRIGGER interview_turn_indexed AFTER INSERT ON interview_turn WHEN new.kind IN ('question', 'follow-up', 'answer', 'remark') AND new.state = 'said' BEGIN
    INSERT INTO interview_text (text, interview_id, seq) VALUES (new.text, new.interview_id, new.seq);
  END;
  DROP TRIGGER IF EXISTS interview_turn_said;
  CREATE TRIGGER interview_turn_said AFTER UPDATE OF state ON interview_turn WHEN new.kind IN ('question', 'follow-up') AND old.state = 'speaking' AND new.state = 'said' BEGIN
    INSERT INTO interview_text (text, interview_id, seq) VALUES (new.text, new.interview_id, new.seq);
  END;
  DROP TRIGGER IF EXISTS interview_unindexed;
  CREATE TRIGGER interview_unindexed BEFORE DELETE ON interview BEGIN
    DELETE FROM interview_text WHERE interview_id = old.id;
    DELETE FROM prompt_pin WHERE session_id = old.id;
    DELETE FROM prompt_use WHERE session_id = old.id;
    DELETE FROM conversation_summary WHERE session_id = old.id;
    DELETE FROM memory_read WHERE session_id = old.id;
    DELETE FROM memory_source WHERE session_id = old.id;
  END;
  DROP TRIGGER IF EXISTS memory_unsourced;
  CREATE TRIGGER memory_unsourced AFTER DELETE ON memory_source BEGIN
    DELETE FROM memory_item WHERE id = old.item AND pinned = 0 AND edited = 0 AND kind IN ('turn', 'fact', 'mentor-turn') AND NOT EXISTS (SELECT 1 FROM memory_source WHERE item = old.item);
  END;
  DROP TRIGGER IF EXISTS memory_fact_untold;
  CREATE TRIGGER memory_fact_untold AFTER DELETE ON memory_item WHEN old.kind = 'fact' BEGIN ${UNTELL} END;
  DROP TRIGGER IF EXISTS memory_fact_retold;
  CREATE TRIGGER memory_fact_retold AFTER UPDATE OF text ON memory_item WHEN old.kind = 'fact' AND new.text <> old.text BEGIN ${UNTELL} END;
  CREATE VIRTUAL TABLE IF NOT EXISTS memory_text USING fts5 (heading, text, content = 'memory_chunk', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2');
  INSERT INTO memory_text (memory_text, rank) VALUES ('secure-delete', 1);
  DROP TRIGGER IF EXISTS memory_chunk_indexed;
  CREATE TRIGGER memory_chunk_indexed AFTER INSERT ON memory_chunk BEGIN
    INSERT INTO memory_text (rowid, heading, text) VALUES (new.id, new.heading, new.text);
  END;
  DROP TRIGGER IF EXISTS memory_chunk_unindexed;
  CREATE TRIGGER memory_chunk_unindexed AFTER DELETE ON memory_chunk BEGIN
    INSERT INTO memory_text (memory_text, rowid, heading, text) VALUES ('delete', old.id, old.heading, old.text);
    INSERT OR IGNORE INTO memory_dead_chunk (chunk) VALUES (old.id);
  END;
`;
