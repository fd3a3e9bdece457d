import { describe, expect, it } from '@jest/globals';

import { darkPalette, lightPalette, type Palette } from '../../../../src/tools/report/page/style.ts';

/** The contrast of two colours, 1 to 21, by WCAG 2.2. */
function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = parseInt(colour.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const palettes: [string, Palette][] = [
  ['light', lightPalette],
  ['dark', darkPalette],
];

describe.each(palettes)('in the %s colours', (_scheme, palette) => {
  it.each(['ink', 'quiet', 'link', 'missed'] as const)('text in %s has a contrast of at least 4.5 to 1', (name) => {
    expect(contrast(palette[name], palette.paper)).toBeGreaterThanOrEqual(4.5);
  });

  it('text in a note has a contrast of at least 4.5 to 1', () => {
    expect(contrast(palette.ink, palette.empty)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['answered', 'voicemail', 'missed', 'attempted', 'blocked', 'other'] as const)(
    'a bar of %s calls has a contrast of at least 3 to 1',
    (name) => {
      expect(contrast(palette[name], palette.paper)).toBeGreaterThanOrEqual(3);
    },
  );

  it.each(['steps', 'shares'] as const)(
    'every number in a cell of the %s has a contrast of at least 4.5 to 1',
    (name) => {
      for (const { fill, text } of palette[name]) {
        expect([fill, text, contrast(fill, text) >= 4.5]).toEqual([fill, text, true]);
      }
    },
  );

  it.each(['steps', 'shares'] as const)('the %s stand out more and more from the paper', (name) => {
    const contrasts = palette[name].map(({ fill }) => contrast(fill, palette.paper));
    expect(contrasts).toEqual(contrasts.toSorted((a, b) => a - b));
  });
});
