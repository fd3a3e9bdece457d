/** The reason why a phrase was refused. It begins with the phrase in quotes, as it was typed. */
export interface PhraseProblem {
  readonly problem: string;
  /** Phrases that may have been meant, in a form that is understood. Empty if there is no guess. */
  readonly instead: readonly string[];
}

/** Returns the sentence that offers other forms, or undefined if there is no guess. */
export function writeInstead({ instead }: PhraseProblem): string | undefined {
  return instead.length === 0 ? undefined : `Write ${instead.map((form) => JSON.stringify(form)).join(' or ')}.`;
}

/** The problem of a phrase that names no period or instant. */
export function problemOfPhrase(phrase: string, text: string, what: string): PhraseProblem {
  const quoted = quote(phrase);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !exists(...datePartsOf(text))) {
    return { problem: `${quoted} is a date that does not exist`, instead: [] };
  }
  const instead = guesses(text);
  if (instead.length === 2) return { problem: `${quoted} may mean two dates`, instead };
  return { problem: `${quoted} is not ${what}`, instead };
}

function datePartsOf(text: string): [number, number, number] {
  const [year = NaN, month = NaN, day = NaN] = text.slice(0, 10).split('-').map(Number);
  return [year, month, day];
}

/** The problem of a phrase that should be a number of hours, days or weeks. */
export function problemOfSpan(phrase: string, text: string): PhraseProblem {
  const quoted = quote(phrase);
  const [, count, unit = ''] = /^(\d{1,5}) ?([a-z]*)$/.exec(text) ?? [];
  if (count === undefined || Number(count) === 0) {
    return { problem: `${quoted} is not a number of hours, days or weeks`, instead: [] };
  }
  if (unit === '') return { problem: `${quoted} has no unit`, instead: [`${count}d`, `${count}h`, `${count}w`] };
  if (unit === 'm') return { problem: `${quoted} may mean minutes or months`, instead: [] };
  if (/^[hdw]/.test(unit)) return { problem: `${quoted} reaches too far back`, instead: [] };
  return { problem: `${quoted} is not in hours, days or weeks`, instead: [] };
}

/** A caller may have passed a whole file by mistake. */
const longestQuote = 40;

function quote(phrase: string): string {
  return JSON.stringify(phrase.length <= longestQuote ? phrase : `${phrase.slice(0, longestQuote)}…`);
}

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The dates that a phrase in another form may mean, each with the time of day that was given. */
function guesses(text: string): string[] {
  const [, date = '', time] = /^(.*?)(?:[t ](\d\d:\d\d(?::\d\d)?))?$/.exec(text) ?? [];
  const dates = datesMeant(date).filter((form) => form !== date);
  return time === undefined ? dates : dates.map((form) => `${form}T${time}`);
}

function datesMeant(text: string): string[] {
  const numbers = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d\d)$/.exec(text);
  if (numbers) {
    const [, first = '', second = '', digits = ''] = numbers;
    const year = digits.length === 2 ? `20${digits}` : digits;
    return [...new Set([existing(year, second, first), existing(year, first, second)].flat())];
  }
  const yearFirst = /^(\d{4})([/.-]|(?=\d{4}$))(\d{1,2})\2(\d{1,2})$/.exec(text);
  if (yearFirst) return existing(yearFirst[1], yearFirst[3], yearFirst[4]);
  const dayFirst = /^(\d{1,2})(?:st|nd|rd|th)?\.? ([a-z]{3,9})\.?,? (\d{4})$/.exec(text);
  if (dayFirst) return existing(dayFirst[3], monthNumber(dayFirst[2]), dayFirst[1]);
  const monthFirst = /^([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/.exec(text);
  if (monthFirst) return existing(monthFirst[3], monthNumber(monthFirst[1]), monthFirst[2]);
  const monthOnly = /^(?:(\d{1,2})[/.-]|([a-z]{3,9})\.? )(\d{4})$/.exec(text);
  if (monthOnly) return existingMonth(monthOnly[3], monthOnly[1] ?? monthNumber(monthOnly[2]));
  const yearAndMonth = /^(\d{4})[/.-]?(\d{1,2})$/.exec(text);
  return yearAndMonth ? existingMonth(yearAndMonth[1], yearAndMonth[2]) : [];
}

function monthNumber(name = ''): string {
  return String(monthNames.indexOf(name.slice(0, 3)) + 1);
}

function existingMonth(year?: string, month?: string): string[] {
  return existing(year, month, '01').map((date) => date.slice(0, 7));
}

/** The date in ISO form; empty if there is no such date. */
function existing(year = '', month = '', day = ''): string[] {
  const [isoMonth, isoDay] = [month.padStart(2, '0'), day.padStart(2, '0')];
  return exists(Number(year), Number(month), Number(day)) ? [`${year}-${isoMonth}-${isoDay}`] : [];
}

function exists(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
