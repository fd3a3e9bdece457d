import { daysFigure } from './days.ts';
import { durationsFigure, linesFigure } from './distributions.ts';
import type { Story } from '../findings.ts';
import { hoursFigure, shareFigure } from './hours.ts';
import { html, type Markup } from '../markup.ts';
import { directionsPart, peoplePart, unansweredPart } from '../people.ts';

/** All sections between the head of the page and its foot, in reading order. Loads the code that draws charts. */
export function sections(story: Story): Markup {
  return html`<section>${daysFigure(story)}</section>
    ${hours(story)}
    <section class="pair">${durationsFigure(story)} ${linesFigure(story)}</section>
    <section id="people">${peoplePart(story)}</section>
    <section class="pair">
      <div id="directions">${directionsPart(story)}</div>
      <div id="unanswered">${unansweredPart(story)}</div>
    </section>`;
}

function hours(story: Story): Markup {
  if (story.figures.headline.busiestHour === null) return html`<section><h2>There were no inbound calls</h2></section>`;
  return html`<section>${hoursFigure(story)}</section>
    <section>${shareFigure(story)}</section>`;
}
