/** Where the command line takes the library's options from. */
const flags: Readonly<Record<string, string>> = {
  accountId: '--account-id (or VBC_ACCOUNT_ID)',
  baseUrl: '--base-url (or VBC_BASE_URL)',
  tokenUrl: '--token-url (or VBC_TOKEN_URL)',
  from: '--from',
  to: '--to',
  timeZone: '--tz',
  month: '--month',
  direction: '--direction',
  fromNumber: '--from-number',
  toNumber: '--to-number',
  sourceUser: '--source-user',
  destinationUser: '--destination-user',
  endFrom: '--end-from',
  endTo: '--end-to',
  pageSize: '--page-size',
  concurrency: '--concurrency',
  requestsPerSecond: '--requests-per-second',
  maxRetryAfterMs: '--max-wait',
  auth: 'VBC_ACCESS_TOKEN',
  clientId: '--client-id (or VBC_CLIENT_ID)',
  clientSecret: 'VBC_CLIENT_SECRET',
  'auth.clientId': '--client-id (or VBC_CLIENT_ID)',
  'auth.clientSecret': 'VBC_CLIENT_SECRET',
  'auth.username': '--username (or VBC_USERNAME)',
  'auth.password': 'VBC_PASSWORD',
};

/** The library's message with its options called as they are on the command line. */
export function withFlagNames(message: string): string {
  return message.replace(/"([a-zA-Z.]+)"/g, (quoted, option: string) => flags[option] ?? quoted);
}

/** What hints say to those who write programs, beside what they say to those who don't. */
const forPrograms = '`auth.reset()`, or `--reset-login` on the command line';

/** As `withFlagNames` for hints, which quote options as code: plain quotes may be around what the server said. */
export function withFlagsInHints(message: string): string {
  return message
    .replace(forPrograms, '--reset-login')
    .replace(/`([a-zA-Z.]+)`/g, (quoted, option: string) => flags[option] ?? quoted);
}
