/** A function that writes an instant (milliseconds since 1970) as an HTTP date, once a second. */
export function httpDateWriter(): (milliseconds: number) => string {
  let second = -1;
  let text = '';
  return (milliseconds) => {
    const current = Math.floor(milliseconds / 1000);
    if (current !== second) {
      second = current;
      text = new Date(current * 1000).toUTCString();
    }
    return text;
  };
}
