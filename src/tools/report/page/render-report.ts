import { createHash } from 'node:crypto';

import type { Figures } from '../figures.ts';
import type { PeopleOrder } from '../people.ts';
import { storyOf } from './findings.ts';
import { footer } from './footer.ts';
import { rangeTitle } from './format.ts';
import { header } from './header.ts';
import { html, type Markup, plain, trusted } from './markup.ts';
import { styleSheet } from './style.ts';

/** The options of `renderReport`. */
export interface RenderOptions {
  /** A heading for the page, which is also in its title, such as the name of a company. Default: none. */
  readonly title?: string | undefined;
  /** The order that the people of the figures are in, to be named over their table. Default: `calls`. */
  readonly people?: PeopleOrder | undefined;
}

/**
 * Writes figures as a page: one HTML file without script that loads nothing, with a security policy that allows nothing
 * but its own style sheet. Names in the figures may hold any character.
 */
export async function renderReport(figures: Figures, options: RenderOptions = {}): Promise<string> {
  const story = storyOf(figures, options.people ?? 'calls');
  // Drawing takes a megabyte of code, which is loaded only here and only where there is something to draw.
  const sections = figures.headline.calls === 0 ? null : (await import('./charts/sections.ts')).sections(story);
  const title = plain(options.title ?? '');
  const range = rangeTitle(figures.range.fromLocal, figures.range.toLocal);
  const body = html`<main>${header(story, title === '' ? undefined : options.title)} ${sections}</main>
    ${footer(figures)}`;
  return document(title === '' ? `Calls, ${range}` : `${title}: calls, ${range}`, body);
}

function document(title: string, body: Markup): string {
  const hash = createHash('sha256').update(styleSheet).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  // A policy only applies to what comes after it. The hash covers every character between the tags.
  const page = html`<!doctype html>
    <html lang="en-GB">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${trusted(`<style>${styleSheet}</style>`)}
      </head>
      <body>
        ${body}
      </body>
    </html> `;
  return page.source;
}
