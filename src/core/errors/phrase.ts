/**
 * The settings that an error can be about, by the library's names for them: options of `createReportsClient`, options
 * of `list`, and `auth.reset()`. Another front end calls them by names of its own (`--page-size` for `pageSize`).
 */
export type OptionName =
  | 'acceptRejected'
  | 'accountId'
  | 'auth'
  | `auth.${'authorizationCode' | 'clientAuthentication' | 'clientId' | 'clientSecret' | 'codeVerifier'}`
  | `auth.${'password' | 'redirectUri' | 'reset()' | 'scope' | 'username'}`
  | 'baseUrl'
  | 'clock'
  | 'concurrency'
  | 'deadlineMs'
  | 'destinationUser'
  | 'direction'
  | 'endFrom'
  | 'endTo'
  | 'fetch'
  | 'from'
  | 'fromNumber'
  | 'limit'
  | 'on'
  | `on.${string}`
  | 'order'
  | 'pageSize'
  | 'random'
  | 'requestsPerSecond'
  | 'resume'
  | 'retry'
  | `retry.${'maxAttempts' | 'maxRetryAfterMs'}`
  | 'signal'
  | 'sourceUser'
  | 'timeoutMs'
  | 'timeZone'
  | 'to'
  | 'toNumber'
  | 'tokenStore'
  | 'tokenUrl'
  | 'userAgent'
  | 'verify';

/** The place of an option's name in a phrase. */
export interface OptionSlot {
  /** The library's name of the option. */
  readonly option: OptionName;
}

/** Text with the options that it names as data, so that each front end can name them in its own way. */
export type Phrase = string | readonly (string | OptionSlot)[];

/** Marks the place of an option in the template of a phrase. */
export function option(name: OptionName): OptionSlot {
  return { option: name };
}

/** Makes a phrase from a template: ``phrase`Check ${option('baseUrl')}.` ``. Other values become text. */
export function phrase(strings: TemplateStringsArray, ...values: readonly (OptionSlot | string | number)[]): Phrase {
  return strings.flatMap((text, index) => {
    const value = values[index];
    return value === undefined ? text : [text, typeof value === 'object' ? value : String(value)];
  });
}

/** The text of a phrase. Options are named by `nameOf`; default: as code, `pageSize` in backticks. */
export function render(phrase: Phrase, nameOf: (option: OptionName) => string = asCode): string {
  if (typeof phrase === 'string') return phrase;
  return phrase.map((part) => (typeof part === 'string' ? part : nameOf(part.option))).join('');
}

function asCode(name: OptionName): string {
  return `\`${name}\``;
}
