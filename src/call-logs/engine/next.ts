import type { CallLog } from '../call-log.ts';
import { contains, findAxis, halvesOf, keyOf, overlaps, startKey, type Axis, type Span } from './axis.ts';
import { addDebt, creditShortfalls, type Block, type Gap, type Segment, type Shortfall } from './ledger.ts';
import {
  evidenceOfOrder,
  isAscending,
  judgeRows,
  readTotal,
  sortRows,
  usableCalls,
  widestMargin,
  type PageContent,
  type RejectedRow,
  type ServerPage,
  type Total,
  type Verdict,
} from './page.ts';
import { settleDebts } from './settle.ts';
import {
  gapOf,
  isExhausted,
  isOrdered,
  readyBlock,
  replaceSegment,
  turnAround,
  type PageRequest,
  type RequestDraft,
  type State,
} from './state.ts';
import { beginTurning, isSettled, lackOf, turnPage, type Turning, type Where } from './turning.ts';

/** What happens to a reading. */
export type ReadingEvent =
  | { readonly type: 'answered'; readonly request: PageRequest; readonly page: ServerPage }
  /** The server refuses a page that far on (fact 20). */
  | { readonly type: 'refused'; readonly request: PageRequest }
  /** The ready block has been handed out. */
  | { readonly type: 'taken' };

/** How often a gap whose answer is of no use is asked for again. */
const maxTries = 2;

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

/** Adds a span that is not proven; spans that touch become one. */
function mergeUnproven(unproven: readonly Shortfall[], { from, to, listed }: Span & { listed: number }): Shortfall[] {
  const touches = (other: Span): boolean => other.from <= to && from <= other.to;
  const merged = unproven.filter(touches).reduce(
    (sum, other) => ({
      from: Math.min(sum.from, other.from),
      to: Math.max(sum.to, other.to),
      listed: sum.listed + other.found,
    }),
    { from, to, listed },
  );
  const { listed: found, ...span } = merged;
  const others = unproven.filter((other) => !touches(other));
  return [...others, { ...span, owed: found, found, open: false, behind: 0 }];
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
    case 'seam':
    case 'edge':
      return placeLook(state, request, page);
  }
}

/** What was asked for without the margin that is needed by now proves nothing; its calls are kept. */
function isWithoutMargin({ purpose, span, asked }: PageRequest, { margin }: State): boolean {
  return (purpose === 'gap' || purpose === 'turn' || purpose === 'block') && span.from - asked.from < margin;
}

function placeOutdated(state: State, { span }: PageRequest, page: ServerPage): State {
  const turnings = new Map(state.turnings);
  turnings.delete(span.from);
  const segments = state.segments.map((segment): Segment => {
    if (segment.from !== span.from) return segment;
    return segment.kind === 'gap' ? { ...segment, asked: false } : { ...segment, check: 'needed' };
  });
  return absorb({ ...state, turnings, segments }, usableCalls(page.rows));
}

/* The first page of a gap. */

/** A gap, and what was answered for it. */
interface Answer {
  readonly gap: Gap;
  readonly request: PageRequest;
  readonly content: PageContent;
  readonly total: Total;
}

function placeGap(state: State, request: PageRequest, page: ServerPage): State {
  const gap = findGap(state, request.span.from);
  if (gap === undefined) return state;
  const content = sortRows(page.rows, request.span, windowsOf(state), state.axis);
  const answer = { gap, request, content, total: readTotal(page, state.plan.pageSize) };
  const learned = learn(state, answer);
  if (isWithoutMargin(request, learned)) return placeOutdated(noteShortfall(learned, answer), request, page);
  return placeAnswer(learned, answer, page);
}

function placeAnswer(state: State, answer: Answer, page: ServerPage): State {
  const { gap, request, content, total } = answer;
  const verdict = judgeRows(content, total, request.span, state);
  switch (verdict.kind) {
    case 'whole':
      return total.kind === 'unconfirmed' && state.plan.verify
        ? startTurning(state, gap, { first: page, isDoubted: true })
        : placeWhole(noteTotal(state, answer), answer);
    case 'part':
      return state.disordered
        ? split(fruitless(noteTotal(state, answer)), answer, halvesOf(gap), page)
        : placePart(noteTotal(state, answer), answer, verdict);
    case 'crowded':
      return split(noteTotal(state, answer), answer, around(gap, verdict.second), page);
    case 'unordered':
      return split(fruitless(noteTotal(state, answer)), answer, halvesOf(gap), page);
    case 'astray':
      return startTurning(fruitless(state), gap, { first: page });
    case 'empty':
      return gap.tries < 1
        ? askAgain(fruitless(noteTotal(state, answer)), gap, [])
        : placeWhole(fruitless(noteTotal(state, answer)), answer);
  }
}

