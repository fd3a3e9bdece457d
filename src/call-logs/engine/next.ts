import { findAxis, keyOf } from './axis.ts';
import { creditShortfalls, mergeUnproven } from './ledger.ts';
import { placeAudit, placeCheck, placeLook, placeTotal } from './look.ts';
import { usableCalls, type ServerPage } from './page.ts';
import { isWithoutMargin, placeGap, placeOutdated, placeTurn } from './place.ts';
import { settleDebts } from './settle.ts';
import { readyBlock, replaceSegment, turnAround, type PageRequest, type State } from './state.ts';

/** What happens to a reading. */
export type ReadingEvent =
  | { readonly type: 'answered'; readonly request: PageRequest; readonly page: ServerPage }
  /** The server refuses a page that far on (fact 20). */
  | { readonly type: 'refused'; readonly request: PageRequest }
  /** The ready block has been handed out. */
  | { readonly type: 'taken' };

/** The state after an event. */
export function next(state: State, event: ReadingEvent): State {
  const before = state.strays.length === 0 ? state : { ...state, strays: [] };
  if (event.type === 'taken') return afterTaking(before);
  const turned = event.type === 'answered' && !state.axisKnown ? settleAxis(before, event) : before;
  const request = turned.inFlight.find(({ id }) => id === event.request.id);
  if (request === undefined) return before;
  const received = { ...turned, inFlight: turned.inFlight.filter((each) => each !== request) };
  return settleDebts(place(received, request, event.type === 'answered' ? event.page : undefined));
}

function afterTaking(state: State): State {
  const block = readyBlock(state);
  if (block === undefined) return state;
  const shortfalls = creditShortfalls(state.shortfalls, block);
  const isUnproven = state.plan.verify && block.proof === 'none';
  const unproven = isUnproven ? mergeUnproven(state.unproven, block) : state.unproven;
  return {
    ...replaceSegment(state, block, []),
    shortfalls,
    unproven,
    handedOut: state.handedOut + block.listed,
  };
}

/** The first page shows in which direction the server's pages run; everything else is laid out along that. */
function settleAxis(state: State, { request, page }: ReadingEvent & { type: 'answered' }): State {
  const axis = findAxis(usableCalls(page.rows).map(keyOf)) ?? state.axis;
  return { ...(axis === state.axis ? state : turnAround(state, axis, request)), axisKnown: true };
}

function place(state: State, request: PageRequest, page: ServerPage | undefined): State {
  if (page && isWithoutMargin(request, state)) return placeOutdated(state, request, page);
  switch (request.purpose) {
    case 'gap':
      return page ? placeGap(state, request, page) : state;
    case 'turn':
      return placeTurn(state, request, page);
    case 'block':
      return page ? placeCheck(state, request, page) : state;
    case 'total':
      return page ? placeTotal(state, request, page) : state;
    case 'audit':
      return placeAudit(state, request, page);
    case 'seam':
    case 'edge':
      return placeLook(state, request, page);
  }
}
