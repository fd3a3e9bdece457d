import type { Basis, Figures, FiguresRange } from '../figures.ts';
import { count, counted, longTime } from './format.ts';
import { type Content, html, type Markup, untrusted } from './markup.ts';

/** The foot of the page: its terms, and the data behind its figures. */
export function footer({ range, basis, previous }: Figures): Markup {
  return html`<footer>
    <h2>Terms</h2>
    ${definitions(terms(basis))}
    <h2>What the figures rest on</h2>
    ${definitions(restsOn(range, basis))}
    ${
      previous &&
      html`<h2>What the span before rests on</h2>
        ${definitions(restsOn(previous.range, previous.basis))}`
    }
  </footer>`;
}

type Definition = readonly [term: string, meaning: Content];

function definitions(list: readonly (Definition | null)[]): Markup {
  return html`<dl>
    ${list.map(
      (entry) =>
        entry &&
        html`<dt>${entry[0]}</dt>
          <dd>${entry[1]}</dd>`,
    )}
  </dl>`;
}

function terms({ foldingGapSeconds }: Basis): Definition[] {
  return [
    [
      'Call',
      `One call, however many phones rang. A call group writes a row for each phone; inbound rows from one caller that begin within ${foldingGapSeconds} seconds of each other are taken as one call.`,
    ],
    ['Answered', 'The result is Answered: somebody took the call.'],
    [
      'Missed',
      'The result is Missed: nobody took the call, and it did not go to voicemail. Abandoned calls, whose callers hung up first, are among them and cannot be told apart. The headline counts inbound calls; days and people count internal calls too.',
    ],
    [
      'Voicemail',
      'The result is Voicemail: the call went to a mailbox. Whether the caller left a message is not known.',
    ],
    ['Attempted', 'The result is Attempted: an outbound call that was not answered.'],
    ['Blocked', 'The result is Blocked: the call was refused.'],
    ['Other', 'A result that the API’s document does not list.'],
    ['Inbound answered', 'Answered inbound calls divided by all inbound calls.'],
    [
      'Talk time',
      'The length of answered calls. The length of other calls is ringing or a message and is not counted.',
    ],
    [
      'Calls at the same time',
      'A call takes a line from its start to its end. Calls that began before the range are not known, so its first hours may show too few.',
    ],
    [
      'Repeat caller',
      'A number that called at least twice on a day without reaching anybody. A call back to it is not considered.',
    ],
    [
      'What stands out',
      'At least ten missed calls, clearly more than the average gives (three tenths), and more than chance explains (three standard deviations). A rush is at least one and a half times as many calls as in the same hours of other working days.',
    ],
    ['Not in this report', 'Ring time, queue time and service level: the API does not have them.'],
  ];
}

const sources: Readonly<Record<Basis['source'], string>> = {
  api: 'The Vonage Business Communications Reports API',
  sandbox: 'The sandbox of vbc-reports: made-up calls',
  file: 'A file',
  store: 'A store',
};

function restsOn(range: FiguresRange, basis: Basis): (Definition | null)[] {
  const { source, name, stated, rows, calls, inboundRows, missedRows, settledUntil, madeAt, version } = basis;
  return [
    ['Source', html`${sources[source]}${name === null ? null : html`: ${untrusted(name)}`}`],
    ['Range', html`From ${longTime(range.fromLocal)} up to ${longTime(range.toLocal)} (${range.timeZone})`],
    ['Range in UTC', `From ${longTime(range.from)} up to ${longTime(range.to)}`],
    ['Rows', `${count(rows)} read${stated === null ? '' : `, ${count(stated)} stated by the server`}`],
    ['Complete', completeness(basis)],
    [
      'Call groups',
      `${counted(rows, 'row')} were folded into ${counted(calls, 'call')}. Unfolded, ${count(missedRows)} of ${count(inboundRows)} inbound rows are missed.`,
    ],
    settledUntil === null
      ? null
      : ['Settled until', `${longTime(settledUntil)}: calls that began before are all listed`],
    ['Made', html`${longTime(madeAt)}${version === null ? null : html` by vbc-reports ${untrusted(version)}`}`],
  ];
}

function completeness({ complete, source }: Basis): string {
  if (complete === null) return 'Not known: a file does not say what it leaves out';
  if (!complete) return 'No: calls are missing';
  return source === 'store'
    ? 'Yes: the store holds as many calls as the server stated'
    : 'Yes: every call that the server stated was read';
}
