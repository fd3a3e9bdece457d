/** The statuses that the gateway's fault codes stand for (fact 29). */
const statusByCode: [RegExp, number][] = [
  [/^9009(01|02|05|07|09|11)$/, 401],
  [/^9009(06|08|10)$/, 403],
  [/^9008(00|0[2-7])$/, 429],
  [/^900900$/, 500],
  [/^(700700|900801|10150\d)$/, 503],
];

/** The status a fault stands for; undefined for an unknown code. */
export function statusOfFaultCode(code: string | undefined): number | undefined {
  return code === undefined ? undefined : statusByCode.find(([pattern]) => pattern.test(code))?.[1];
}
