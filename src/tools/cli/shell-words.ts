const plain = /^[\w@%+=:,./-]+$/;

/** The words as one line for a shell: quoted where the shell would read anything else into them. */
export function shellWords(words: readonly string[]): string {
  return words.map((word) => (plain.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)).join(' ');
}
