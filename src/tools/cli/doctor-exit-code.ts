import type { Fault } from '../doctor/remedies.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';

/** What is not here is a failure of the server or the network, or an address that is wrong. */
const byFault: Readonly<Partial<Record<Fault, ExitCode>>> = {
  settings: exitCodes.usage,
  'wrong-client': exitCodes.refused,
  'wrong-password': exitCodes.refused,
  'user-locked': exitCodes.refused,
  'login-refused': exitCodes.refused,
  'grant-not-allowed': exitCodes.refused,
  'no-scope': exitCodes.refused,
  'token-invalid': exitCodes.refused,
  'token-unknown-here': exitCodes.refused,
  'token-retired': exitCodes.refused,
  'not-subscribed': exitCodes.refused,
  forbidden: exitCodes.refused,
  'no-role-or-wrong-account': exitCodes.refused,
  'no-scope-role-or-wrong-account': exitCodes.refused,
};

/** The exit code of an examination with this fault; differences from the document are none. */
export function doctorExitCode(fault: Fault | undefined): ExitCode {
  return fault === undefined ? exitCodes.done : (byFault[fault] ?? exitCodes.failed);
}