/** What an answer tells of the server. */
function learn(state: State, { request, content, total }: Answer): State {
  const { axis, fullestPage } = state;
  const { calls, listed } = content;
  const noted = isAscending(calls, axis) ? state : withoutOrder(state);
  return {
    ...noted,
    ordered: noted.ordered + evidenceOfOrder(calls, axis),
    margin: roundsBounds(content, request, axis) ? widestMargin : noted.margin,
    fullestPage: listed < total.total ? Math.max(fullestPage, listed) : fullestPage,
  };
}

/** What was kept of pages in order can no longer be relied on. */
function withoutOrder(state: State): State {
  if (state.disordered) return state;
  const segments = state.segments.map((segment) =>
    segment.kind === 'block' && segment.proof === 'totals' ? doubt(segment) : segment,
  );
  return { ...state, segments, disordered: true };
}

function doubt(block: Block): Block {
  return { ...block, proof: 'none', check: block.check === 'none' ? 'needed' : block.check };
}

/** Whether the server lists calls a little beyond what it was asked for, as one that rounds its bounds does. */
function roundsBounds({ calls, before, behind }: PageContent, { asked }: PageRequest, axis: Axis): boolean {
  const positions = [...before, ...behind].map((call) => axis.positionOf(keyOf(call)));
  const beyond = positions.filter((position) => position < asked.from || position >= asked.to);
  const isNear = (position: number): boolean =>
    position >= asked.from - widestMargin && position < asked.to + widestMargin;
  // A page that has not come to the span yet is read on first: its total cannot be held against the span.
  return calls.length + behind.length > 0 && beyond.length > 0 && beyond.every(isNear);
}

/** What was stated before the margin was needed is looked at once all is found. */
function noteShortfall(state: State, { request, content, total }: Answer): State {
  if (total.kind === 'unknown' || !state.plan.verify) return state;
  const owed = Math.max(0, total.total - content.before.length);
  const { from, to } = request.span;
  const isThere = (second: number): boolean => state.segments.some((each) => each.from <= second && second < each.to);
  // Of a span that was handed out in part, the rows found are no longer known.
  if (!isThere(from) || !isThere(to - 1)) return state;
  return { ...state, shortfalls: [...state.shortfalls, { from, to, owed, open: true, found: 0, behind: 0 }] };
}

/** Books what the answer states for its span, and what that says of the guess beside it. */
function noteTotal(state: State, { gap, request, content, total }: Answer): State {
  const stated = Math.max(0, total.total - content.before.length);
  const counted = gap.expected === Infinity ? { ...state, total: state.total + stated } : state;
  const guessed = gap.guessed ? withBetterGuess(counted, gap, stated) : counted;
  if (total.kind === 'unknown' || !state.plan.verify) return guessed;
  const open = marginOf(request) > 0 || content.behind.length > 0;
  return { ...guessed, debts: addDebt(guessed.debts, { ...request.span, owed: stated, open }) };
}

/** What a partition holds beyond the guess is not in the one that it was cut from. */
function withBetterGuess(state: State, gap: Gap, total: number): State {
  const neighbour = state.segments.find((segment) => segment.kind === 'gap' && segment.to === gap.from);
  if (neighbour?.kind !== 'gap') return state;
  const expected = Math.max(0, neighbour.expected + gap.expected - total);
  return replaceSegment(state, neighbour, [{ ...neighbour, expected }]);
}

function placeWhole(state: State, { gap, content, total }: Answer): State {
  const { calls, rejected, repeats, before, listed } = content;
  const lacking = lackingIn(gap.known, calls);
  if (lacking.length > 0 && gap.tries < maxTries) return askAgain(fruitless(state), gap, calls);
  const [own, others] = divide(calls, gap.to, state.axis);
  const inSpan = own.length + repeats + rejected.length;
  const isWhole = total.kind !== 'unknown' && listed >= total.total;
  const isEmpty = listed === 0 && total.total > 0;
  const block: Block = {
    kind: 'block',
    from: gap.from,
    to: gap.to,
    calls: [...own, ...lacking],
    rejected,
    listed: inSpan,
    behind: isEmpty ? 0 : Math.max(0, total.total - before.length - inSpan - others.length),
    tries: gap.tries,
    proof: proofOf(state, { isWhole, isTrusted: lacking.length === 0 }),
    check: 'none',
  };
  const needed = block.proof === 'none' && lacking.length === 0 ? { ...block, check: 'needed' as const } : block;
  return absorb(replaceSegment(state, gap, [needed]), [...before, ...others, ...content.behind]);
}

