/** The time in a log line, as ISO 8601: the calendar is asked once a second instead of for every line. */

let second = NaN;
/** Up to the point before the milliseconds. */
let secondText = '';

/** @param now milliseconds since 1970. */
export function isoTimeOf(now: number): string {
  const milliseconds = now % 1000;
  if (now - milliseconds !== second) {
    second = now - milliseconds;
    secondText = new Date(now).toISOString().slice(0, -4);
  }
  return `${secondText}${String(milliseconds).padStart(3, '0')}Z`;
}
