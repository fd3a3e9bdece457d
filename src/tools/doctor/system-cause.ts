/** What a network failure comes down to, at the end of its causes, in words where the code is a common one. */
export function systemCauseOf(error: Error): string | undefined {
  let code: string | undefined;
  let message: string | undefined;
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    message = cause.message;
    if ('code' in cause && typeof cause.code === 'string') code = cause.code;
  }
  return code === undefined ? message : (words[code] ?? code);
}

const words: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no host of that name (ENOTFOUND)',
  EAI_AGAIN: 'its name cannot be looked up (EAI_AGAIN)',
  ECONNREFUSED: 'nothing listens there (ECONNREFUSED)',
  ECONNRESET: 'the connection is cut (ECONNRESET)',
  ETIMEDOUT: 'no answer in time (ETIMEDOUT)',
  CERT_HAS_EXPIRED: 'its certificate has expired (CERT_HAS_EXPIRED)',
  SELF_SIGNED_CERT_IN_CHAIN: 'a proxy with a certificate of its own is in between (SELF_SIGNED_CERT_IN_CHAIN)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be verified (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
};