function proofOf(state: State, { isWhole, isTrusted }: { isWhole: boolean; isTrusted: boolean }): Block['proof'] {
  if (!isTrusted) return 'none';
  if (isWhole) return 'whole';
  return isOrdered(state) ? 'totals' : 'none';
}

function placePart(state: State, answer: Answer, { cut, upTo }: Verdict & { kind: 'part' }): State {
  const { gap, request, content, total } = answer;
  const to = Math.min(upTo, gap.to);
  const isKept = state.axis.before(to);
  const [kept, behind] = divide(content.calls.slice(0, cut), to, state.axis);
  const known = gap.known.filter((call) => isKept(keyOf(call)));
  const lacking = lackingIn(known, kept);
  if (lacking.length > 0 && gap.tries < maxTries) return askAgain(fruitless(state), gap, content.calls);
  const rejected = content.rejected.filter((_, index) => (content.rejectedAt[index] ?? 0) <= kept.length);
  const isTrusted = total.kind === 'stated' && lacking.length === 0 && isOrdered(state);
  const block: Block = {
    kind: 'block',
    from: gap.from,
    to,
    calls: [...kept, ...lacking],
    rejected,
    listed: kept.length + rejected.length,
    behind: 0,
    tries: gap.tries,
    proof: isTrusted ? 'totals' : 'none',
    check: isTrusted || isExhausted(state) || lacking.length > 0 || !state.plan.verify ? 'none' : 'needed',
  };
  const stated = total.total - content.before.length - block.listed;
  const expected = Math.max(0, gap.to === request.span.to ? stated : gap.expected - block.listed);
  const rest =
    to < gap.to
      ? [gapOf({ from: to, to: gap.to }, { expected, guessed: gap.guessed && gap.to !== request.span.to })]
      : [];
  const others = [...content.before, ...behind, ...content.calls.slice(cut), ...content.behind];
  return absorb(replaceSegment(state, gap, [block, ...rest]), [
    ...others,
    ...gap.known.filter((call) => !isKept(keyOf(call))),
  ]);
}

/** Gaps in the place of one whose page could not be used, except that its calls are known; one second is turned. */
function split(state: State, { gap, request, content }: Answer, spans: readonly Span[], page: ServerPage): State {
  if (gap.to - gap.from === 1 || isExhausted(state)) {
    const isAllOfIt = request.span.to === gap.to;
    return startTurning(withKnown(state, gap, content.calls), gap, isAllOfIt ? { first: page } : {});
  }
  const pieces = spans.filter(({ from, to }) => to > from);
  const expected = gap.expected === Infinity ? content.calls.length : gap.expected / pieces.length;
  const gaps = pieces.map((span) => gapOf(span, { expected, guessed: true }));
  return absorb(replaceSegment(state, gap, gaps), [
    ...gap.known,
    ...content.before,
    ...content.calls,
    ...content.behind,
  ]);
}

function withKnown(state: State, gap: Gap, calls: readonly CallLog[]): State {
  const [own] = divide(calls, gap.to, state.axis);
  return replaceSegment(state, gap, [{ ...gap, known: [...gap.known, ...lackingIn(own, gap.known)] }]);
}

function around({ from, to }: Span, second: number): Span[] {
  const within = Math.min(to, second + 1);
  return [
    { from, to: Math.min(second, to) },
    { from: Math.min(second, to), to: within },
    { from: within, to },
  ];
}

/** Asks for a gap once more. If calls are lacking again that were listed before, the server may cut its bounds short. */
function askAgain(state: State, gap: Gap, calls: readonly CallLog[]): State {
  const [own] = divide(calls, gap.to, state.axis);
  const known = [...gap.known, ...lackingIn(own, gap.known)];
  const tries = gap.tries + 1;
  const widens = tries >= maxTries && known.length > 0 && state.margin < widestMargin;
  const again = replaceSegment(state, gap, [{ ...gap, asked: false, tries: widens ? 0 : tries, known }]);
  return widens ? withMargin(again) : again;
}

