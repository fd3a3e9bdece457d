import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { errors, type KoaContextWithOIDC } from 'oidc-provider';

export const client = { clientId: 'client-7', clientSecret: 'sesame-client-secret' };
export const user = { username: 'jane@vbc.prod', password: 'correct horse+battery&staple' };
export const redirectUri = 'https://app.example.com/back';

const scope = 'openid offline_access';

export interface StandardServer {
  readonly tokenUrl: string;
  /** The grant types of the token requests that succeeded or failed, in order: `password`, `refresh_token failed` … */
  readonly log: readonly string[];
  /** A code as a user's consent yields it, bound to a PKCE challenge (S256) if there is one. */
  issueCode(codeChallenge?: string): Promise<string>;
  stop(): Promise<void>;
}

/** An OAuth server of another make, with the password grant added that it leaves out. */
export async function startStandardServer(clientAuthentication: 'form' | 'basic'): Promise<StandardServer> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const provider = createProvider(`http://127.0.0.1:${port}`, clientAuthentication);
  const log: string[] = [];
  const grantOf = ({ oidc }: KoaContextWithOIDC): string => String(oidc.params?.grant_type);
  provider.on('grant.success', (context) => log.push(grantOf(context)));
  provider.on('grant.error', (context) => log.push(`${grantOf(context)} failed`));
  const handle = provider.callback();
  server.on('request', (request, response) => void handle(request, response));
  return {
    tokenUrl: `http://127.0.0.1:${port}/token`,
    log,
    issueCode: (codeChallenge) => issueCode(provider, codeChallenge),
    stop: () => stop(server),
  };
}

function createProvider(issuer: string, clientAuthentication: 'form' | 'basic'): Provider {
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token', 'password'],
        token_endpoint_auth_method: clientAuthentication === 'form' ? 'client_secret_post' : 'client_secret_basic',
      },
    ],
    cookies: { keys: ['not used'] },
    features: { devInteractions: { enabled: false } },
    rotateRefreshToken: true,
    issueRefreshToken: () => Promise.resolve(true),
    pkce: { methods: ['S256'], required: () => false },
    ttl: { AccessToken: 3600, AuthorizationCode: 60, Grant: 86_400, IdToken: 3600, RefreshToken: 86_400 },
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  });
  provider.registerGrantType('password', (context) => passwordGrant(provider, context), [
    'username',
    'password',
    'scope',
  ]);
  return provider;
}

async function passwordGrant(provider: Provider, context: KoaContextWithOIDC): Promise<void> {
  const { username, password } = context.oidc.params ?? {};
  if (username !== user.username || password !== user.password) throw new errors.InvalidGrant('wrong user or password');
  const grantId = await saveGrant(provider);
  const shared = { accountId: user.username, client: await findClient(provider), grantId, gty: 'password', scope };
  const accessToken = await new provider.AccessToken({ ...shared, expiresWithSession: false }).save();
  const refreshToken = await new provider.RefreshToken({ ...shared, expiresWithSession: false }).save();
  context.body = {
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: 3600,
    scope,
    token_type: 'Bearer',
  };
}

async function issueCode(provider: Provider, codeChallenge?: string): Promise<string> {
  const code = new provider.AuthorizationCode({
    accountId: user.username,
    client: await findClient(provider),
    grantId: await saveGrant(provider),
    gty: 'authorization_code',
    redirectUri,
    scope,
    ...(codeChallenge === undefined ? {} : { codeChallenge, codeChallengeMethod: 'S256' }),
  });
  return code.save();
}

async function saveGrant(provider: Provider): Promise<string> {
  const grant = new provider.Grant({ accountId: user.username, clientId: client.clientId });
  grant.addOIDCScope(scope);
  return grant.save();
}

async function findClient(provider: Provider) {
  const found = await provider.Client.find(client.clientId);
  if (!found) throw new Error('The client is not registered');
  return found;
}

async function stop(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
