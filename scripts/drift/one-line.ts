/**
 * What a document says, fit to be printed: a line break in a name could start a workflow command in a log, an escape
 * one of a terminal.
 */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
}
