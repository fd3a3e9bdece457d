import { type Store, StoreError, type StoreReader } from './store.ts';

export function createDuckDBStore(path: string): Store & StoreReader {
  throw new StoreError('package', `Cannot open ${path}`);
}
