/** Days of a week, Monday first. */
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** A day of the week. */
export type Weekday = (typeof WEEKDAYS)[number];

/** Hours that return every week. Times are `HH:MM` on the clock on the wall, 00:00 to 24:00. */
export interface WeeklyHours {
  readonly days: readonly Weekday[];
  readonly from: string;
  /** Not included. Not later than `from`: they pass midnight, into the day after. */
  readonly to: string;
}

/** When something applies: in any of the hours, on the clocks of a time zone. */
export interface Schedule {
  /** IANA name, such as `Europe/Paris`. */
  readonly timeZone: string;
  readonly hours: readonly WeeklyHours[];
}
