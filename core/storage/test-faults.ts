import type Database from 'better-sqlite3';
import type { Fault } from '../contract/test-mode.ts';
import type { WriteFaults } from './store.ts';

/** Test mode's faults, made real where they happen: SQLite itself runs out of pages, the process really dies. */
export class TestFaults implements WriteFaults {
  #fault: Fault = { kind: 'none' };
  #writes = 0;

  set(fault: Fault): void { this.#fault = fault; this.#writes = 0; }

  beforeWrite(connection: Database.Database): void {
    const fault = this.#fault;
    if (fault.kind === 'slow-disk') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, fault.delayMs);
    const pages = Number(connection.pragma('page_count', { simple: true }));
    // SQLite refuses to lower the limit below the present size, so this is a disk with no page to spare.
    connection.pragma(`max_page_count = ${fault.kind === 'disk-full' ? pages : 4_294_967_294}`);
  }
  beforeCommit(connection: Database.Database): void {
    // A small write can still fit into pages that are there; this one cannot, and SQLite takes the whole transaction back.
    if (this.#fault.kind === 'disk-full') connection.exec('CREATE TABLE disk_filler (x); INSERT INTO disk_filler VALUES (zeroblob(4000000))');
    this.#killAt('before-commit');
  }
  afterCommit(): void { this.#killAt('after-commit'); }

  #killAt(moment: 'before-commit' | 'after-commit'): void {
    const fault = this.#fault;
    if (fault.kind !== 'kill' || fault.moment !== moment) return;
    if (this.#writes++ >= fault.afterWrites) process.kill(process.pid, 'SIGKILL');
  }
}
