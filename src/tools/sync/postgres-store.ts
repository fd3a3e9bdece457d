import { type Store, StoreError, type StoreReader } from './store.ts';

export function createPostgresStore(_url: string): Store & StoreReader {
  throw new StoreError('package', `Cannot open the database`);
}
