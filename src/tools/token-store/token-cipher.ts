import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import type { AuthorizationCode, Credentials, StoredTokens } from '../../core/auth/index.ts';
import { ConfigurationError } from '../../core/errors/index.ts';
import { parseJson, unreadable } from './stored-access.ts';

/** Encrypts tokens for one row of a store, and decrypts them. */
export interface TokenCipher {
  /** Returns one word. It differs each time, and can only be decrypted in the row of the same key. */
  encrypt(rowKey: string, tokens: StoredTokens): Promise<string>;
  /**
   * Returns the tokens; undefined if they were encrypted with other credentials.
   *
   * @throws Error they were changed, or belong to another row
   */
  decrypt(rowKey: string, encrypted: string): Promise<unknown>;
}

/**
 * Creates a cipher whose key is derived from the secrets of a user, which the store does not have: AES-256-GCM, with the
 * key of the row as additional data.
 *
 * @throws ConfigurationError a secret is missing: without it, the key could be guessed
 */
export function createTokenCipher(credentials: Credentials | AuthorizationCode): TokenCipher {
  const secrets = secretsOf(credentials);
  const latest = new Map<string, DerivedKey>();

  /** The derivation is slow, so the salt of a row is used again as long as its secrets stay the same. */
  async function keyOf(rowKey: string, salt = latest.get(rowKey)?.salt ?? randomBytes(saltBytes)): Promise<DerivedKey> {
    const known = latest.get(rowKey);
    if (known?.salt.equals(salt) === true) return known;
    const derived = await deriveKey(secrets, salt);
    latest.set(rowKey, derived);
    return derived;
  }

  return {
    async encrypt(rowKey, tokens) {
      const { salt, check, key } = await keyOf(rowKey);
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(additionalData(rowKey));
      const content = Buffer.concat([cipher.update(JSON.stringify(tokens)), cipher.final(), cipher.getAuthTag()]);
      return [version, ...[salt, check, nonce, content].map((part) => part.toString('base64url'))].join('.');
    },

    async decrypt(rowKey, encrypted) {
      const { salt, check, nonce, content } = partsOf(encrypted);
      const derived = await keyOf(rowKey, salt);
      if (!derived.check.equals(check)) return undefined;
      try {
        const decipher = createDecipheriv('aes-256-gcm', derived.key, nonce).setAAD(additionalData(rowKey));
        decipher.setAuthTag(content.subarray(-tagBytes));
        const text = Buffer.concat([decipher.update(content.subarray(0, -tagBytes)), decipher.final()]);
        return parseJson(text.toString());
      } catch {
        throw unreadable('row');
      }
    },
  };
}

/** Raised when an earlier release could misread what `encrypt` returns. */
const version = '1';

const saltBytes = 16;
const checkBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;

/** The client secret and the password, or the code in its place. The user's name is part of the row's key. */
function secretsOf(credentials: Credentials | AuthorizationCode): string {
  const { clientSecret, password, authorizationCode }: Partial<Credentials & AuthorizationCode> = credentials;
  const secrets = [clientSecret, authorizationCode ?? password];
  if (secrets.every((secret) => typeof secret === 'string' && secret !== '')) return JSON.stringify(secrets);
  throw new ConfigurationError('Tokens are encrypted with the credentials of their user, which are incomplete', {
    option: 'auth',
    hint: 'Give the store the same credentials as the client: a client secret, and a password or an authorization code.',
  });
}

interface DerivedKey {
  readonly salt: Buffer;
  readonly key: Buffer;
  /** A check of the key, which tells other credentials from a row that was changed. */
  readonly check: Buffer;
}

/**
 * The cost of the derivation: 16 MiB, and about 40 ms once for each process and user. A client secret is random and
 * cannot be guessed. But people who share it, such as the accounts of one reseller, must not be able to try out each
 * other's passwords quickly. Scrypt prevents that; HKDF would not.
 */
const scryptCost = { N: 2 ** 14, r: 8, p: 1 };

/** Each row has a salt of its own, so that one guess cannot be tried on all rows at once. */
async function deriveKey(secrets: string, salt: Buffer): Promise<DerivedKey> {
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    scrypt(secrets, salt, 32 + checkBytes, scryptCost, (error, derived) => {
      if (error) reject(error);
      else resolve(derived);
    });
  });
  return { salt, key: bytes.subarray(0, 32), check: bytes.subarray(32) };
}

/** The row's key is authenticated too, so that tokens copied to another row cannot be decrypted there. */
function additionalData(rowKey: string): Buffer {
  return Buffer.from(JSON.stringify(['vbc-reports tokens', version, rowKey]));
}

interface EncryptedParts {
  readonly salt: Buffer;
  readonly check: Buffer;
  readonly nonce: Buffer;
  /** The encrypted tokens and the authentication tag. */
  readonly content: Buffer;
}

/** @throws Error it was not written by this release */
function partsOf(encrypted: string): EncryptedParts {
  const [release, ...words] = encrypted.split('.');
  const [salt, check, nonce, content, ...others] = words.map((word) => Buffer.from(word, 'base64url'));
  const isWhole =
    release === version &&
    salt?.length === saltBytes &&
    check?.length === checkBytes &&
    nonce?.length === nonceBytes &&
    content !== undefined &&
    content.length > tagBytes &&
    others.length === 0;
  if (!isWhole) throw unreadable('row');
  return { salt, check, nonce, content };
}
