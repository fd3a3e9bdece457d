import { lengthOf, type Span } from './axis.ts';
import { divide } from './calls.ts';
import { gapOf, type Gap, type Segment } from './ledger.ts';
import { waitsFor } from './outcome.ts';
import { chooseGap, type Choice } from './schedule.ts';
import { frontOf, replaceSegment, type Look, type PageRequest, type State } from './state.ts';

/** A request to make, and the state in which it is in flight. */
export interface Asked {
  readonly request: PageRequest;
  readonly state: State;
}

/** The request to make next; undefined if there is nothing to ask for now. */
export function nextRequest(state: State): Asked | undefined {
  if (state.inFlight.length >= state.plan.concurrency) return undefined;
  const front = frontOf(state);
  // A look is made when there is nothing else to request, or when a block is waiting for nothing but this look.
  return askForLook(state, front ? [front] : []) ?? askForGap(state) ?? askForLook(state, state.segments);
}

function askForLook(state: State, waiting: readonly Segment[]): Asked | undefined {
  const look = state.looks.find((each) => !isAsked(each, state) && waiting.some((one) => waitsFor(one, each, state)));
  return look && send(state, look.purpose, look, look.turning.page);
}

function isAsked(look: Look, { inFlight }: State): boolean {
  return inFlight.some(({ purpose, span }) => purpose === look.purpose && span.from === look.from);
}

function askForGap(state: State): Asked | undefined {
  const choice = state.axisKnown ? chooseGap(state) : openingChoice(state);
  if (choice === undefined) return undefined;
  const { gap, at } = choice;
  const id = state.requests + 1;
  if (at === undefined) {
    const asked = replaceSegment(state, gap, [{ ...gap, asked: id }]);
    return send(asked, 'gap', gap, gap.turning?.page ?? 1);
  }
  const [rest, partition] = cutGap(gap, at, state);
  const opened = replaceSegment(state, gap, [rest, { ...partition, asked: id }]);
  return send({ ...opened, partitions: state.partitions + 1 }, 'gap', partition, 1);
}

function send(state: State, purpose: PageRequest['purpose'], { from, to }: Span, page: number): Asked {
  const id = state.requests + 1;
  const margin = purpose === 'gap' ? state.margin : 0;
  const window = state.axis.windowOf({ from: from - margin, to: to + margin });
  const request = { id, purpose, span: { from, to }, margin, window, page };
  return { request, state: { ...state, requests: id, inFlight: [...state.inFlight, request] } };
}

/** Makes the end of a gap a partition of its own. A request for the whole gap may be in flight. */
function cutGap(gap: Gap, at: number, { axis }: State): [Gap, Gap] {
  const expected = gap.expected * ((gap.to - at) / lengthOf(gap));
  const [known, behind] = divide(gap.known, at, axis);
  const partition = gapOf({ from: at, to: gap.to }, { known: behind, expected });
  return [{ ...gap, to: at, known, expected: gap.expected - expected }, partition];
}

/** Before anything else, one page shows in which direction pages run. The widest window shows it best. */
function openingChoice({ segments, inFlight }: State): Choice | undefined {
  const gaps = segments.filter((segment) => segment.kind === 'gap');
  const [gap] = inFlight.length > 0 ? [] : gaps.sort((a, b) => lengthOf(b) - lengthOf(a));
  return gap && { gap };
}
