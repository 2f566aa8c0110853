/** Four numbers from 0 up to 1 that nobody can guess and that are always the same for a label. */
export type Draw = (label: string) => readonly number[];
