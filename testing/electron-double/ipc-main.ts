import { EventEmitter } from 'node:events';

/** Stands in for `ipcMain`: messages from pages are its events. */
export const ipcMain = new EventEmitter();
