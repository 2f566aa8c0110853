/** The square in which the devices of the city begin, in degrees. */
export const CITY = { west: 2, south: 48, side: 1 };
/** A tenth of the city in each direction: a view holds a hundredth of its devices. */
export const VIEW = 0.1;
/** Milliseconds for traffic to become even. */
export const WARM_UP = 2_000;
/** One client in so many looks into what it gets. */
export const SAMPLE = 20;

/** Rounded to so many digits behind the point. */
export const round = (value: number, digits = 0): number => Math.round(value * 10 ** digits) / 10 ** digits;
