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
  const text = await response.text();
  const { status, headers, url } = response;
  return { status, headers, url, text, json: parseJson(text) };
}

function parseJson(text: string): unknown {
  // HTML and XML are common under an error; looking first spares a throw for each.
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
