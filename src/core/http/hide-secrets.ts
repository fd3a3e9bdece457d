import { withoutSecrets } from '../errors/redact.ts';
import type { Answer } from './answer.ts';
import { BodyParser } from './body-parser.ts';

/** The answer without the secrets that were sent for it, should it repeat them: what it says is going to be shown. */
export function hideSecrets(answer: Answer, secrets: readonly string[]): Answer {
  const text = withoutSecrets(answer.text, secrets);
  if (text === answer.text) return answer;
  const parser = new BodyParser();
  parser.push(text);
  return { ...answer, text, json: parser.end() };
}
