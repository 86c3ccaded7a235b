const plain = (text: string): string => text.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLowerCase();

/** True when every word searched for begins a word of the label; case and accents do not matter. */
export function fitsSearch(label: string, search: string): boolean {
  const words = plain(label).split(/[^\p{L}\p{N}]+/u);
  return plain(search).split(/\s+/).every((part) => part === '' || words.some((word) => word.startsWith(part)));
}
