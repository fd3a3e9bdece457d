import { MemoryStore } from './memory-store.ts';
import { describeStore, inspectMemory } from './store-contract.ts';

describeStore('memory', () => {
  const store = new MemoryStore();
  return Promise.resolve({
    store: () => store,
    inspect: () => Promise.resolve(inspectMemory(store)),
    query: undefined,
    remove: () => Promise.resolve(),
  });
});
