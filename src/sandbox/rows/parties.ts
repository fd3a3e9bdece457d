import { choose, draw } from '../chance.ts';

import { hostileText } from './hostile-text.ts';

/** One side of a call. Any of these may be null (fact 21), but the number. */
export interface Party {
  /** What `from` or `to` says: a bare extension on our own side, a number outside (fact 24). */
  readonly number: string;
  readonly user: string | null;
  readonly fullName: string | null;
  readonly deviceName: string | null;
  readonly sipId: string | null;
  readonly extension: string | null;
  readonly isInternational: boolean;
}

export interface Parties {
  /** The account's own people, a few of them with something missing. */
  readonly staff: readonly Party[];
  readonly outside: readonly Party[];
}

const FIRST_NAMES = 'Ana Ben Chloe Dev Ella Femi Gus Hana Ivan June Kofi Lena Milo Nora Omar Pia'.split(' ');
const LAST_NAMES = 'Abbott Blake Cole Diaz Evans Frost Gupta Hayes Ito Jones Keller Lopez Moss Novak Ortiz Patel'.split(
  ' ',
);
const DEVICES = ['Desk phone', 'Reception', 'Softphone', 'Conference room'];
const AREA_CODES = ['201', '212', '312', '415', '609', '732', '848', '908'];
const STAFF = 32;
const OUTSIDE = 320;
const FIRST_EXTENSION = 1000;
/** Every eighth person has a name from the hostile texts, each text in turn. */
const HOSTILE_EVERY = 8;
const NULL_PERCENT = 12;
const PERSON = 0x2000;

/** The people of the account and those they talk to; all numbers are from ranges set aside for fiction. */
export function createParties(seed: number): Parties {
  return {
    staff: Array.from({ length: STAFF }, (_, number) => staffMember(draw(seed, PERSON + number), number)),
    outside: Array.from({ length: OUTSIDE }, (_, number) => outsider(draw(seed, 2 * PERSON + number), number)),
  };
}

function staffMember(seed: number, number: number): Party {
  const first = choose(FIRST_NAMES, number);
  const last = choose(LAST_NAMES, draw(seed, 1));
  const extension = String(FIRST_EXTENSION + number);
  const orNull = (text: string, purpose: number): string | null =>
    draw(seed, purpose) % 100 < NULL_PERCENT ? null : text;
  return {
    number: extension,
    user: orNull(`${first}.${last}`.toLowerCase(), 2),
    fullName: orNull(name(number, first, last), 3),
    deviceName: orNull(`${choose(DEVICES, draw(seed, 4))} ${extension}`, 5),
    sipId: orNull(`VH${1_000_000 + (draw(seed, 6) % 9_000_000)}`, 7),
    extension: orNull(extension, 8),
    isInternational: false,
  };
}

function outsider(seed: number, number: number): Party {
  const fullName = name(number, choose(FIRST_NAMES, draw(seed, 1)), choose(LAST_NAMES, draw(seed, 2)));
  const isInternational = draw(seed, 3) % 100 < 6;
  return {
    number: isInternational ? `+4420794609${twoDigits(draw(seed, 4))}` : national(seed),
    user: null,
    fullName: draw(seed, 5) % 100 < 2 * NULL_PERCENT ? null : fullName,
    deviceName: null,
    sipId: null,
    extension: null,
    isInternational,
  };
}

/** The three ways in which a number is written (fact 24). */
function national(seed: number): string {
  const number = `${choose(AREA_CODES, draw(seed, 6))}55501${twoDigits(draw(seed, 7))}`;
  return choose([`1${number}`, `1${number}`, `+1${number}`, number], draw(seed, 8));
}

function name(number: number, first: string, last: string): string {
  const isHostile = number % HOSTILE_EVERY === HOSTILE_EVERY - 1;
  return isHostile ? choose(hostileText, Math.floor(number / HOSTILE_EVERY)) : `${first} ${last}`;
}

function twoDigits(drawn: number): string {
  return String(drawn % 100).padStart(2, '0');
}
