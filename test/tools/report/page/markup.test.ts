import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseHTML } from 'linkedom';

import { html, printable, trusted, untrusted } from '../../../../src/tools/report/page/markup.ts';
import { hostileNames } from './cases.ts';

/** The text that a browser would show for a piece of HTML. */
function shown(source: string): string | null {
  return (parseHTML(`<p>${source}</p>`) as unknown as { document: Shown }).document.querySelector('p').textContent;
}

interface Shown {
  querySelector(selector: string): { readonly textContent: string | null };
}

describe('a template', () => {
  it('escapes values in text and in attributes', () => {
    const value = `<b title="x">'&`;
    const escaped = '&lt;b title=&quot;x&quot;&gt;&#39;&amp;';
    expect(html`<i title="${value}">${value}</i>`.source).toBe(`<i title="${escaped}">${escaped}</i>`);
  });

  it('escapes what is in lists, and puts nothing for what is missing', () => {
    expect(html`${['<', html`<br />`, [1, null]]}${undefined}${false}`.source).toBe('&lt;<br />1');
  });

  it('takes as HTML only what was trusted', () => {
    expect(html`${trusted('<hr>')}${'<hr>'}`.source).toBe('<hr>&lt;hr&gt;');
  });

  it('shows every string as it is, and never as an element', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const text = value.replaceAll('\0', '');
        expect(shown(html`${text}`.source)).toBe(text);
      }),
    );
  });
});

describe('a string of unknown origin', () => {
  it.each(hostileNames)('is isolated and holds no control character: %j', (name) => {
    const { source } = untrusted(name);
    expect(source).toMatch(/^<bdi[ >].*<\/bdi>$/su);
    expect(source).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    expect(source.replace(/<\/?bdi( title="[^"<>]*")?>/g, '')).not.toMatch(/[<>"']/);
  });

  it('keeps the letters, marks and joiners of every script', () => {
    for (const name of ['Zoë 🦊 Þórsdóttir', '李小龍', '\u200fمرحبا', 'שלום', '👩‍👩‍👧‍👦', 'क्षत्रिय']) {
      expect(printable(name)).toBe(name);
    }
  });

  it('cannot turn the direction of what follows it', () => {
    expect(printable('\u202egnp.exe')).toBe('\ufffdgnp.exe');
  });

  it('is one line', () => {
    expect(printable(' Line one\r\nline\ttwo\u2028three ')).toBe('Line one line two three');
  });

  it('is shortened after 80 characters as people count them, and whole in its tooltip', () => {
    const family = '👨‍👩‍👧‍👦';
    expect(untrusted(family.repeat(80)).source).toBe(`<bdi>${family.repeat(80)}</bdi>`);
    const long = family.repeat(81);
    expect(untrusted(long).source).toBe(`<bdi title="${long}">${family.repeat(79)}…</bdi>`);
  });

  it('keeps at most four accents on a letter, so that they cover no other line', () => {
    expect(printable(`Z${'\u0335'.repeat(90)}a`)).toBe(`Z${'\u0335'.repeat(4)}a`);
  });
});
