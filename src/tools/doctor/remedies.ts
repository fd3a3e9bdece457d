/** What to do about each fault of a set-up, in a user's words (facts 1 to 12, 29). */
export const remedies = {
  settings: 'Set what is named, then run the doctor again.',
  'token-host-unreachable':
    'Check the token URL (VBC_TOKEN_URL), the network, and whether a proxy or a firewall lets this computer out.',
  'wrong-token-url':
    'Check VBC_TOKEN_URL. Known are https://api.vonage.com/token, which is the default, and' +
    ' https://apimanager.auth.prod.vonagenetworks.net/t/vbc.prod/oauth2/token.',
  'api-host-unreachable':
    'Check the base URL (VBC_BASE_URL), the network, and whether a proxy or a firewall lets this computer out.',
  'wrong-base-url':
    'Check VBC_BASE_URL. The default is https://api.vonage.com/t/vbc.prod/reports; it ends before /accounts.',
  'wrong-client':
    'Copy VBC_CLIENT_ID and VBC_CLIENT_SECRET anew from the application in the developer portal: no space around them,' +
    ' both of the same application, and of the portal that the token URL belongs to.',
  'wrong-password':
    'Check VBC_USERNAME and VBC_PASSWORD by signing in to the admin portal in a browser, but not too often: a few failed' +
    ' logins lock the user for 30 minutes. If the portal lets you in with them, the user may be locked for logins by' +
    ' programs alone: wait 30 minutes.',
  'user-locked':
    'Stop every program that logs in as this user, and wait 30 minutes: each attempt starts them anew. Then check' +
    ' VBC_USERNAME and VBC_PASSWORD.',
  'grant-not-allowed': 'Allow the application the password grant in the developer portal.',
  'login-refused':
    'Check VBC_TOKEN_URL, and the client, user name and password that are set, before you log in again: a few' +
    ' failed logins lock the user for 30 minutes.',
  'login-failed': 'Wait a little, then run the doctor again: the token endpoint did not decide.',
  'no-scope':
    'The Reports API refuses tokens without the scope openid. Allow it to the application in the developer portal, then' +
    ' run with --reset-login, which gets a new token.',
  'token-invalid':
    'Make a new access token with the password or the authorization code grant, or set user name, password and client' +
    ' in its place, so that tokens are made when they are needed.',
  'token-unknown-here':
    'Check that VBC_TOKEN_URL and VBC_BASE_URL belong together: the token of one is unknown to the other.',
  'token-retired': 'Wait a few minutes and run with --reset-login. If it stays so, ask the provider.',
  'not-subscribed': 'Subscribe the application to the Reports API suite in the developer portal.',
  forbidden: 'Check in the developer portal what the application may use.',
  'no-role-or-wrong-account':
    'Check in the admin portal that the user is an account administrator, and that VBC_ACCOUNT_ID is the number of the' +
    " user's own account. The API answers both in the same way.",
  'no-scope-role-or-wrong-account':
    'Check that the token was made with the scope openid and the password or authorization code grant, that its user is' +
    " an account administrator, and that VBC_ACCOUNT_ID is the number of the user's own account. The API answers all of" +
    ' these in the same way.',
  throttled: 'Wait as long as is named, or a few minutes, then run the doctor again.',
  'parameters-refused': 'Report it to the maintainers of this package: what a request holds has been accepted so far.',
  'api-failed': 'Wait a little, then run the doctor again. If it stays so, ask the provider.',
  'no-page': 'See below what came instead, and report it to the maintainers of this package.',
} as const;

export type Fault = keyof typeof remedies;
