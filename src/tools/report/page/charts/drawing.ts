import * as Plot from './chart-packages.ts';
import { parseHTML } from './chart-packages.ts';
import { shortCount } from '../format.ts';
import { type Content, html, type Markup, trusted } from '../markup.ts';
import { details } from '../tables.ts';

/** A chart with its texts and its numbers. */
export interface FigureParts {
  readonly id: string;
  /** Says what the chart shows. */
  readonly title: Content;
  readonly about: Content;
  readonly drawing: Content;
  /** The chart's numbers as a table. */
  readonly summary: string;
  readonly numbers: Markup;
}

/** A chart under a title that says what it shows, with its numbers in a table that opens. */
export function figure({ id, title, about, drawing, summary, numbers }: FigureParts): Markup {
  return html`<figure id="${id}" aria-labelledby="${id}-title">
    <figcaption>
      <h2 id="${id}-title">${title}</h2>
      <p class="about">${about}</p>
    </figcaption>
    ${drawing} ${details(summary, numbers)}
  </figure>`;
}

/** The drawing for wide screens and paper, and the one for phones; the style sheet shows one of them. */
export function bothSizes(draw: (size: Size) => Markup): Markup {
  return html`<div class="drawing wide">${draw('wide')}</div>
    <div class="drawing narrow">${draw('narrow')}</div>`;
}

/** A square of a colour, for a legend. */
export function swatch(colour: string): Markup {
  return html`<svg viewBox="0 0 12 12" aria-hidden="true">
    <rect width="12" height="12" rx="2" fill="${colour}" />
  </svg>`;
}

/** The kind of screen or paper that a drawing is for. In both, text is about as large as on the rest of the page. */
export type Size = 'wide' | 'narrow';

/** The width of the drawing in its own units; one is about a pixel. */
export const widths: Readonly<Record<Size | 'half', number>> = { wide: 800, narrow: 340, half: 380 };

/** A drawing's name for a screen reader. */
export interface Named {
  readonly name: string;
}

/** A label that is read first. */
export const strong = { fill: 'var(--ink)', fontWeight: 600 } as const;

/** Whole numbers from 0 up to `most`, about five, in steps of 1, 2 or 5. */
export function countTicks(most: number): number[] {
  const rough = Math.max(1, most) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? 1);
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
}

/** Lines across and their numbers on the left, for a scale that ends at `most`. */
export function countAxis(most: number): Plot.Markish[] {
  const ticks = countTicks(most);
  return [
    Plot.ruleY(ticks.slice(1), { stroke: 'var(--line)' }),
    Plot.text(ticks, { y: (tick: number) => tick, frameAnchor: 'left', textAnchor: 'end', dx: -8, text: shortCount }),
  ];
}

/** The line that bars stand on. */
export function base(at: number): Plot.Markish {
  return Plot.ruleY([at], { stroke: 'var(--quiet)' });
}

interface Frame extends Named {
  readonly width: number;
  readonly height: number;
  readonly margins: { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number };
  readonly x: Plot.ScaleOptions;
  readonly y: Plot.ScaleOptions;
  readonly marks: Plot.Markish[];
}

/**
 * The parts of the DOM that are used here. TypeScript is not given the whole DOM, because that would hide mistakes
 * elsewhere.
 */
interface Element {
  readonly outerHTML: string;
  readonly attributes: Iterable<{ readonly name: string; value: string }>;
  querySelectorAll(selector: string): Iterable<Element>;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  remove(): void;
}

/** Draws an image in SVG, without styles and scripts; its colours are the page's. */
export function draw({ name, margins, ...frame }: Frame): Markup {
  const { document } = parseHTML('<!doctype html><html><body></body></html>') as unknown as { document: object };
  const options = {
    ...frame,
    document,
    className: 'chart',
    marginTop: margins.top,
    marginRight: margins.right,
    marginBottom: margins.bottom,
    marginLeft: margins.left,
  };
  const svg = Plot.plot(options) as unknown as Element;
  for (const style of svg.querySelectorAll('style')) style.remove();
  for (const attribute of ['font-family', 'font-size', 'width', 'height']) svg.removeAttribute(attribute);
  for (const element of svg.querySelectorAll('*')) tidy(element);
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', name);
  return trusted(svg.outerHTML);
}

/** Removes what the page does not use: labels inside an image, and decimals too fine for any screen. */
function tidy(element: Element): void {
  element.removeAttribute('aria-label');
  for (const attribute of element.attributes) {
    attribute.value = attribute.value.replace(/\d+\.\d{2,}/g, (number) => String(Number(Number(number).toFixed(1))));
  }
}
