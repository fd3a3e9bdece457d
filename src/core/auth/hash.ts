/** As many as every runtime allows (Workers take no more); about 20 ms. */
const fingerprintIterations = 100_000;

/** SHA-256 of the parts, as 64 hexadecimal digits. */
export async function hash(...parts: string[]): Promise<string> {
  return toHex(await crypto.subtle.digest('SHA-256', encode(parts)));
}

/**
 * A slow hash of secrets (PBKDF2 with SHA-256), as 64 hexadecimal digits: whoever reads it in a file can't try out
 * passwords quickly. The salt is some text of the same user, so that equal passwords of two users differ.
 */
export async function fingerprint(salt: string, ...secrets: string[]): Promise<string> {
  const key = await crypto.subtle.importKey('raw', encode(secrets), 'PBKDF2', false, ['deriveBits']);
  const parameters = { name: 'PBKDF2', hash: 'SHA-256', salt: encode([salt]), iterations: fingerprintIterations };
  return toHex(await crypto.subtle.deriveBits(parameters, key, 256));
}

/** As JSON, so that the border between two parts counts. */
function encode(parts: readonly string[]): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(parts));
}

function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
