import type { CallLog } from '../call-log.ts';
import type { Axis } from './axis.ts';
import { chooseNext } from './choose-next.ts';
import { judgePage, type Verdict } from './judge-page.ts';
import { Patience } from './patience.ts';
import { placeAnswer, placeDoubt, type GapPage } from './place-answer.ts';
import { placeFailedProof } from './place-failed-proof.ts';
import { createGap, createLane, type Chunk, type Gap, type Hole, type Proof, type Segment } from './segment.ts';
import { mergeSpans, type Span } from './span.ts';

const doubtful: Verdict = { kind: 'doubtful' };

/** Calls to be handed out, and the span that they are all of. */
export type Taken = Span & { readonly calls: readonly CallLog[] };

export interface TimelineOptions {
  readonly axis: Axis;
  /** Whether calls are handed out along the axis or against it. */
  readonly alongAxis: boolean;
  /** What is to be read, in the order of the axis. */
  readonly spans: readonly Span[];
  readonly pageSize: number;
  readonly concurrency: number;
  /** Whether calls wait for their proof. */
  readonly verify: boolean;
}

/**
 * A range as a row of segments in the order of the axis: gaps still to be read, chunks that wait for their proof or
 * their turn, and holes. It says what to ask for next and takes the answers; fetching is not its business.
 */
export class Timeline {
  readonly #options: TimelineOptions;
  readonly #passedHoles: Hole[] = [];
  #segments: Segment[];
  #lanes = 1;
  #total = 0;
  #fullestPage = 0;
  #unordered = false;
  #somethingProven = false;
  #begun = false;
  readonly #patience = new Patience();

  constructor(options: TimelineOptions) {
    this.#options = options;
    this.#segments = options.spans.map((span) => createGap(span, { lane: createLane(Infinity), doubts: 0 }));
  }

  /** How many calls there are in all, by the first answers. */
  get total(): number {
    return this.#total;
  }

  get done(): boolean {
    return this.#segments.length === 0;
  }

  /** The spans that were given up and passed over. */
  get holes(): readonly Hole[] {
    return this.#passedHoles;
  }

