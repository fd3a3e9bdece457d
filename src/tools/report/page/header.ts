import type { Basis, Figures, Headline } from '../figures.ts';
import { type Findings, type Story, sum } from './findings.ts';
import {
  calendarDate,
  count,
  counted,
  hourSpan,
  hoursOfWeekday,
  longTime,
  percent,
  rangeTitle,
  spokenDuration,
  timesAsMany,
  weekdayName,
  weekdayNames,
  zoneName,
} from './format.ts';
import { type Content, html, type Markup, untrusted } from './markup.ts';
import { personName } from './people.ts';

/** The head of the page: its range, a summary in one sentence, six figures and the findings. */
export function header(story: Story, title: string | undefined): Markup {
  const { range, basis } = story.figures;
  return html`<header>
    <h1>
      ${title === undefined ? null : html`${untrusted(title)} · `}Calls, ${rangeTitle(range.fromLocal, range.toLocal)}
      <span class="where">${zoneName(range.timeZone)}</span>
    </h1>
    <p class="lead">${leadSentence(story)}</p>
    ${notes(basis, range.to).map((note) => html`<p class="note">${note}</p>`)} ${sixFigures(story.figures)}
    ${cards(story)}
  </header>`;
}

/** The most important result, in one sentence. */
function leadSentence({ figures: { headline, directions }, findings: { day }, dayName }: Story): string {
  const { calls, missed, inboundAnsweredRate: rate } = headline;
  const inbound = directions.inbound.calls;
  if (calls === 0) return 'There were no calls in this time.';
  if (rate === null)
    return `There ${calls === 1 ? 'was one call' : `were ${count(calls)} calls`}, none of them inbound.`;
  if (inbound === 1) return `There was one inbound call, and it was ${oneCall(headline)}.`;
  const answered = `${percent(rate)} of the ${count(inbound)} inbound calls were answered`;
  if (missed === 0) return `${answered}, and none was missed.`;
  const ofDay = day === undefined ? '' : `, ${count(day.inboundMissed)} of them on ${dayName(day.date)}`;
  return `${answered}; ${count(missed)} ${missed === 1 ? 'was' : 'were'} missed${ofDay}.`;
}

function oneCall({ inboundAnsweredRate, missed, voicemail }: Headline): string {
  if (inboundAnsweredRate === 1) return 'answered';
  if (missed === 1) return 'missed';
  return voicemail === 1 ? 'left to voicemail' : 'neither answered nor missed';
}

/** Notes that a reader needs in order to judge the figures. */
function notes({ source, complete, settledUntil }: Basis, to: string): Content[] {
  const isOpen = settledUntil !== null && settledUntil < to;
  return [
    source === 'sandbox' && 'These calls are made up: they come from the sandbox, not from an account.',
    complete === false && 'Calls are missing: not every call of this time could be read.',
    isOpen && `Calls that began after ${longTime(settledUntil)} may still be added.`,
  ].filter((note) => note !== false);
}

interface HeadlineFigure {
  readonly term: string;
  readonly value: string;
  /** The whole that the value is a part of. */
  readonly of: string;
  /** The value of the previous span, and the difference. */
  readonly before?: string | undefined;
}

function sixFigures(figures: Figures): Markup {
  const now = headlineFigures(figures);
  const { previous } = figures;
  const before = previous === null ? [] : headlineFigures({ ...previous, previous: null });
  const changes = previous === null ? [] : changesOf(figures.headline, previous.headline);
  return html`<dl class="figures">
      ${now.map(
        ({ term, value, of }, index) =>
          html`<div>
            <dt>${term}</dt>
            <dd>${value}</dd>
            <dd class="of">${of}</dd>
            ${before[index] && html`<dd class="before">before: ${before[index].value}${changes[index]}</dd>`}
          </div>`,
      )}
    </dl>
    ${previous && html`<p class="about small">Before: ${rangeTitle(previous.range.fromLocal, previous.range.toLocal)}.</p>`}`;
}

