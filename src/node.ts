export { createFileTokenStore, type FileTokenStoreOptions } from './tools/token-store/file-token-store.ts';
