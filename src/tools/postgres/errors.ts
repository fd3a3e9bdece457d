import { StoreError } from '../database.ts';

/** The database that an error came from, and the secrets that its message must not show. */
export interface ErrorContext {
  /** The name of the store, without a secret. */
  readonly name: string;
  /** The user and the password, which the server may repeat in its messages. */
  readonly secrets: readonly string[];
  /** Whether the connection had been established. */
  readonly isConnected: boolean;
}

/**
 * Turns an error of the driver into one line that says what is wrong and what to do. Nothing else of it is kept: its
 * details may hold values of rows, and so telephone numbers.
 */
export function postgresError(error: unknown, context: ErrorContext): StoreError {
  if (error instanceof StoreError) return error;
  const { code, message, hint } = causeOf(partsOf(error), context);
  return new StoreError(code, message, hint === undefined ? {} : { hint });
}

interface Cause {
  readonly code: StoreError['code'];
  readonly message: string;
  readonly hint?: string;
}

/** The parts that errors of the server and of Node's sockets have in common. */
interface ErrorParts {
  /** An SQLSTATE such as `28P01`, or one of Node's codes such as `ECONNREFUSED`. */
  readonly code: string;
  readonly message: string;
}

function partsOf(error: unknown): ErrorParts {
  const { code, message } = Object(error) as { readonly code?: unknown; readonly message?: unknown };
  return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : '' };
}

function causeOf(parts: ErrorParts, context: ErrorContext): Cause {
  const { code, message } = parts;
  const known = causes[code] ?? causes[code.slice(0, 2)];
  if (known !== undefined) return known(context.name);
  // Every SQLSTATE has a digit. Some of Node's codes have the same length but no digit: EPIPE.
  if (/^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return reported(parts, context);
  // Errors that the driver itself raises have no code.
  if (message.startsWith('SASL')) return wrongPassword(context.name);
  if (message.includes('does not support SSL')) return withoutTls(context.name);
  if (/CERT|SSL|TLS|SIGNATURE/.test(code)) return untrusted(code, context.name);
  return context.isConnected ? lost(context.name) : unreachable(code, context.name);
}

/** Causes by SQLSTATE (appendix A of PostgreSQL's manual), by its class, or by Node's code. */
const causes: Readonly<Record<string, (name: string) => Cause>> = {
  '28P01': wrongPassword,
  '28': (name) => ({
    code: 'refused',
    message: `${name} refuses this user`,
    hint: 'The user may not be allowed to log in, or not from this computer, or not without TLS.',
  }),
  '3D000': (name) => ({
    code: 'unavailable',
    message: `The database ${name} does not exist`,
    hint: 'Create it, for example with `createdb`, or correct the URL.',
  }),
  '42501': (name) => ({
    code: 'refused',
    message: `The user of ${name} lacks a permission`,
    hint: 'It needs TEMPORARY on the database, CREATE on the schema, and to own the tables or be a member of their owner.',
  }),
  '42P07': (name) => ({
    code: 'foreign',
    message: `${name} has another program's table or view with one of the names that vbc-reports uses, and this user cannot see it`,
    hint: 'Use another database or another schema, or rename that table or view.',
  }),
  '25006': (name) => ({
    code: 'refused',
    message: `${name} is read-only`,
    hint: 'Connect to the primary server instead of a replica, or check `default_transaction_read_only`.',
  }),
  '53100': (name) => ({
    code: 'failed',
    message: `The disk of the server is full: ${name}`,
    hint: 'Make room and run again. What was written before is kept.',
  }),
  '53300': (name) => ({
    code: 'unavailable',
    message: `${name} accepts no more connections`,
    hint: 'Run again later, or with fewer accounts at a time: each of them takes one connection.',
  }),
  '55P03': (name) => ({
    code: 'locked',
    message: `Another session has locked a table of ${name} for too long`,
    hint: 'Run again once it has ended; `pg_locks` shows it.',
  }),
  '57014': (name) => ({
    code: 'failed',
    message: `${name} cancelled a statement`,
    hint: 'Somebody cancelled it, or `statement_timeout` is too short for this user; a minute is enough.',
  }),
  '57P01': ended,
  '57P02': ended,
  '57P03': (name) => ({
    code: 'unavailable',
    message: `${name} is starting up or shutting down`,
    hint: 'Run again in a minute.',
  }),
  ECONNREFUSED: noServer,
  // A folder without the socket of a server.
  ENOENT: noServer,
  ENOTFOUND: (name) => ({
    code: 'unavailable',
    message: `The host of ${name} is unknown`,
    hint: 'Check the host in the URL of the database.',
  }),
};

function wrongPassword(name: string): Cause {
  return {
    code: 'refused',
    message: `${name} refused the user or the password`,
    hint: 'Check both in the URL of the database. Special characters in them have to be percent-encoded.',
  };
}

function noServer(name: string): Cause {
  const hint = 'Check host and port in the URL of the database, and that the server is running.';
  return { code: 'unavailable', message: `No server listens at ${name}`, hint };
}

function ended(name: string): Cause {
  return {
    code: 'failed',
    message: `${name} ended the connection`,
    hint: 'The server was shut down, or somebody ended the session. What was written before is kept; run again.',
  };
}

function lost(name: string): Cause {
  return {
    code: 'failed',
    message: `The connection to ${name} was lost`,
    hint: 'What was written before is kept; run again.',
  };
}

function unreachable(code: string, name: string): Cause {
  const message = `${name} cannot be reached${code === '' ? '' : ` (${code})`}`;
  return { code: 'unavailable', message, hint: 'Check the URL of the database, and that the server is running.' };
}

function withoutTls(name: string): Cause {
  const hint = 'Set `sslmode=disable` in its URL only if the network to it is trusted.';
  return { code: 'unavailable', message: `${name} does not support TLS`, hint };
}

function untrusted(code: string, name: string): Cause {
  const hint = 'Give its certificate authority as `sslrootcert=FILE` in the URL of the database.';
  return { code: 'unavailable', message: `The TLS certificate of ${name} is not trusted (${code})`, hint };
}

/** Messages of the classes 22 and 23 hold values of rows, so only their code is shown. */
function reported({ code, message }: ErrorParts, { name, secrets }: ErrorContext): Cause {
  if (/^2[123]/.test(code)) return { code: 'failed', message: `${name} refused a value (SQLSTATE ${code})` };
  const safe = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), message);
  return { code: 'failed', message: `${name} reported an error: ${safe} (SQLSTATE ${code})` };
}
