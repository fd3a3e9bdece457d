/** Where the text of an export goes. */
export interface Output {
  /** Resolves when more may come: `true`, or `false` if nobody reads any more. Rejects with an `OutputError`. */
  write(text: string): Promise<boolean>;
  /** All is written. Rejects with an `OutputError`. */
  finish(): Promise<void>;
  /** The export failed or was interrupted, so what was written is no result. Never rejects. */
  abandon(): Promise<void>;
}
