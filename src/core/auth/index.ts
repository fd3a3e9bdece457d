export type {
  AuthOption,
  AuthorizationCode,
  ClientAuthentication,
  Credentials,
  TokenFunction,
  TokenFunctionContext,
} from './auth-option.ts';
export { grantsReports } from './login.ts';
export { untilAborted } from './single-flight.ts';
export type { TokenLife } from './token-state.ts';
export {
  createMemoryTokenStore,
  type LoginRefusal,
  type StoredAccess,
  type StoredTokens,
  type TokenStore,
  type UnansweredLogins,
} from './token-store.ts';
