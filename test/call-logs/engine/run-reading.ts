import type { CallLog } from '../../../src/call-logs/call-log.ts';
import type { Block } from '../../../src/call-logs/engine/ledger.ts';
import { next, type ReadingEvent } from '../../../src/call-logs/engine/next.ts';
import type { RejectedRow, ServerPage } from '../../../src/call-logs/engine/page.ts';
import { nextRequest } from '../../../src/call-logs/engine/ask.ts';
import {
  isComplete,
  isDone,
  missingWindows,
  readyBlock,
  type MissingSpan,
} from '../../../src/call-logs/engine/outcome.ts';
import { beginReading, type PageRequest, type ReadingPlan, type State } from '../../../src/call-logs/engine/state.ts';
import type { Query, SimulatedServer, WirePage } from './simulated-server.ts';

export interface RunOptions {
  readonly server: Pick<SimulatedServer, 'answer'>;
  readonly plan: ReadingPlan;
  /** Chooses which of the `count` requests in flight is answered next. Default: the oldest. */
  readonly pick?: (count: number) => number;
  /** Whether the caller takes what is ready after an answer. Default: always. */
  readonly takes?: (answers: number) => boolean;
  readonly maxRequests?: number;
  readonly onState?: (state: State) => void;
  readonly onRequest?: (request: PageRequest) => void;
}

export interface Run {
  readonly handedOut: readonly CallLog[];
  readonly rejected: readonly RejectedRow[];
  /** The blocks as they were handed out. */
  readonly blocks: readonly Block[];
  readonly strays: readonly CallLog[];
  readonly missing: readonly MissingSpan[];
  readonly state: State;
  readonly requests: number;
  readonly mostInFlight: number;
  /** The most calls that waited for their proof or their turn at once. */
  readonly mostWaiting: number;
  /** Answers until the first call was handed out. */
  readonly answersToFirst: number;
}

/** Reads a simulated server with the engine alone, to the end. Throws if it stands still, or asks without end. */
export function runReading(options: RunOptions): Run {
  const { server, plan, pick = () => 0, takes = () => true, maxRequests = 100_000, onState, onRequest } = options;
  let state = beginReading(plan);
  let answers = 0;
  const inFlight: PageRequest[] = [];
  const run = { requests: 0, mostInFlight: 0, mostWaiting: 0, answersToFirst: 0 };
  const handedOut: CallLog[] = [];
  const rejected: RejectedRow[] = [];
  const strays: CallLog[] = [];
  const blocks: Block[] = [];

  function apply(event: ReadingEvent): void {
    state = next(state, event);
    strays.push(...state.strays);
    onState?.(state);
  }

  function ask(): void {
    for (let asked = nextRequest(state); asked !== undefined; asked = nextRequest(state)) {
      state = asked.state;
      inFlight.push(asked.request);
      onRequest?.(asked.request);
      run.requests += 1;
      if (run.requests > maxRequests) throw new Error(`more than ${maxRequests} requests`);
    }
    run.mostInFlight = Math.max(run.mostInFlight, inFlight.length);
  }

  function take(): boolean {
    let taken = false;
    for (let block = readyBlock(state); block !== undefined; block = readyBlock(state)) {
      if (block.calls.length > 0 && handedOut.length === 0) run.answersToFirst = answers;
      blocks.push(block);
      handedOut.push(...block.calls);
      rejected.push(...block.rejected);
      void isComplete(block, state);
      apply({ type: 'taken' });
      taken = true;
    }
    return taken;
  }

  while (!isDone(state)) {
    ask();
    const [request] = inFlight.length === 0 ? [] : inFlight.splice(pick(inFlight.length), 1);
    if (request === undefined) {
      if (take()) continue;
      throw new Error('nothing to ask for, to wait for or to take');
    }
    const page = toServerPage(server.answer(queryOf(request, plan)));
    answers += 1;
    apply({ type: 'answered', request, page });
    let waiting = 0;
    for (const segment of state.segments) waiting += segment.kind === 'block' ? segment.calls.length : 0;
    run.mostWaiting = Math.max(run.mostWaiting, waiting);
    if (takes(answers)) take();
  }
  return { handedOut, blocks, rejected, strays, missing: missingWindows(state), state, ...run };
}

function queryOf({ window, page }: PageRequest, plan: ReadingPlan): Query {
  return {
    fromMs: window.from.getTime(),
    toMs: window.to.getTime() - 1000,
    page,
    pageSize: plan.pageSize,
    order: plan.order,
  };
}

export function toServerPage(page: WirePage): ServerPage {
  return {
    rows: page._embedded.call_logs,
    totalItems: page.total_items,
    totalPages: page.total_pages,
    hasNext: page._links === undefined ? undefined : page._links.next !== undefined,
    pageSize: page.page_size,
  };
}
