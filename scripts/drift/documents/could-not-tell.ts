import { oneLine } from '../one-line.ts';

/** Why no verdict could be reached, in one line. Never to be taken for "no drift". */
export class CouldNotTell extends Error {
  override readonly name = 'CouldNotTell';

  constructor(message: string, options?: ErrorOptions) {
    super(oneLine(message).slice(0, 300), options);
  }
}