/* Pages of a gap that are turned. */

/** Turns the pages of a gap; the first may be known already. */
function startTurning(state: State, gap: Gap, start: { first?: ServerPage; isDoubted?: boolean } = {}): State {
  const { first, isDoubted = false } = start;
  const current = findGap(state, gap.from) ?? gap;
  const begun = first ? turnPage(beginTurning(), first, whereOf(state, current)) : beginTurning();
  const turning = { ...begun, ended: false, doubted: isDoubted ? first : undefined };
  return {
    ...replaceSegment(state, current, [{ ...current, asked: false }]),
    turnings: new Map([...state.turnings, [gap.from, turning]]),
  };
}

function placeTurn(state: State, request: PageRequest, page: ServerPage | undefined): State {
  const turned = turnOnce(state, request, page);
  const isInSpan = (position: number): boolean => position >= request.span.from && position < request.span.to;
  const others = usableCalls(page?.rows ?? []).filter((call) => !isInSpan(state.axis.positionOf(keyOf(call))));
  return absorb(turned, others);
}

function turnOnce(state: State, request: PageRequest, page: ServerPage | undefined): State {
  const gap = findGap(state, request.span.from);
  const turning = gap && state.turnings.get(gap.from);
  if (gap === undefined || turning === undefined) return state;
  const turnings = new Map(state.turnings);
  if (turning.doubted && page && page.rows.length > 0) {
    turnings.delete(gap.from);
    const placed = placeDoubted({ ...state, turnings }, gap, request, turning.doubted);
    return absorb(placed, usableCalls(page.rows));
  }
  const turned = turnPage(turning, page, whereOf(state, gap));
  if (turned.ended) {
    turnings.delete(gap.from);
    return closeTurning({ ...state, turnings }, gap, turned);
  }
  turnings.set(gap.from, turned);
  const isFresh = turned.listed.size > turning.listed.size;
  return { ...replaceSegment(isFresh ? state : fruitless(state), gap, [{ ...gap, asked: false }]), turnings };
}

function whereOf(state: State, span: Span): Where {
  const { axis, plan, disordered } = state;
  // Pages in another order each time may bring nothing new by chance.
  const patience = disordered ? 4 : 2;
  const where = { span, windows: windowsOf(state), axis, pageSize: plan.pageSize };
  return { ...where, patience: isExhausted(state) ? 1 : patience };
}

/** There are more rows than the total said: the first page is placed as one whose total is unknown. */
function placeDoubted(state: State, gap: Gap, request: PageRequest, page: ServerPage): State {
  const content = sortRows(page.rows, gap, windowsOf(state), state.axis);
  const total: Total = { kind: 'unknown', total: content.listed };
  return placeAnswer(state, { gap, request, content, total }, page);
}

function closeTurning(state: State, gap: Gap, turning: Turning): State {
  const { calls, rejected, rowsBehind } = turning;
  const lacking = lackingIn(gap.known, calls);
  if (lacking.length > 0 && gap.tries < maxTries) return askAgain(fruitless(state), gap, calls);
  const inSpan = calls.length + rejected.length;
  const block: Block = {
    kind: 'block',
    from: gap.from,
    to: gap.to,
    calls: [...calls, ...lacking],
    rejected,
    listed: inSpan,
    behind: rowsBehind,
    tries: gap.tries,
    proof: isSettled(turning) && lacking.length === 0 && !turning.doubtful ? 'whole' : 'none',
    check: 'none',
  };
  const closed = replaceSegment(state, gap, [block]);
  if (!state.plan.verify || lackOf(turning) === 0) return closed;
  const short = { from: gap.from, to: gap.to, owed: inSpan + lackOf(turning), open: false, found: 0, behind: 0 };
  return { ...closed, shortfalls: [...closed.shortfalls, short], fruitless: closed.fruitless + 1 };
}

/* Answers that prove or complete what is there. */

