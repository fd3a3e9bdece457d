import { type Content, html, type Markup } from './markup.ts';

/** A column of a table. */
export interface Column<Row> {
  readonly head: Content;
  readonly cell: (row: Row) => Content;
  /** Whether its cells hold a bar, which takes room beside the number. */
  readonly barred?: boolean;
  /** Given for the column that the rows are sorted by. */
  readonly sort?: 'ascending' | 'descending' | undefined;
}

interface TableOptions {
  /** A sentence that says what the table holds. */
  readonly caption: string;
  /** Rows beyond these are folded away. Default: all are shown. */
  readonly shown?: number;
  /** The noun for the folded rows: `people` in `Show the other 12 people`. */
  readonly noun?: string;
}

/**
 * A table that scrolls sideways if it does not fit. The first column holds the headings of the rows. Rows beyond
 * `shown` are in a second table, which is folded at first.
 */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], options: TableOptions): Markup {
  const { caption, shown = rows.length, noun = 'rows' } = options;
  const rest = rows.slice(shown);
  const more =
    rest.length === 0
      ? null
      : details(`Show the other ${rest.length} ${noun}`, one(rest, columns, `${caption}, continued`));
  return html`${one(rows.slice(0, shown), columns, caption)}${more}`;
}

/** The part under a chart that can be opened. */
export function details(summary: string, content: Markup): Markup {
  return html`<details>
    <summary>${summary}</summary>
    ${content}
  </details> `;
}

/** A thin bar for the cell of a table: this share of its width. */
export function bar(share: number, kind = ''): Markup {
  const width = Math.round(1000 * Math.min(1, Math.max(0, share))) / 10;
  return html`<svg class="bar ${kind}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
    <rect class="track" width="100" height="4" />
    <rect width="${width}" height="4" />
  </svg>`;
}

function one<Row>(rows: readonly Row[], columns: readonly Column<Row>[], caption: string): Markup {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ head, sort }) =>
            sort === undefined
              ? html`<th scope="col">${head}</th>`
              : html`<th scope="col" aria-sort="${sort}">${head}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => tableRow(row, columns))}
      </tbody>
    </table>
  </div>`;
}

function tableRow<Row>(row: Row, [heading, ...columns]: readonly Column<Row>[]): Markup {
  return html`<tr>
    <th scope="row" class="name">${heading?.cell(row)}</th>
    ${columns.map(({ cell, barred = false }) =>
      barred ? html`<td class="barred">${cell(row)}</td>` : html`<td>${cell(row)}</td>`,
    )}
  </tr>`;
}
