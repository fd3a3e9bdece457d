import type { Axis } from './axis.ts';
import type { PageSource } from './page-source.ts';
import type { GapPage } from './place-answer.ts';
import { readCrowdedSecond } from './read-crowded-second.ts';
import type { Gap } from './segment.ts';
import type { Taken, Timeline } from './timeline.ts';

export interface ReadAheadOptions {
  readonly timeline: Timeline;
  readonly axis: Axis;
  readonly source: PageSource;
  /** Requests on their way at once. */
  readonly concurrency: number;
}

/** Keeps as many requests on their way as the timeline has use for, while the caller works on what it was handed. */
export class ReadAhead {
  readonly #options: ReadAheadOptions;
  readonly #underWay = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;
  #stopped = false;
  #wake: () => void = () => undefined;

  constructor(options: ReadAheadOptions) {
    this.#options = options;
  }

  /** Begins with the timeline's first gap, whose answer had to be there to lay the timeline out. */
  begin(first: GapPage): void {
    const gap = this.#options.timeline.next();
    if (gap) this.#start(gap, first);
  }

  /** The next proven calls, in the order of handing out; undefined at the end. Rejects with the first failure. */
  async next(): Promise<Taken | undefined> {
    const { timeline } = this.#options;
    for (;;) {
      const calls = timeline.take();
      this.#pump();
      if (calls !== undefined) return calls;
      // What failed may have been asked for in vain: a doubt ahead of it has had it read again.
      if (timeline.done) return undefined;
      if (this.#failure !== undefined) throw this.#failure.error;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Starts nothing more, and resolves when nothing is under way. What is under way is for the caller to abort. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#underWay);
  }

  #pump(): void {
    const { timeline, concurrency } = this.#options;
    while (!this.#stopped && this.#failure === undefined && this.#underWay.size < concurrency) {
      const gap = timeline.next();
      if (gap === undefined) return;
      this.#start(gap);
    }
  }

  #start(gap: Gap, page?: GapPage): void {
    const work = this.#fill(gap, page).catch((error: unknown) => {
      this.#failure ??= { error };
    });
    this.#underWay.add(work);
    void work.then(() => {
      this.#underWay.delete(work);
      this.#pump();
      this.#wake();
    });
  }

  async #fill(gap: Gap, given: GapPage | undefined): Promise<void> {
    const { timeline, axis, source } = this.#options;
    const window = axis.windowOf(gap);
    const page = given ?? (await source.read(window, 1));
    if (!timeline.answer(gap, page)) timeline.answerWhole(gap, await readCrowdedSecond(source, window, page));
  }
}
