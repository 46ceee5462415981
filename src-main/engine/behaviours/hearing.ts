/** Nothing to say until more has come, the peer has ended, or someone wakes the talk. */
export const WAIT = Symbol('wait');
export type Wait = typeof WAIT;

/** A part of a talk that only listens. */
export type Hearing<T> = Generator<Wait, T, void>;
