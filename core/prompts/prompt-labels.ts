import type { JsonPath } from '../storage/json-document.ts';
import type { LabelsFile } from './prompt-config.ts';
import type { KnownVersions } from './prompt-experiments.ts';

/** Versions by label, by prompt. */
export type Labels = ReadonlyMap<string, ReadonlyMap<string, string>>;
/** A label that points at nothing. `lastGoodInUse`: what it pointed at before stays in force. */
export interface LostLabel { from: 'own' | 'app'; path: JsonPath; reason: string; lastGoodInUse: boolean }

/**
 * The labels in force: the person's own over the app's, entry by entry, null taking one away. One that points at nothing stays where
 * it was in this run (`before`); without such a place it counts as not written, so that the app's own may hold.
 */
export function resolveLabels(files: { own: LabelsFile | undefined; app: LabelsFile | undefined }, before: Labels, known: KnownVersions): { labels: Labels; lost: LostLabel[] } {
  const labels = new Map<string, Map<string, string>>();
  const lost: LostLabel[] = [];
  const ids = new Set([files.app, files.own].flatMap((file) => Object.keys(file?.labels ?? {})));
  for (const id of ids) {
    const entries = { own: new Map(Object.entries(files.own?.labels[id] ?? {})), app: new Map(Object.entries(files.app?.labels[id] ?? {})) };
    if (!known.hasPrompt(id)) {
      for (const from of ['own', 'app'] as const) if (entries[from].size > 0) lost.push({ from, path: ['labels', id], reason: `there is no prompt ${id}`, lastGoodInUse: false });
      continue;
    }
    const found = new Map<string, string>();
    for (const label of new Set([...entries.app.keys(), ...entries.own.keys()])) {
      const version = target(id, label, entries);
      if (version !== undefined) found.set(label, version);
    }
    labels.set(id, found);
  }
  return { labels, lost };

  function target(id: string, label: string, entries: Record<'own' | 'app', ReadonlyMap<string, string | null>>): string | undefined {
    const last = before.get(id)?.get(label);
    const lastGood = last !== undefined && known.hasVersion(id, last) ? last : undefined;
    for (const from of ['own', 'app'] as const) {
      const version = entries[from].get(label);
      if (version === null) return undefined;
      if (version === undefined) continue;
      if (known.hasVersion(id, version)) return version;
      lost.push({ from, path: ['labels', id, label], reason: `labels.${id}.${label}: there is no version ${version} that can be used`, lastGoodInUse: lastGood !== undefined });
      if (lastGood !== undefined) return lastGood;
    }
    return undefined;
  }
}

/**
 * The person's own file with one label moved, or taken away with null. A label like the app's is left to the app, so that its later
 * versions reach it.
 */
export function withLabel(own: LabelsFile | undefined, app: LabelsFile | undefined, { id, label, version }: { id: string; label: string; version: string | null }): LabelsFile {
  const { [label]: _, ...others } = own?.labels[id] ?? {};
  const same = (app?.labels[id]?.[label] ?? null) === version;
  const entry = same ? others : { ...others, [label]: version };
  const { [id]: __, ...rest } = own?.labels ?? {};
  return { version: 1, ...(own?.about !== undefined && { about: own.about }), labels: { ...rest, ...(Object.keys(entry).length > 0 && { [id]: entry }) } };
}
