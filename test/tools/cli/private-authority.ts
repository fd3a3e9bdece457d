import { createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** A certificate with its private key, both in PEM form. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A company's certificate authority: its own certificate, and one for a server with these host names. */
export function createPrivateAuthority(...hosts: string[]): { authority: Certificate; server: Certificate } {
  const [authorityKey, serverKey] = [newKey(), newKey()];
  const authorityName = nameOf('Company CA');
  const authority = { issuer: authorityName, subject: authorityName, key: authorityKey, extensions: [isAuthority] };
  const server = { issuer: authorityName, subject: nameOf('server'), key: serverKey, extensions: [validFor(hosts)] };
  return { authority: signed(authority, authorityKey), server: signed(server, authorityKey) };
}

interface Unsigned {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly key: KeyObject;
  readonly extensions: readonly Buffer[];
}

const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** A certificate of RFC 5280, in DER. */
function signed({ issuer, subject, key, extensions }: Unsigned, signer: KeyObject): Certificate {
  const algorithm = sequence(oid('2a8648ce3d040302')); // ecdsa-with-SHA256
  const content = sequence(
    der(0xa0, integer(Buffer.of(2))), // version 3
    integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
    algorithm,
    issuer,
    sequence(time(-1), time(1)),
    subject,
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const certificate = sequence(content, algorithm, bits(sign('sha256', content, signer)));
  const lines = certificate.toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd();
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** A value of ASN.1: its tag, the length of its content, its content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts);
const integer = (bytes: Buffer): Buffer => der(0x02, bytes);
const bits = (bytes: Buffer): Buffer => der(0x03, Buffer.of(0), bytes);
const octets = (...parts: Buffer[]): Buffer => der(0x04, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));

const nameOf = (commonName: string): Buffer =>
  sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))));

/** The time of day now, some days from today: `20260131120000Z`. */
function time(days: number): Buffer {
  const iso = new Date(Date.now() + days * 86_400_000).toISOString();
  return der(0x18, Buffer.from(`${iso.slice(0, 19).replaceAll(/\D/g, '')}Z`));
}

const yes = der(0x01, Buffer.of(0xff));
const isAuthority = sequence(oid('551d13'), yes, octets(sequence(yes)));

function validFor(hosts: readonly string[]): Buffer {
  return sequence(oid('551d11'), octets(sequence(...hosts.map((host) => der(0x82, Buffer.from(host))))));
}
