import { AbortedError } from '../errors/index.ts';

/** The run was aborted while a reader took its time: it may have got all of the last rows, some, or half of one. */
export class TornOutputError extends AbortedError {
  constructor() {
    super('Aborted while writing to standard output');
  }
}
