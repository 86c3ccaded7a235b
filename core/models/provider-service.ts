import { EngineError } from '../contract/errors.ts';
import type { ProviderView } from '../contract/models.ts';
import { whyNotBaseUrl } from '../inference/base-url.ts';
import type { Keys } from '../inference/key-service.ts';
import { connectionSchema, type Connection, type ModelsConfig } from '../inference/models-config.ts';
import type { Connections } from '../inference/provider-pool.ts';
import { isoFrom, type Clock } from '../sources.ts';
import { testConnection, type ConnectionTestOptions, type TestResult } from './connection-test.ts';
import { withNewProvider, withoutProvider } from './lane-order.ts';
import { providerView, type LastTest, type RouterViews } from './provider-view.ts';

export interface ProviderServiceOptions {
  config: ModelsConfig; keys: Keys; pool: Connections; router: RouterViews; clock: Clock;
  prompts: ConnectionTestOptions['prompts'];
  /** Told after whatever changed who could answer. */
  changed: () => void;
}
type Change = { [Field in 'name' | 'baseUrl' | 'model' | 'embeddingModel' | 'enabled']?: Connection[Field] | undefined };

/** Connections as a person arranges them. Keys come in here and never go out. */
export class ProviderService {
  readonly #options: ProviderServiceOptions;
  readonly #lastTests = new Map<string, LastTest>();