/** A block has been asked for by itself. */
function placeCheck(state: State, request: PageRequest, page: ServerPage): State {
  const block = state.segments.find((segment) => segment.kind === 'block' && segment.from === request.span.from);
  if (block?.kind !== 'block') return state;
  const content = sortRows(page.rows, block, windowsOf(state), state.axis);
  const total = readTotal(page, state.plan.pageSize);
  const { calls, rejected, repeats, before, behind } = content;
  const lacking = lackingIn(block.calls, calls);
  const isWhole = total.kind === 'stated' && content.listed >= total.total && content.repeatedAt === undefined;
  if (isWhole && lacking.length === 0) {
    const listed = calls.length + rejected.length + repeats;
    const proven: Block = { ...block, calls, rejected, listed, proof: 'whole', check: 'none' };
    return absorb({ ...replaceSegment(state, block, [proven]), settled: state.settled + 1 }, [...before, ...behind]);
  }
  const all = [...block.calls, ...lackingIn(calls, block.calls)];
  const others = [...before, ...behind];
  if (isExhausted(state) || block.tries >= maxTries) {
    return absorb(fruitless(replaceSegment(state, block, [{ ...block, calls: all, check: 'none' }])), others);
  }
  // A full page says little: a narrower span may fit into one, and a second is turned.
  if (isFull(page, state)) return absorb(fruitless(reopenNarrower(state, block, calls.length > 0)), [...all, ...others]);
  const gap = gapOf(block, { known: all, expected: block.listed, guessed: true, tries: block.tries + 1 });
  return absorb(fruitless(replaceSegment(state, block, [gap])), others);
}

function placeTotal(state: State, request: PageRequest, page: ServerPage): State {
  const content = sortRows(page.rows, request.span, windowsOf(state), state.axis);
  const total = readTotal(page, state.plan.pageSize);
  const known = absorb(state, [...content.before, ...content.calls, ...content.behind]);
  if (total.kind === 'unknown') return known;
  const open = marginOf(request) > 0;
  const owed = Math.max(0, total.total - content.before.length);
  return { ...known, debts: addDebt(known.debts, { ...request.span, owed, open }) };
}

/** A look at a seam or an edge: calls that were not found before show that the server cuts its bounds short. */
function placeLook(state: State, request: PageRequest, page: ServerPage | undefined): State {
  const look = turnPage(request.look ?? beginTurning(), page, whereOf(state, request.span));
  const looked = page ? absorb(state, usableCalls(page.rows)) : state;
  if (!look.ended) return enqueue(looked, { ...request, page: look.page, look });
  if (request.purpose !== 'edge') return looked;
  const isProven = lackOf(look) === 0 && !hidesRejected(looked, request.span, look);
  const unproven = isProven ? looked.unproven : unprovenWithin(looked, request.span);
  return withEdgeDone({ ...looked, unproven }, request);
}

/** Whether a look lists rows that cannot be used, where none is known yet. */
function hidesRejected(state: State, span: Span, { rejected }: Turning): boolean {
  const { segments, axis } = state;
  const windows = windowsOf(state);
  const isKnown = segments.some((each) => each.kind === 'block' && overlaps(each, span) && each.rejected.length > 0);
  return !isKnown && rejected.some((rejection) => mayLieIn(rejection, windows, axis));
}

/** Whether a rejected row may belong to what is read: a row with a usable start tells. */
function mayLieIn({ row, reason }: RejectedRow, windows: readonly Span[], axis: Axis): boolean {
  const key = startKey((row as Partial<CallLog> | null)?.start);
  if (key === undefined) return true;
  const position = axis.positionOf(key);
  return reason !== 'outside-range' && windows.some(({ from, to }) => from <= position && position < to);
}

function enqueue(state: State, request: RequestDraft): State {
  return { ...state, queue: [...state.queue, request] };
}

/** The look itself did not list all that it stated. */
function unprovenWithin(state: State, span: Span): State['unproven'] {
  const inside = windowsOf(state).filter((window) => overlaps(window, span));
  return inside.reduce<State['unproven']>((unproven, window) => {
    const from = Math.max(window.from, span.from);
    const to = Math.min(window.to, span.to);
    return mergeUnproven(unproven, { from, to, listed: 0 });
  }, state.unproven);
}

function withEdgeDone(state: State, { span }: PageRequest): State {
  const edges = state.edges.map((edge) =>
    edge.from === span.from && edge.status === 'sent' ? { ...edge, status: 'done' as const } : edge,
  );
  return { ...state, edges };
}

/* Calls and where they belong. */

/**
 * Puts calls where they belong: they are known to the gap they lie in; a block that lacks one was not whole, and becomes
 * a gap again. What lies in a part that has been handed out is left to the caller.
 */
