import type { CallLog } from '../call-log.ts';
import { halvesOf, keyOf, type Span } from './axis.ts';
import { absorb, divide, findGap, fruitless, lackingIn, windowsOf, withMargin } from './calls.ts';
import { learn, noteShortfall, noteTotal, type Answer } from './learn.ts';
import type { Block, Gap, Segment } from './ledger.ts';
import {
  judgeRows,
  readTotal,
  sortRows,
  usableCalls,
  widestMargin,
  type ServerPage,
  type Total,
  type Verdict,
} from './page.ts';
import { gapOf, isExhausted, replaceSegment, type PageRequest, type State } from './state.ts';
import { beginTurning, isSettled, lackOf, turnPage, type Turning, type Where } from './turning.ts';

/** How often a gap whose answer is of no use is asked for again. */
export const maxTries = 2;

/** What was asked for without the margin that is needed by now proves nothing; its calls are kept. */
export function isWithoutMargin({ purpose, span, asked }: PageRequest, { margin }: State): boolean {
  return (purpose === 'gap' || purpose === 'turn' || purpose === 'block') && span.from - asked.from < margin;
}

export function placeOutdated(state: State, { span }: PageRequest, page: ServerPage): State {
  const turnings = new Map(state.turnings);
  turnings.delete(span.from);
  const segments = state.segments.map((segment): Segment => {
    if (segment.from !== span.from) return segment;
    return segment.kind === 'gap' ? { ...segment, asked: false } : { ...segment, check: 'needed' };
  });
  return absorb({ ...state, turnings, segments }, usableCalls(page.rows));
}

export function placeGap(state: State, request: PageRequest, page: ServerPage): State {
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
  return state.disordered ? 'none' : 'totals';
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
  const isTrusted = total.kind === 'stated' && lacking.length === 0;
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

/** Turns the pages of a gap; the first may be known already. */
export function startTurning(state: State, gap: Gap, start: { first?: ServerPage; isDoubted?: boolean } = {}): State {
  const { first, isDoubted = false } = start;
  const current = findGap(state, gap.from) ?? gap;
  const begun = first ? turnPage(beginTurning(), first, whereOf(state, current)) : beginTurning();
  const turning = { ...begun, ended: false, doubted: isDoubted ? first : undefined };
  return {
    ...replaceSegment(state, current, [{ ...current, asked: false }]),
    turnings: new Map([...state.turnings, [gap.from, turning]]),
  };
}

export function placeTurn(state: State, request: PageRequest, page: ServerPage | undefined): State {
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

export function whereOf(state: State, span: Span): Where {
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
