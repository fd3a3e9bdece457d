import { option, type Phrase, phrase } from './phrase.ts';

const clientId = option('auth.clientId');
const clientSecret = option('auth.clientSecret');
const username = option('auth.username');
const password = option('auth.password');
const scope = option('auth.scope');
const accountId = option('accountId');
const baseUrl = option('baseUrl');
const tokenUrl = option('tokenUrl');
const resetLogin = option('auth.reset()');

const lockWarning = 'A few failed logins lock the user for 30 minutes.';

const catalogue = {
  // The client, the user and the login
  'wrong-client': phrase`Check ${clientId} and ${clientSecret}: they must have no spaces around them, belong to the same application, and come from the portal that ${tokenUrl} belongs to. Some hosts expect them in another form: see ${option('auth.clientAuthentication')}.`,
  'wrong-password': phrase`Check ${username} and ${password}. ${lockWarning} If the admin portal accepts them, the user may be locked for programs only: stop every program that logs in as this user and wait 30 minutes.`,
  'user-locked': phrase`Stop every program that logs in as this user and wait 30 minutes: each attempt starts the 30 minutes again. Then check ${username} and ${password}.`,
  'grant-not-allowed': 'Allow this grant for the application in the developer portal.',
  'login-refused': phrase`Check ${tokenUrl}, the client and the credentials before you log in again. ${lockWarning}`,
  'login-blocked': phrase`These credentials are not tried again until they change or you use ${resetLogin}.`,
  'login-undecided': 'The token endpoint neither accepted nor refused the request. Try again later.',
  'login-unanswered': phrase`A login counts as an attempt even if its response is lost, so it is not retried. Check ${tokenUrl} and the network.`,
  'login-filtered': phrase`The response does not come from the token endpoint, but from a server in front of it: check ${tokenUrl}, the proxy, and whether the provider allows access from this network.`,
  'store-unusable': phrase`Make the folder of the token store writable, or name another one in XDG_STATE_HOME. Without it a refused login cannot be remembered, and a job that repeats it keeps the user locked.`,
  'refresh-token-spent': 'The refresh token is used up or has expired: authorise again.',
  'code-spent': phrase`A code can be exchanged once, within minutes, with the same ${option('auth.redirectUri')}: authorise again.`,
  'wrong-token-url': phrase`Check ${tokenUrl}. Known token URLs are https://api.vonage.com/token (the default) and https://apimanager.auth.prod.vonagenetworks.net/t/vbc.prod/oauth2/token.`,

  // The permissions of the token
  'missing-scope': phrase`The Reports API refuses a token without the scope openid. Allow the scope for the application in the developer portal, request it (${scope}), then use ${resetLogin} to get a new token.`,
  'unknown-scope': 'The token may lack the scope openid: request it when you make the token.',
  'token-invalid': phrase`Make a new token with the password or the authorization code grant (not client_credentials), or give credentials (${option('auth')}) so that the client makes tokens when it needs them.`,
  'token-unknown': phrase`The gateway does not know the new token: check that ${tokenUrl} and ${baseUrl} belong together.`,
  'token-retired': phrase`The Reports API may refuse a token minutes after it was made. Make a new one, or give credentials (${option('auth')}) so that the client can.`,
  'new-token-retired':
    'The Reports API refused the new token too. Try again in a few minutes; if it still fails, ask the provider.',
  'not-subscribed': 'Subscribe the application to the Reports API suite in the developer portal.',
  forbidden: 'Check the scope of the token, and the permissions of the application in the developer portal.',
  'no-role-or-wrong-account': phrase`Check that the user is an account administrator, and that ${accountId} is the number of the user's own account: the API gives the same answer to both mistakes. A token from the client_credentials grant is refused too.`,
  'no-scope-role-or-wrong-account': phrase`Check that the token has the scope openid and was made with the password or the authorization code grant, that its user is an account administrator, and that ${accountId} is the number of the user's own account: the API gives the same answer to all of these mistakes.`,
  'wrong-account-id':
    'An account id is a string of digits, such as "913874". The alias "self" does not work with this API.',

  // Hosts and networks
  'wrong-base-url': phrase`Check ${baseUrl}. The default is https://api.vonage.com/t/vbc.prod/reports; it ends before /accounts.`,
  'not-the-api': phrase`Check ${baseUrl}: it returns a web page instead of the Reports API. The page may also come from a proxy, or be the sign-in page of the network.`,
  redirected: 'Redirects are not followed, because the token would travel with them. Check the URL.',
  'host-not-found':
    'The name of the host does not resolve: check its spelling, the DNS and the VPN, and whether this network needs a proxy.',
  'connection-refused': 'Nothing accepts connections at this host and port: check the URL, the firewall and the proxy.',
  'connection-failed': 'Check the host, the network, the firewall and the proxy.',
  'untrusted-certificate':
    "The certificate is signed by an authority that this program does not trust. If it is your own or your company's (a proxy that inspects TLS, for example), set the environment variable NODE_EXTRA_CA_CERTS to the file with its certificate.",
  'wrong-certificate':
    "The certificate has expired, is not valid yet, or belongs to another host: check the URL, this computer's clock and the server.",
  'wrong-proxy': 'Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY: the proxy refuses the connection or asks for a login.',
  'no-fetch': phrase`Use a runtime that has a global fetch (Node 20.19 or later), or pass one in ${option('fetch')}.`,
  'slow-server': phrase`The server may be overloaded: try again later, lower ${option('pageSize')}, or raise ${option('timeoutMs')}.`,

  // The API
  throttled: phrase`Try again later, or lower ${option('requestsPerSecond')} or ${option('concurrency')}.`,
  'long-wait': phrase`This is longer than ${option('retry.maxRetryAfterMs')} allows: try again after that time, or raise the limit.`,
  'failing-server': 'The server fails too often for more retries to help: find out why, or try again later.',
  'parameters-refused': 'The API has accepted such requests so far: please report this to the maintainers.',
  'api-failed': 'Try again later. If the problem persists, ask the provider.',
  'unexpected-page': 'The response does not have the documented shape: please report it to the maintainers.',
  'body-too-large': phrase`The response is much larger than the requested page can be: check ${baseUrl}, or lower ${option('pageSize')}.`,
  'calls-missing': phrase`All other calls were handed out. The error's ${option('resume')} value reads the missing windows again.`,
} satisfies Readonly<Record<string, Phrase>>;

/** The id of a problem in the catalogue. */
export type ProblemId = keyof typeof catalogue;

/**
 * The catalogue of problems in set-up and use: each by its id, with its remedy. Errors take their hints from here,
 * `doctor` its remedies, and docs/troubleshooting.md its table (facts 1 to 12, 28 to 31).
 */
export const remedies: Readonly<Record<ProblemId, Phrase>> = catalogue;