function absorb(state: State, calls: readonly CallLog[]): State {
  if (calls.length === 0) return state;
  const groups = new Map<Segment, CallLog[]>();
  const strays: CallLog[] = [];
  const windows = windowsOf(state);
  for (const call of calls) {
    const position = state.axis.positionOf(keyOf(call));
    const isInside = ({ from, to }: Span): boolean => from <= position && position < to;
    const segment = state.segments.find(isInside);
    if (segment) groups.set(segment, [...(groups.get(segment) ?? []), call]);
    else if (windows.some(isInside)) strays.push(call);
  }
  let known: State = strays.length === 0 ? state : { ...state, strays: [...state.strays, ...strays] };
  for (const [segment, own] of groups) {
    const held = segment.kind === 'gap' ? segment.known : segment.calls;
    const fresh = lackingIn(withoutDuplicates(own), held);
    if (fresh.length === 0) continue;
    const all = [...held, ...fresh];
    if (segment.kind === 'gap') known = replaceSegment(known, segment, [{ ...segment, known: all }]);
    else if (!isExhausted(known)) known = fruitless(reopen(known, segment, all));
    else known = replaceSegment(known, segment, [{ ...segment, calls: all, proof: 'none' }]);
  }
  return known;
}

function reopen(state: State, block: Block, known: readonly CallLog[]): State {
  return replaceSegment(state, block, [gapOf(block, { known, expected: block.listed, guessed: true, tries: block.tries })]);
}

function reopenNarrower(state: State, block: Block, hasCalls: boolean): State {
  if (block.to - block.from === 1 || !hasCalls) {
    const gap = gapOf(block, { known: block.calls, expected: block.listed, guessed: true });
    return startTurning(replaceSegment(state, block, [gap]), gap);
  }
  const gaps = halvesOf(block).map((span) => gapOf(span, { expected: block.listed / 2, guessed: true }));
  return replaceSegment(state, block, gaps);
}

function isFull({ rows, pageSize = Infinity }: ServerPage, { plan }: State): boolean {
  return rows.length >= Math.min(plan.pageSize, pageSize);
}

/**
 * Asks for more around each span from now on: first a second, then a minute. Totals so far count less than later ones
 * will, so what they owe is looked at once all is found, and what they were to prove is read again.
 */
function withMargin(state: State): State {
  if (state.margin >= widestMargin) return state;
  const segments = state.segments.map((segment) => {
    if (segment.kind === 'gap' || !state.debts.some((debt) => contains(debt, segment))) return segment;
    return gapOf(segment, { known: segment.calls, expected: segment.listed, guessed: true });
  });
  const short = state.debts.map(({ from, to, owed, open }) => ({ from, to, owed, open, found: 0, behind: 0 }));
  return {
    ...state,
    margin: state.margin === 0 ? 1 : widestMargin,
    segments,
    debts: [],
    queue: state.queue.filter(({ purpose }) => purpose === 'edge'),
    shortfalls: [...state.shortfalls, ...short],
  };
}

function fruitless(state: State): State {
  return { ...state, fruitless: state.fruitless + 1 };
}

function findGap({ segments }: State, from: number): Gap | undefined {
  const segment = segments.find((each) => each.kind === 'gap' && each.from === from);
  return segment?.kind === 'gap' ? segment : undefined;
}

function windowsOf({ plan, axis }: State): Span[] {
  return plan.windows.map((window) => axis.spanOf(window));
}

function marginOf({ span, asked }: PageRequest): number {
  return span.from - asked.from;
}

/** The calls that are not among the others. */
function lackingIn(calls: readonly CallLog[], others: readonly CallLog[]): readonly CallLog[] {
  if (calls.length === 0) return calls;
  const ids = new Set(others.map(({ id }) => id));
  return calls.filter(({ id }) => !ids.has(id));
}

/** Each id once. */
function withoutDuplicates(calls: readonly CallLog[]): readonly CallLog[] {
  const byId = new Map(calls.map((call) => [call.id, call]));
  return byId.size === calls.length ? calls : [...byId.values()];
}

/** The calls before a position, and those from there on. */
function divide(calls: readonly CallLog[], at: number, axis: Axis): [readonly CallLog[], readonly CallLog[]] {
  const isBefore = axis.before(at);
  if (calls.every((call) => isBefore(keyOf(call)))) return [calls, []];
  return [calls.filter((call) => isBefore(keyOf(call))), calls.filter((call) => !isBefore(keyOf(call)))];
}
