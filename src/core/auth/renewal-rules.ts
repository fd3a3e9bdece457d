/**
 * New tokens in a row, each asked for because the one before was refused, without one accepted answer in between. Tokens
 * that are good for three uses only (fact 9) need two at the default concurrency; a user who lacks a role would need
 * ever more.
 */
export const maxRenewalsInARow = 3;

/** A token that was refused and waits to be replaced. */
export interface RejectedToken {
  readonly token: string;
  /** The Reports API had accepted it before. */
  readonly worked: boolean;
}

/** How the present token has fared with the Reports API. */
export interface Standing {
  /** The token to send; undefined if there is none yet, or if it was refused and a new one is to be had. */
  readonly token: string | undefined;
  /** Issued to this client, rather than taken from the store, where it may have grown old. */
  readonly fresh: boolean;
  /** How many requests it was handed to. */
  readonly uses: number;
  /** A request that it was handed to was accepted. */
  readonly worked: boolean;
  /** Its refusal was final. It goes on being sent, at no cost in logins: a role may be given later. */
  readonly condemned: boolean;
  readonly renewalsInARow: number;
  readonly rejected: RejectedToken | undefined;
}

export const noToken: Standing = {
  token: undefined,
  fresh: false,
  uses: 0,
  worked: false,
  condemned: false,
  renewalsInARow: 0,
  rejected: undefined,
};

export function adopted({ renewalsInARow }: Standing, token: string, fresh: boolean): Standing {
  return { ...noToken, token, fresh, renewalsInARow };
}

export function handedOut(standing: Standing, token: string): Standing {
  return standing.token === token ? { ...standing, uses: standing.uses + 1 } : standing;
}

/** An answer to a token that has been replaced since is progress too, but proves nothing of the present one. */
export function acceptedAnswer(standing: Standing, token: string): Standing {
  if (standing.token !== token) return { ...standing, renewalsInARow: 0 };
  return { ...standing, renewalsInARow: 0, worked: true, condemned: false };
}

export interface Refused {
  readonly standing: Standing;
  /** With a new token, with the one that is there by now, or not at all. */
  readonly replay: 'renewed' | 'present' | undefined;
}

/**
 * What a refused token leads to. A replay goes with the present token if that is another one by now, else with a new
 * one, which all waiting requests share. Final is the refusal of a new token on its first use: another one would fare
 * no better. While other requests hold the token too, their answers may still be on the way, and the bounds decide: one
 * for the client, and one for the request, which may be refused for ever while others go through.
 */
export function refusedAnswer(standing: Standing, token: string, renewalsOfRequest: number): Refused {
  if (standing.token !== token) return { standing, replay: 'present' };

  const { fresh, uses, worked, condemned, renewalsInARow } = standing;
  const mayHelp = !condemned && (worked || !fresh || uses > 1);
  if (!mayHelp || Math.max(renewalsInARow, renewalsOfRequest) >= maxRenewalsInARow) {
    return { standing: { ...standing, condemned: true }, replay: undefined };
  }
  const rejected = { token, worked };
  return { standing: { ...noToken, renewalsInARow: renewalsInARow + 1, rejected }, replay: 'renewed' };
}
