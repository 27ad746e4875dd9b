/** The time of day in the user's time zone: `09:30:05`. */
export function clock(time: Date | string): string {
  const date = new Date(time);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
