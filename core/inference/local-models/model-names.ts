import { existsSync } from 'node:fs';
import { basename, extname, join } from 'node:path';

/** Names that Windows keeps for itself. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** A file name that is safe in every folder: no path, no control characters, ends in `.gguf`. */
export function safeFileName(name: string): string {
  const last = basename(name.replaceAll('\\', '/'));
  const stem = last.replace(/\.gguf$/i, '').replace(/[^\p{L}\p{N}._ -]+/gu, '_').replace(/^[. ]+|[. ]+$/g, '').slice(0, 120).trim();
  return `${stem === '' || RESERVED.test(stem) ? `model${stem === '' ? '' : `-${stem}`}` : stem}.gguf`;
}

/** `name`, or `name-2`, `name-3`, … : the first that is not there. */
export function freeFileName(folder: string, name: string, taken: (path: string) => boolean = () => false): string {
  const [stem, end] = [basename(name, extname(name)), extname(name)];
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${stem}-${number}${end}`;
    if (!existsSync(join(folder, candidate)) && !taken(join(folder, candidate))) return candidate;
  }
}

/** An id from a file's name, other than those taken: small letters, digits and hyphens. */
export function freeModelId(fileName: string, taken: (id: string) => boolean): string {
  const slug = fileName.replace(/\.gguf$/i, '').toLowerCase().normalize('NFKD').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 36).replace(/-+$/, '');
  const stem = slug === '' ? 'model' : slug;
  for (let number = 1; ; number++) {
    const id = number === 1 ? stem : `${stem}-${number}`;
    if (!taken(id)) return id;
  }
}

/** What a file calls itself, fit for a list: one line, not too long. */
export function shownName(named: string | null, fileName: string): string {
  const clean = (named ?? '').replace(/[\p{C}\s]+/gu, ' ').trim().slice(0, 80);
  return clean === '' ? basename(fileName).replace(/\.gguf$/i, '').slice(0, 80) : clean;
}