function headlineFigures({ headline, directions }: Figures): HeadlineFigure[] {
  const { calls, inboundAnsweredRate: rate, missed, voicemail, talkTimeSeconds, busiestHour } = headline;
  const inbound = directions.inbound;
  const { international: _, ...each } = directions;
  const answered = sum(Object.values(each), (direction) => direction.answered);
  const ofInbound = (part: number): string =>
    rate === null ? 'no inbound calls' : `${percent(part / inbound.calls)} of inbound`;
  const average =
    answered === 0 ? 'no answered calls' : `${spokenDuration(Math.round(talkTimeSeconds / answered))} a call`;
  return [
    { term: 'Calls', value: count(calls), of: `${count(inbound.calls)} inbound` },
    {
      term: 'Inbound answered',
      value: rate === null ? '–' : percent(rate),
      of: rate === null ? 'no inbound calls' : `${count(inbound.answered)} of ${count(inbound.calls)}`,
    },
    { term: 'Missed', value: count(missed), of: ofInbound(missed) },
    { term: 'Voicemail', value: count(voicemail), of: ofInbound(voicemail) },
    { term: 'Talk time', value: spokenDuration(talkTimeSeconds), of: average },
    {
      term: 'Busiest hour',
      value:
        busiestHour === null
          ? '–'
          : `${(weekdayNames[busiestHour.weekday - 1] ?? '').slice(0, 3)} ${hourSpan(busiestHour.hour).slice(0, 5)}`,
      of: busiestHour === null ? 'no inbound calls' : counted(busiestHour.inbound, 'inbound call'),
    },
  ];
}

/** The differences from the previous span, in the order of the figures. */
function changesOf(now: Headline, before: Headline): string[] {
  const change = (value: number, other: number): string => {
    if (other === 0) return '';
    const difference = Math.round((100 * (value - other)) / other);
    return ` (${signed(difference)}%)`;
  };
  const rates = [now.inboundAnsweredRate, before.inboundAnsweredRate];
  const [rate, rateBefore] = rates;
  const points =
    typeof rate === 'number' && typeof rateBefore === 'number'
      ? Math.round(100 * rate) - Math.round(100 * rateBefore)
      : null;
  return [
    change(now.calls, before.calls),
    points === null ? '' : ` (${signed(points)} pt)`,
    change(now.missed, before.missed),
    change(now.voicemail, before.voicemail),
    change(now.talkTimeSeconds, before.talkTimeSeconds),
    '',
  ];
}

function signed(value: number): string {
  if (value === 0) return '±0';
  return value > 0 ? `+${count(value)}` : `−${count(-value)}`;
}

/** A card for each part that stands out, with a link to its section. */
function cards({ figures, findings, dayName }: Story): Markup | null {
  const content = [dayCard(figures, findings, dayName), rushCard(findings), personCard(figures, findings)].filter(
    (card) => card !== null,
  );
  if (content.length === 0) return null;
  return html`<h2 class="quiet">What stands out</h2>
    <ul class="findings">
      ${content.map((card) => html`<li>${card}</li>`)}
    </ul>`;
}

function dayCard(
  { headline, directions }: Figures,
  { day, otherDays, hours }: Findings,
  dayName: Story['dayName'],
): Markup | null {
  if (day === undefined) return null;
  const usual = percent(headline.missed / directions.inbound.calls);
  // The hours are those of every such weekday: the figures have no hours of a single day.
  const isOfDay = hours !== undefined && weekdayNames[hours.weekday - 1] === weekdayName(calendarDate(day.date));
  const when = isOfDay && ` On ${hoursOfWeekday(hours)}, ${percent(hours.missed / hours.inbound)} were missed.`;
  return html`<b><a href="#days">${dayName(day.date)}</a></b> ${count(day.inboundMissed)} of ${count(day.inbound)}
    inbound calls were missed: ${percent(day.inboundMissed / day.inbound)}, against ${usual} over the whole
    time.${when}${alsoNote(otherDays, 'other day')}`;
}

function rushCard({ rush }: Findings): Markup | null {
  if (rush?.times === undefined) return null;
  return html`<b><a href="#hours">${hoursOfWeekday(rush)}</a></b> ${timesAsMany(rush.times)} as many inbound calls as on
    other working days, and ${percent(rush.missed / rush.inbound)} of them were missed.`;
}

function personCard({ people }: Figures, { person, otherPeople }: Findings): Markup | null {
  if (person === undefined) return null;
  const [missed, received] = [sum(people, (one) => one.missed), sum(people, (one) => one.received)];
  return html`<b><a href="#people">${personName(person)}</a></b> ${count(person.received)} calls received,
    ${percent(person.received / received)} of all, and ${percent(person.missed / person.received)} of them missed,
    against ${percent(missed / received)} over all people.${alsoNote(otherPeople, 'other person', 'other people')}`;
}

function alsoNote(number: number, noun: string, plural?: string): string {
  return number === 0 ? '' : ` ${counted(number, noun, plural)} ${number === 1 ? 'stands' : 'stand'} out too.`;
}
