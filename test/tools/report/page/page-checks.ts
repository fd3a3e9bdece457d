/**
 * Programs that run in a page, as strings: TypeScript is not given the DOM, and a page's policy lets the debugger alone
 * run scripts.
 */

/** Opens everything that is folded away. */
export const openDetails = `for (const details of document.querySelectorAll('details')) details.open = true;`;

/**
 * Returns what cannot be read as it should be: a page wider than its window, boxes wider than the page, text wider than its
 * box, text outside of its drawing, text in a drawing that is too small or covers other text.
 */
export const brokenText = `(() => {
  const problems = [];
  const root = document.documentElement;
  const tolerance = 1.5;
  const smallest = 8.5;
  const label = (element) => element.tagName.toLowerCase() + ' "' + element.textContent.trim().slice(0, 60) + '"';
  const isShown = (element) => element.getClientRects().length > 0 && element.checkVisibility();
  const scrolls = (element) => element.closest('.scroll') !== null;

  if (root.scrollWidth > root.clientWidth) problems.push('the page is ' + root.scrollWidth + ' wide in ' + root.clientWidth);
  for (const element of document.body.querySelectorAll('*')) {
    if (element.closest('svg') !== null || !isShown(element)) continue;
    const box = element.getBoundingClientRect();
    if (!scrolls(element) && box.right > root.clientWidth + tolerance) problems.push('outside: ' + label(element));
    const isBox = getComputedStyle(element).display !== 'inline' && !element.matches('.scroll');
    if (isBox && element.scrollWidth > element.clientWidth + tolerance) problems.push('cut: ' + label(element));
  }

  for (const svg of document.querySelectorAll('svg.chart')) {
    if (!isShown(svg)) continue;
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].filter((text) => text.textContent.trim() !== '');
    const boxes = texts.map((text) => text.getBoundingClientRect());
    texts.forEach((text, index) => {
      const box = boxes[index];
      const isInside =
        box.left >= frame.left - tolerance && box.right <= frame.right + tolerance &&
        box.top >= frame.top - tolerance && box.bottom <= frame.bottom + tolerance;
      if (!isInside) problems.push('outside of its drawing: ' + label(text));
      const size = parseFloat(getComputedStyle(text).fontSize) * (frame.width / svg.viewBox.baseVal.width);
      if (size < smallest) problems.push('small: ' + label(text) + ' ' + size.toFixed(1));
      const covers = boxes.findIndex((other, place) =>
        place > index && box.left < other.right - 1 && other.left < box.right - 1 &&
        box.top < other.bottom - 3 && other.top < box.bottom - 3);
      if (covers !== -1) problems.push('covers: ' + label(text) + ' and ' + label(texts[covers]));
    });
  }
  return problems;
})()`;

/**
 * Runs axe without the insides of drawings, which are images to it, and without the rows of tables beyond the first 30,
 * which are all alike: on the page of a year it would take minutes. There are no style sheets to be fetched.
 */
export const runAxe = `(() => {
  for (const drawing of document.querySelectorAll('svg.chart')) drawing.replaceChildren();
  for (const row of document.querySelectorAll('tr:nth-child(n + 31)')) row.remove();
  return axe.run(document, { resultTypes: ['violations'], preload: false });
})()`;