  /** Everything that has not been handed out: the spans that were given up, and what is still to come. */
  get left(): readonly Span[] {
    return mergeSpans([...this.#passedHoles, ...this.#segments]);
  }

  /** The gap to ask for, marked as asked for; undefined if none may be now. */
  next(): Gap | undefined {
    const { alongAxis, concurrency, pageSize } = this.#options;
    const choice = chooseNext({
      segments: alongAxis ? this.#segments : this.#segments.toReversed(),
      alongAxis,
      pageSize: this.#fullestPage || pageSize,
      concurrency,
      total: this.#total,
      lanes: this.#lanes,
      begun: this.#begun,
      mayCut: this.#somethingProven && !this.#unordered,
    });
    if (choice === undefined) return undefined;
    const gap = choice.at === undefined ? choice.gap : this.#cut(choice.gap, choice.at);
    gap.askedTo = gap.to;
    gap.proof.to = gap.to;
    return gap;
  }

  /**
   * Takes the first page of a gap; nothing, if the gap has been given up meanwhile. False if the gap is a single second
   * that holds more than the page: then it has to be read whole and given to `answerWhole`.
   */
  answer(gap: Gap, page: GapPage): boolean {
    if (!this.#segments.includes(gap)) return true;
    const span = { from: gap.from, to: gap.askedTo ?? gap.to };
    const { axis } = this.#options;
    const verdict = page.total < gap.atLeast ? doubtful : judgePage({ span, ...page }, axis);
    if (verdict.kind === 'crowded' && span.to - span.from === 1) return false;

    this.#book(gap, page);
    if (verdict.kind === 'whole') this.#somethingProven = true;
    if (verdict.kind === 'unordered') this.#unordered = true;
    // A server that once gave no order may give one by chance.
    const byChance = verdict.kind === 'part' && this.#unordered;
    this.#place(gap, page, byChance ? { kind: 'unordered' } : verdict);
    return true;
  }

  /** Takes all that could be found in a gap; proven if it is as much as the total. */
  answerWhole(gap: Gap, page: GapPage): void {
    if (!this.#segments.includes(gap)) return;
    this.#book(gap, page);
    const { axis } = this.#options;
    const isWhole = judgePage({ span: gap, ...page }, axis).kind === 'whole';
    this.#replace(gap, placeAnswer(gap, page, isWhole ? { kind: 'whole' } : doubtful, axis));
  }

  /** The calls that are next to be handed out, if they are proven; a hole is passed over. */
  take(): Taken | undefined {
    const index = this.#options.alongAxis ? 0 : this.#segments.length - 1;
    const segment = this.#segments[index];
    if (segment === undefined || segment.kind === 'gap') return undefined;
    if (segment.kind === 'chunk' && segment.proof !== undefined) return undefined;
    this.#segments.splice(index, 1);
    if (segment.kind === 'chunk') {
      if (segment.calls.length > 0) this.#begun = true;
      return segment;
    }
    this.#passedHoles.push(segment);
    return this.take();
  }

  #place(gap: Gap, page: GapPage, verdict: Verdict): void {
    this.#patience.spend();
    if (verdict.kind === 'whole') this.#patience.reward();
    const { calls, total: expected } = page;
    const doubts = this.#doubtsOf(gap);
    const replacement =
      doubts === Infinity && verdict.kind !== 'whole'
        ? placeDoubt({ ...gap, doubts, expected, found: calls.length, atLeast: 0 })
        : placeAnswer(gap, page, verdict, this.#options.axis);
    this.#replace(gap, replacement);
  }

  /** The end of a gap becomes the start of a lane of its own. */
  #cut(gap: Gap, at: number): Gap {
    const share = (gap.to - at) / (gap.to - gap.from);
    const lane = createLane(gap.lane.rest * share, gap.lane);
    // The answer on its way counts the whole span, so it is proven with the new lane's total.
    const owedTo = gap.askedTo === undefined ? gap.owedTo : gap.proof;
    const cut = createGap({ from: at, to: gap.to }, { lane, doubts: gap.doubts, owedTo });
    gap.lane.rest -= lane.guess;
    gap.to = at;
    this.#lanes += 1;
    this.#segments.splice(this.#segments.indexOf(gap) + 1, 0, cut);
    return cut;
  }

  /** Books what an answer tells: the total for the proof that waits for it and for the guesses, and the page's size. */
  #book({ owedTo, lane }: Gap, { calls, total }: GapPage): void {
    if (calls.length < total) this.#fullestPage = Math.max(this.#fullestPage, calls.length);
    if (owedTo) {
      owedTo.awaited -= 1;
      owedTo.sum += total;
    }
    if (lane.begun) return;
    lane.begun = true;
    if (lane.parent) lane.parent.rest = Math.max(0, lane.parent.rest + lane.guess - total);
    else if (lane.guess === Infinity) this.#total += total;
  }

  #replace(segment: Segment, replacement: readonly Segment[]): void {
    this.#segments.splice(this.#segments.indexOf(segment), 1, ...replacement);
    for (let index = 0; index < this.#segments.length; index += 1) this.#checkProof(index);
  }

  /** Looks whether the totals that a chunk waits for are there, and add up. */
  #checkProof(index: number): void {
    const chunk = this.#segments[index];
    if (chunk?.kind !== 'chunk' || chunk.proof === undefined) return;
    const { proof } = chunk;
    if (!this.#options.verify) this.#accept(chunk, index);
    else if (proof.rest === undefined || proof.awaited > 0) return;
    else if (proof.sum === proof.rest) this.#accept(chunk, index);
    else this.#doubt(chunk, proof.rest, proof, index);
  }

  #accept(chunk: Chunk, index: number): void {
    chunk.proof = undefined;
    this.#somethingProven = true;
    this.#patience.reward();
    const next = this.#segments[index + 1];
    if (next?.kind === 'gap') next.doubts = 0;
  }

  #doubt(chunk: Chunk, rest: number, proof: Proof, index: number): void {
    this.#patience.spend();
    const failed = { chunk, rest, proof, behind: this.#segments.slice(index + 1) };
    const { replaced, replacement } = placeFailedProof(failed, (segment) => this.#doubtsOf(segment));
    this.#segments.splice(index, replaced, ...replacement);
  }

  /** Where patience is at its end, what can't be proven at once is given up. */
  #doubtsOf(segment: Segment): number {
    if (segment.kind === 'hole') return 0;
    const pages = this.#total / (this.#fullestPage || 1);
    return this.#patience.lasts(pages) ? segment.doubts : Infinity;
  }
}
