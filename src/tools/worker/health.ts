import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { EventHandlers } from '../../core/events.ts';
import { type Clock, systemClock } from '../../core/http/index.ts';
import type { JobEnd, JobOutcome } from './do-jobs.ts';
import type { QueueName } from './queue.ts';
import { accountPhases, type AccountStatus } from './status.ts';

/** Counts what a worker does. Names of people, telephone numbers and secrets are not among the labels. */
export class WorkerMetrics {
  /** Those without labels are there from the beginning, so that their first increase is seen. */
  readonly #counters = new Map<string, number>([
    ['vbc_logins', 0],
    ['vbc_calls_written', 0],
    ['vbc_database_outages', 0],
  ]);

  /** For the option `on` of an account's client. */
  readonly handlers: EventHandlers = {
    request: ({ status, failure }) => {
      this.#count('vbc_requests', { outcome: String(status ?? failure ?? 'none') });
    },
    retry: ({ reason }) => {
      this.#count('vbc_retries', { reason });
    },
    token: ({ source }) => {
      if (source === 'login') this.#count('vbc_logins', {});
    },
  };

  /** Counts a job that has ended. */
  job(queue: QueueName, { end, calls, durationMs }: JobOutcome & { readonly durationMs: number }): void {
    this.#count('vbc_jobs', { queue, end } satisfies { queue: QueueName; end: JobEnd });
    this.#count('vbc_job_seconds', { queue }, durationMs / 1000);
    this.#count('vbc_calls_written', {}, calls);
  }

  /** Counts an outage of the database that has begun. */
  outage(): void {
    this.#count('vbc_database_outages', {});
  }

  /** Returns the counters, and the state of accounts, in the text format of OpenMetrics 1.0. */
  render(accounts: readonly AccountStatus[]): string {
    const families = Object.entries(counterHelp).flatMap(([name, help]) => {
      const samples = [...this.#counters].filter(([key]) => key === name || key.startsWith(`${name}{`));
      const lines = samples.map(([key, value]) => `${key.replace(name, `${name}_total`)} ${value}`);
      const unit = name.endsWith('_seconds') ? [`# UNIT ${name} seconds`] : [];
      return [`# TYPE ${name} counter`, ...unit, `# HELP ${name} ${help}`, ...lines];
    });
    return `${[...families, ...accountLines(accounts), '# EOF'].join('\n')}\n`;
  }

  #count(name: keyof typeof counterHelp, labels: Readonly<Record<string, string>>, by = 1): void {
    const key = `${name}${labelText(labels)}`;
    this.#counters.set(key, (this.#counters.get(key) ?? 0) + by);
  }
}

const counterHelp = {
  vbc_requests: 'Requests to the API, each attempt counted, by their status or failure.',
  vbc_retries: 'Attempts that were tried again, by reason.',
  vbc_logins: 'Logins that were made.',
  vbc_jobs: 'Jobs that have ended, by queue and end.',
  vbc_job_seconds: 'The time that jobs took, in seconds.',
  vbc_calls_written: 'Calls that were added, changed, deleted or marked as no longer listed.',
  vbc_database_outages: 'Outages of the database that this worker has met.',
} as const;

function accountLines(accounts: readonly AccountStatus[]): string[] {
  const lags = accounts.flatMap(({ account, lagSeconds }) =>
    lagSeconds === undefined ? [] : [`vbc_account_lag_seconds${labelText({ account })} ${lagSeconds.toFixed(0)}`],
  );
  const counts = accountPhases.map((phase) => {
    const { length } = accounts.filter((account) => account.phase === phase);
    return `vbc_accounts${labelText({ phase })} ${length}`;
  });
  return [
    ...['# TYPE vbc_account_lag_seconds gauge', '# UNIT vbc_account_lag_seconds seconds'],
    '# HELP vbc_account_lag_seconds The time since the store last had all that the server listed.',
    ...lags,
    ...['# TYPE vbc_accounts gauge', '# HELP vbc_accounts Accounts by phase.'],
    ...counts,
  ];
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${value.replaceAll(/["\\\n]/g, '_')}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

/** A scraper asks every 15 to 60 seconds, and several may. */
const metricsAgeMs = 10_000;

/**
 * Returns a function that renders metrics from what was last read, if that is not older than ten seconds. Those who ask
 * while it is being read share the reading.
 *
 * @param read reads the state of accounts, which costs the more the more of them there are
 */
export function cacheMetrics(
  metrics: WorkerMetrics,
  read: () => Promise<readonly AccountStatus[]>,
  clock: Clock = systemClock,
): () => Promise<string> {
  let last: { readonly atMs: number; readonly accounts: Promise<readonly AccountStatus[]> } | undefined;
  return async () => {
    const isOld = last === undefined || clock.now() - last.atMs > metricsAgeMs;
    const current = last !== undefined && !isOld ? last : { atMs: clock.now(), accounts: read() };
    last = current;
    try {
      return metrics.render(await current.accounts);
    } catch (error) {
      // The next one tries again.
      if (last === current) last = undefined;
      throw error;
    }
  };
}

export interface HealthOptions {
  /** 0 for any free one. */
  readonly port: number;
  /** Default: all addresses, because orchestrators ask from outside. */
  readonly host?: string | undefined;
  /** Returns whether the worker takes jobs and reaches the database. */
  readonly isReady: () => boolean;
  /** Returns the metrics. If it fails, the scraper is told that the service is unavailable. */
  readonly metrics: () => Promise<string>;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves `/livez`, `/readyz` and `/metrics`. Rejects if the port is taken. */
export async function startHealthServer({ port, host, isReady, metrics }: HealthOptions): Promise<HealthServer> {
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const send = (status: number, text: string, type = 'text/plain; charset=utf-8'): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') send(405, 'GET only\n');
    else if (pathname === '/livez') send(200, 'alive\n');
    else if (pathname === '/readyz') send(isReady() ? 200 : 503, isReady() ? 'ready\n' : 'not ready\n');
    else if (pathname === '/metrics') {
      metrics().then(
        (text) => {
          send(200, text, 'application/openmetrics-text; version=1.0.0; charset=utf-8');
        },
        () => {
          send(503, 'the database cannot be reached\n');
        },
      );
    } else send(404, 'not found\n');
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