  constructor(options: ProviderServiceOptions) { this.#options = options; }

  views(): ProviderView[] { return this.#connections().map((connection) => this.#view(connection)); }

  /** @throws EngineError PROVIDER_NOT_FOUND */
  view(providerId: string): ProviderView { return this.#view(this.#find(providerId)); }

  /** @throws EngineError PROVIDER_INVALID, CONFIG_UNWRITABLE, KEY_NOT_REMOVED */
  async add(input: { presetId: string; name?: string | undefined; baseUrl?: string | undefined; model?: string | undefined }): Promise<ProviderView> {
    const { config, pool, keys } = this.#options;
    const preset = config.providers().presets.find(({ id }) => id === input.presetId);
    if (!preset) throw new EngineError('PROVIDER_INVALID', { reason: `there is no preset "${input.presetId}".` });
    const name = input.name?.trim() || preset.name;
    const connection = validated({
      id: uniqueId(input.name?.trim() ?? '', preset.id, this.#connections()), kind: preset.kind, name, baseUrl: emptyIsNull(input.baseUrl) ?? preset.baseUrl,
      model: emptyIsNull(input.model) ?? preset.suggestedModels[0] ?? null, needsKey: preset.needsKey, keyEnv: preset.keyEnv,
    });
    // An id that was in use before may still have a key in the keychain, given for another address.
    await keys.forget(connection.id);
    config.saveConnections([...this.#connections(), connection]);
    try {
      config.saveLanes(withNewProvider(config.lanes().lanes, connection.id, pool.place(connection.id), (id) => pool.place(id)));
    } catch { /* it is there and works; the place it gets without being named will do */ }
    this.#options.changed();
    return this.view(connection.id);
  }

  /** @throws EngineError PROVIDER_NOT_FOUND, PROVIDER_INVALID, CONFIG_UNWRITABLE, KEY_NOT_REMOVED */
  async update(providerId: string, change: Change): Promise<ProviderView> {
    const before = this.#find(providerId);
    const after = validated({
      ...before,
      ...(change.name !== undefined && { name: change.name.trim() }),
      ...(change.baseUrl !== undefined && { baseUrl: emptyIsNull(change.baseUrl) }),
      ...(change.model !== undefined && { model: emptyIsNull(change.model) }),
      ...(change.embeddingModel !== undefined && { embeddingModel: emptyIsNull(change.embeddingModel) }),
      ...(change.enabled !== undefined && { enabled: change.enabled }),
    });
    // A key was given for one server; another one does not get it without being told so.
    if (originOf(after.baseUrl) !== originOf(before.baseUrl)) await this.#options.keys.forget(providerId);
    this.#options.config.saveConnections(this.#connections().map((connection) => (connection.id === providerId ? after : connection)));
    if (after.baseUrl !== before.baseUrl || after.model !== before.model) this.#lastTests.delete(providerId);
    this.#options.changed();
    return this.view(providerId);
  }

  /** @throws EngineError PROVIDER_NOT_FOUND, KEY_NOT_REMOVED, CONFIG_UNWRITABLE */
  async remove(providerId: string): Promise<void> {
    const { config, keys } = this.#options;
    this.#find(providerId);
    await keys.forget(providerId);
    const named = withoutProvider(config.lanes().lanes, providerId);
    try {
      config.saveLanes(named);
    } catch { /* a lane that still names it ignores the name */ }
    config.saveConnections(this.#connections().filter(({ id }) => id !== providerId));
    this.#lastTests.delete(providerId);
    this.#options.changed();
  }

  /** @throws EngineError PROVIDER_NOT_FOUND, PROVIDER_INVALID, KEY_NOT_KEPT */
  async setKey(providerId: string, key: string, keep: 'keychain' | 'session'): Promise<ProviderView> {
    const { kind } = this.#find(providerId);
    if (kind === 'llama') throw new EngineError('PROVIDER_INVALID', { reason: 'a model on this machine has no key.' });
    await this.#options.keys.set(providerId, key, keep);
    this.#lastTests.delete(providerId);
    this.#options.changed();
    return this.view(providerId);
  }

  /** @throws EngineError PROVIDER_NOT_FOUND, KEY_NOT_REMOVED */
  async forgetKey(providerId: string): Promise<ProviderView> {
    this.#find(providerId);
    await this.#options.keys.forget(providerId);
    this.#lastTests.delete(providerId);
    this.#options.changed();
    return this.view(providerId);
  }

  /** @throws EngineError PROVIDER_NOT_FOUND, and nothing for what the provider does */
  async test(providerId: string): Promise<TestResult & { provider: ProviderView }> {
    const { pool, keys, router, clock, prompts } = this.#options;
    const connection = this.#find(providerId);
    await keys.retry(providerId);
    const result = await testConnection(connection, { pool, prompts });
    this.#lastTests.set(providerId, { at: isoFrom(clock.now()), ...result });
    if (result.ok) router.resetBreaker(providerId);
    this.#options.changed();
    const now = this.#connections().find(({ id }) => id === providerId) ?? connection; // it may have been removed meanwhile
    return { provider: this.#view(now), ...result };
  }

  #connections(): Connection[] { return this.#options.config.providers().providers; }

  #find(providerId: string): Connection {
    const connection = this.#connections().find(({ id }) => id === providerId);
    if (!connection) throw new EngineError('PROVIDER_NOT_FOUND', { providerId });
    return connection;
  }

  #view(connection: Connection): ProviderView { return providerView(connection, { ...this.#options, lastTest: this.#lastTests.get(connection.id) }); }
}

/** @throws EngineError PROVIDER_INVALID */
function validated(draft: unknown): Connection {
  const parsed = connectionSchema.safeParse(draft);
  const address = parsed.data?.baseUrl ?? (draft as { baseUrl?: string | null }).baseUrl ?? null;
  const wrongAddress = address === null ? null : whyNotBaseUrl(address);
  if (wrongAddress !== null) throw new EngineError('PROVIDER_INVALID', { reason: `${wrongAddress}.` });
  if (!parsed.success) throw new EngineError('PROVIDER_INVALID', { reason: `${parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}.` });
  if (parsed.data.kind === 'openai-compatible' && parsed.data.baseUrl === null) throw new EngineError('PROVIDER_INVALID', { reason: 'this kind of provider needs an address.' });
  return parsed.data;
}

/** From the name a person gave, or the preset; numbered when it is taken. */
function uniqueId(name: string, presetId: string, taken: readonly Connection[]): string {
  const slug = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 30).replace(/-+$/, '') || presetId.slice(0, 30);
  for (let number = 1; ; number++) {
    const id = number === 1 ? slug : `${slug}-${number}`;
    if (!taken.some((connection) => connection.id === id)) return id;
  }
}

const emptyIsNull = (text: string | null | undefined): string | null => text?.trim() || null;
const originOf = (baseUrl: string | null): string | null => (baseUrl === null ? null : URL.parse(baseUrl)?.origin ?? null);
