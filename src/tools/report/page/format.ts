/** 1 for Monday to 7 for Sunday (ISO 8601). */
export const weekdayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** `1,204`. Without `Intl.NumberFormat`, whose first use takes 10 ms at the start of every command. */
export function count(value: number): string {
  return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** At most four characters, for the cells of a chart: `940`, `1.2k`, `12k`, `1.2M`. */
export function shortCount(value: number): string {
  if (value < 1000) return String(value);
  const [scaled, unit] = value < 999_500 ? [value / 1000, 'k'] : [value / 1_000_000, 'M'];
  return `${scaled < 9.95 ? scaled.toFixed(1) : Math.round(scaled)}${unit}`;
}

/** `1 call`, `1,204 calls`. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/** `61%`. 100% means all and 0% means none: shares close to these are `>99%` and `<1%`. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return '<1%';
  if (share > 0.99 && share < 1) return '>99%';
  return `${Math.round(share * 100)}%`;
}

/** `3:07:09`, hours, minutes and seconds. */
export function clockDuration(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${count(hours)}:${twoDigits(minutes)}:${twoDigits(rest)}`;
}

/** To two units: `312 h 40 min`, `4 min 5 s`, `12 s`; whole hours from 1,000. */
export function spokenDuration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours >= 1000) return `${count(hours)} h`;
  if (hours > 0) return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
  if (minutes > 0) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return `${seconds} s`;
}

/** `under 10 s`, `10–30 s`, `1–2 min`, `30 min – 1 h`, `1 h and more`. */
export function durationBucket(fromSeconds: number, toSeconds: number | null): string {
  const from = unitOf(fromSeconds);
  if (toSeconds === null) return `${from.value} ${from.unit} or more`;
  const to = unitOf(toSeconds);
  if (fromSeconds === 0) return `under ${to.value} ${to.unit}`;
  const start = from.unit === to.unit ? String(from.value) : `${from.value} ${from.unit}`;
  return from.unit === to.unit ? `${start}–${to.value} ${to.unit}` : `${start} – ${to.value} ${to.unit}`;
}

function unitOf(seconds: number): { value: number; unit: string } {
  if (seconds >= 3600 && seconds % 3600 === 0) return { value: seconds / 3600, unit: 'h' };
  if (seconds >= 60 && seconds % 60 === 0) return { value: seconds / 60, unit: 'min' };
  return { value: seconds, unit: 's' };
}

/** `2.4 times`. */
export function timesAsMany(times: number): string {
  return `${times.toFixed(1)} times`;
}

/** `Mondays 09:00–11:00`. */
export function hoursOfWeekday({
  weekday,
  fromHour,
  toHour,
}: {
  weekday: number;
  fromHour: number;
  toHour: number;
}): string {
  return `${weekdayNames[weekday - 1] ?? ''}s ${twoDigits(fromHour)}:00–${twoDigits(toHour)}:00`;
}

/** `Monday 09:00–10:00`. */
export function hourOfWeekday({ weekday, hour }: { weekday: number; hour: number }): string {
  return `${weekdayNames[weekday - 1] ?? ''} ${hourSpan(hour)}`;
}

/** `09:00–10:00`. */
export function hourSpan(hour: number): string {
  return `${twoDigits(hour)}:00–${twoDigits(hour + 1)}:00`;
}

export function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** A calendar date, such as `2026-01-05`, as noon of that day in UTC; its time has no meaning. */
export function calendarDate(date: string): Date {
  return new Date(`${date.slice(0, 10)}T12:00:00Z`);
}

/** The name of the weekday of a date: `Monday`. */
export function weekdayName(date: Date): string {
  return weekdayNames[(date.getUTCDay() + 6) % 7] ?? '';
}

/** The name of the month of a date: `January`. */
export function monthName(date: Date): string {
  return monthNames[date.getUTCMonth()] ?? '';
}

/** `5 January`, or with `short` `5 Jan`. */
export function dayMonth(date: Date, { short = false } = {}): string {
  return `${date.getUTCDate()} ${short ? monthName(date).slice(0, 3) : monthName(date)}`;
}

/** `Monday 5 January`, or with `year` `Monday 5 January 2026`. */
export function longDay(date: string, { year = false } = {}): string {
  const day = `${weekdayName(calendarDate(date))} ${dayMonth(calendarDate(date))}`;
  return year ? `${day} ${date.slice(0, 4)}` : day;
}

/** `Mon 5 Jan`. */
export function shortDay(date: string): string {
  return `${weekdayName(calendarDate(date)).slice(0, 3)} ${dayMonth(calendarDate(date), { short: true })}`;
}

/** `Mon 5 Jan 2026`. */
export function shortDate(date: string): string {
  return `${shortDay(date)} ${date.slice(0, 4)}`;
}

/** An ISO time in words: `5 January 2026, 09:00:00 −05:00`, or `… UTC`. */
export function longTime(iso: string): string {
  const [date = '', time = '', zone = ''] = iso.split(/T|(?=[Z+-]\d\d:\d\d$|Z$)/);
  const day = calendarDate(date);
  return `${dayMonth(day)} ${date.slice(0, 4)}, ${time} ${zone === 'Z' ? 'UTC' : zone.replace('-', '−')}`;
}

/** `14:05` of an ISO time. */
export function timeOfDay(iso: string): string {
  return iso.slice(11, 16);
}

/** A range of local times in the shortest clear form: `January 2026`, `2026`, `5 to 18 January 2026`. */
export function rangeTitle(fromLocal: string, toLocal: string): string {
  const from = calendarDate(fromLocal);
  if (!isMidnight(fromLocal) || !isMidnight(toLocal)) {
    const isSameDay = fromLocal.slice(0, 10) === toLocal.slice(0, 10);
    return `${dateAndTime(fromLocal)} to ${isSameDay ? timeOfDay(toLocal) : dateAndTime(toLocal)}`;
  }
  const last = new Date(calendarDate(toLocal).getTime() - 86_400_000);
  const year = last.getUTCFullYear();
  const next = new Date(last.getTime() + 86_400_000);
  if (from.getTime() >= last.getTime()) return `${weekdayName(from)} ${dayMonth(from)} ${from.getUTCFullYear()}`;
  const isWhole = from.getUTCDate() === 1 && next.getUTCDate() === 1;
  if (isWhole && sameMonth(from, last)) return `${monthName(from)} ${year}`;
  if (isWhole && from.getUTCFullYear() === year && from.getUTCMonth() === 0 && last.getUTCMonth() === 11)
    return `${year}`;
  if (sameMonth(from, last)) return `${from.getUTCDate()} to ${dayMonth(last)} ${year}`;
  if (from.getUTCFullYear() === year) return `${dayMonth(from)} to ${dayMonth(last)} ${year}`;
  return `${dayMonth(from)} ${from.getUTCFullYear()} to ${dayMonth(last)} ${year}`;
}

function dateAndTime(iso: string): string {
  return `${dayMonth(calendarDate(iso))} ${iso.slice(0, 4)}, ${timeOfDay(iso)}`;
}

function isMidnight(iso: string): boolean {
  return iso.slice(11, 19) === '00:00:00';
}

function sameMonth(one: Date, other: Date): boolean {
  return one.getUTCMonth() === other.getUTCMonth() && one.getUTCFullYear() === other.getUTCFullYear();
}

/** `America/New York`. */
export function zoneName(timeZone: string): string {
  return timeZone.replaceAll('_', ' ');
}
