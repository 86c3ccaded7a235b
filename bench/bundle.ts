import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const LIMIT_KB = 250;

/** JavaScript that the window loads before it shows anything: the entry and what it imports statically, gzip. */
export async function run(): Promise<void> {
  const out = resolve(import.meta.dirname, '../out/renderer');
  if (!existsSync(join(out, 'index.html'))) throw new Error('out/renderer is missing: npm run build first');
  const html = readFileSync(join(out, 'index.html'), 'utf8');
  const initial = new Set([...html.matchAll(/(?:src|href)="[./]*([^"]+\.js)"/g)].map((match) => match[1] ?? ''));
  for (const file of initial) {
    const source = readFileSync(join(out, file), 'utf8');
    for (const match of source.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) initial.add(join(file, '..', match[1] ?? ''));
  }
  const size = (file: string): number => gzipSync(readFileSync(join(out, file))).length / 1024;
  const initialKb = [...initial].reduce((sum, file) => sum + size(file), 0);
  const all = readdirSync(join(out, 'assets')).filter((file) => file.endsWith('.js')).reduce((sum, file) => sum + size(join('assets', file)), 0);
  console.log(`initial JavaScript ${initialKb.toFixed(1)} kB gzip in ${initial.size} files (limit ${LIMIT_KB} kB, ratio ${(initialKb / LIMIT_KB).toFixed(2)}); with every screen ${all.toFixed(1)} kB`);
}
