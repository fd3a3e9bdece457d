import { choose, draw } from './random.ts';

/** One side of a call. Every field but the number may be null (fact 21). */
export interface Party {
  /** The value of `from` or `to`: a bare extension on the account's side, a number outside (fact 24). */
  readonly number: string;
  readonly user: string | null;
  readonly fullName: string | null;
  readonly deviceName: string | null;
  readonly sipId: string | null;
  readonly extension: string | null;
  readonly isInternational: boolean;
}

/** The people of the account and those they talk to. */
export interface People {
  /** The account's own people; a few have a field missing. */
  readonly staff: readonly Party[];
  /** The colleague who gets far more calls than the others. */
  readonly overloaded: Party;
  readonly outside: readonly Party[];
  /** Outside callers who call again and again and never reach anybody. */
  readonly unanswered: readonly Party[];
}

const FIRST_NAMES = 'Ana Ben Chloe Dev Ella Femi Gus Hana Ivan June Kofi Lena Milo Nora Omar Pia'.split(' ');
const LAST_NAMES = 'Abbott Blake Cole Diaz Evans Frost Gupta Hayes Ito Jones Keller Lopez Moss Novak Ortiz Patel'.split(
  ' ',
);
const TRADES = ['Bakery', 'Dental', 'Logistics', 'Law', 'Motors', 'Plumbing'];
const DEVICES = ['Desk phone', 'Desk phone', 'Softphone', 'Mobile app'];
const AREA_CODES = ['201', '212', '312', '415', '609', '732', '848', '908'];
const STAFF = 32;
const OVERLOADED = 5;
const OUTSIDE = 320;
const UNANSWERED = 3;
const FIRST_EXTENSION = 1000;
const NULL_PERCENT = 12;
/** With hostile text, every eighth person has such a name. */
const HOSTILE_EVERY = 8;
const PERSON = 0x2000;

/** Names that break careless programs: CSV writers, spreadsheets, web pages, terminals, databases. */
export const hostileNames: readonly string[] = [
  'O\'Brien, "Bob"',
  'Line one\nline two',
  'Tab\tand\r\nreturn',
  '=HYPERLINK("http://example.com","Refund")',
  "+1+cmd|' /C calc'!A0",
  '-2+3',
  '@SUM(1+1)*cmd',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '\u001b[2J\u001b[31mRed\u001b[0m',
  '\u001b]0;title\u0007',
  '\u202egnp.exe',
  '\u200fمرحبا',
  'Zoë 🦊 Þórsdóttir',
  '👩‍👩‍👧‍👦',
  "Robert'); DROP TABLE calls;--",
  ' leading and trailing ',
  'null',
  '００１２',
  '',
];

/** Draws the people of a seed. All numbers are from ranges set aside for fiction. */
export function createPeople(seed: number, hostileText: boolean): People {
  const nameOf = (number: number, name: string): string => {
    const isHostile = hostileText && number % HOSTILE_EVERY === HOSTILE_EVERY - 1;
    return isHostile ? choose(hostileNames, Math.floor(number / HOSTILE_EVERY)) : name;
  };
  const staff = Array.from({ length: STAFF }, (_, number) => {
    const name = staffName(seed, number);
    return colleague(draw(seed, PERSON + number), number, { name, shown: nameOf(number, name) });
  });
  const outside = Array.from({ length: OUTSIDE }, (_, number) => {
    const ofPerson = draw(seed, 2 * PERSON + number);
    return outsider(ofPerson, nameOf(number, outsideName(ofPerson)));
  });
  const unanswered = outside.slice(0, UNANSWERED);
  const others = outside.filter(({ number }) => !unanswered.some((caller) => isSameNumber(caller.number, number)));
  return { staff, overloaded: choose(staff, OVERLOADED), outside: others, unanswered };
}

/** No two colleagues share a name: the first names repeat after sixteen, with other last names. */
function staffName(seed: number, number: number): string {
  const round = Math.floor(number / FIRST_NAMES.length);
  return `${choose(FIRST_NAMES, number)} ${choose(LAST_NAMES, number * 5 + round * 3 + (draw(seed, PERSON) % 16))}`;
}

function colleague(seed: number, number: number, { name, shown }: { name: string; shown: string }): Party {
  const extension = String(FIRST_EXTENSION + number);
  const orNull = (value: string, purpose: number): string | null => {
    return number !== OVERLOADED && draw(seed, purpose) % 100 < NULL_PERCENT ? null : value;
  };
  return {
    number: extension,
    user: orNull(name.replace(' ', '.').toLowerCase(), 2),
    fullName: orNull(shown, 3),
    deviceName: orNull(`${choose(DEVICES, draw(seed, 4))} ${extension}`, 5),
    sipId: orNull(`VH${1_000_000 + (draw(seed, 6) % 9_000_000)}`, 7),
    extension: orNull(extension, 8),
    isInternational: false,
  };
}

function outsideName(seed: number): string {
  const last = choose(LAST_NAMES, draw(seed, 2));
  const isBusiness = draw(seed, 9) % 3 === 0;
  return isBusiness ? `${last} ${choose(TRADES, draw(seed, 10))}` : `${choose(FIRST_NAMES, draw(seed, 1))} ${last}`;
}

function outsider(seed: number, fullName: string): Party {
  const isInternational = draw(seed, 3) % 100 < 6;
  return {
    number: isInternational ? `+4420794609${twoDigits(draw(seed, 4))}` : nationalNumber(seed),
    user: null,
    fullName: draw(seed, 5) % 100 < 2 * NULL_PERCENT ? null : fullName,
    deviceName: null,
    sipId: null,
    extension: null,
    isInternational,
  };
}

/** Writes a number in one of the three forms in use (fact 24). */
function nationalNumber(seed: number): string {
  const number = `${choose(AREA_CODES, draw(seed, 6))}55501${twoDigits(draw(seed, 7))}`;
  return choose([`1${number}`, `1${number}`, `+1${number}`, number], draw(seed, 8));
}

/** Compares ten digits, whatever the form: two draws can give the same number. */
function isSameNumber(one: string, other: string): boolean {
  return one.slice(-10) === other.slice(-10);
}

function twoDigits(drawn: number): string {
  return String(drawn % 100).padStart(2, '0');
}
