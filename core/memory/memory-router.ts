import { implement } from '@orpc/server';
import { contract } from '../contract/index.ts';
import type { MemoryStatus } from '../contract/memory.ts';
import type { EmbedderService } from './embedder-service.ts';
import type { Forgotten } from './forget-item.ts';
import type { MemorySearch } from './memory-search.ts';
import type { MemoryService } from './memory-service.ts';

export interface MemoryRouterParts { service: MemoryService; search: MemorySearch; embedders: EmbedderService; forget: (itemId: string) => Forgotten; status: () => MemoryStatus }

/** The calls about the memory of the contract, each one line to whoever does it. */
export function createMemoryRouter({ service, search, embedders, forget, status }: MemoryRouterParts) {
  const os = implement(contract.memory);
  return os.router({
    status: os.status.handler(() => status()),
    search: os.search.handler(({ input, signal }) => search.search(input, signal)),
    list: os.list.handler(({ input }) => service.list(input)),
    item: os.item.handler(({ input }) => service.item(input.itemId)),
    add: os.add.handler(({ input }) => service.add(input)),
    edit: os.edit.handler(({ input }) => service.edit(input)),
    pin: os.pin.handler(({ input }) => service.pin(input)),
    forget: os.forget.handler(({ input }) => forget(input.itemId)),
    chooseEmbedder: os.chooseEmbedder.handler(({ input }) => { embedders.choose(input.embedderId); return status(); }),
  });
}
