import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadVectors } from './vec-extension.ts';

let connection: Database.Database;
beforeEach(() => { connection = new Database(':memory:'); });
afterEach(() => { connection.close(); });

describe('sqlite-vec on a connection', () => {
  it('is loaded once, and then vector tables can be made', () => {
    expect(loadVectors(connection)).toBeNull();
    expect(loadVectors(connection, () => { throw new Error('asked for again'); })).toBeNull();
    expect(() => connection.exec('CREATE VIRTUAL TABLE v USING vec0 (vector float[4])')).not.toThrow();
  });

  it.each([
    ['comes for another kind of machine', () => { throw new Error('Unsupported platform'); }],
    ['is not there', () => join(import.meta.dirname, 'no-such-file')],
    ['is no extension', () => import.meta.filename],
  ])('says in words when it %s, and the connection is as it was', (_, extensionFile) => {
    const reason = loadVectors(connection, extensionFile);
    expect(reason).toMatch(/search compares words only/);
    expect(reason).not.toContain(import.meta.dirname);
    expect(loadVectors(connection)).toBe(reason);
    expect(connection.prepare('SELECT 1').pluck().get()).toBe(1);
  });
});
