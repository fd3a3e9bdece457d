/** Whether the date is valid and its year, in UTC, has the four digits that the API's times have (fact 18). */
export function hasFourDigitYear(date: Date): boolean {
  const year = date.getUTCFullYear();
  return year >= 1000 && year <= 9999;
}
