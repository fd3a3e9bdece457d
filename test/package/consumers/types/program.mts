// The main entry, with no type of Node: this program is compiled with the types of the web platform too.
import { createReportsClient, ReportsError, type CallLog } from 'vbc-reports';

const client = createReportsClient({ accountId: '913874', auth: 'a token' });

/** Rows carry the document's types: an extension may be null, a length is a number. */
export function describe(call: CallLog): string {
  const seconds: number = call.length;
  const extension: string | number | null | undefined = call.source_user;
  return `${call.id} ${String(seconds)} ${extension ?? 'nobody'}`;
}

export async function collect(): Promise<string[]> {
  const lines: string[] = [];
  try {
    for await (const call of client.callLogs.list({ from: '2026-01-01', to: new Date(), timeZone: 'Europe/Paris' })) {
      lines.push(describe(call));
    }
  } catch (error) {
    if (error instanceof ReportsError && error.code === 'rate-limited') return [];
    throw error;
  }
  return lines;
}

// @ts-expect-error an account id is a string
createReportsClient({ accountId: 913874, auth: 'a token' });
