import { BodyParser } from './body-parser.ts';

/** A whole answer: its body is read and, if it is JSON, parsed. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly url: string;
  readonly text: string;
  /** The parsed body; undefined if it is no JSON object or array. */
  readonly json: unknown;
}

/** Reads the whole body. Rejects if it is cut short or the read is aborted. */
export async function readAnswer(response: Response): Promise<Answer> {
  const parser = new BodyParser();
  await readText(response, (piece) => {
    parser.push(piece);
  });
  const { status, headers, url } = response;
  return { status, headers, url, text: parser.text, json: parser.end() };
}

async function readText(response: Response, onPiece: (piece: string) => void): Promise<void> {
  // Another `fetch` than the platform's may have a body of another kind.
  if (typeof response.body?.getReader !== 'function') {
    onPiece(await response.text());
    return;
  }
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    onPiece(decoder.decode(value, { stream: true }));
  }
  onPiece(decoder.decode());
}
