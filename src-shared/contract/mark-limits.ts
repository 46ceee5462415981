/*
 * Without a schema: dialogs of the window, which are loaded late, need no more of the contract.
 */

/** Marks of one capture: more are no marks any more, and all of them are kept in one small file. */
export const MAX_MARKS = 10_000;

/** Marks that are told at once. */
export const MAX_LISTED_MARKS = 200;
