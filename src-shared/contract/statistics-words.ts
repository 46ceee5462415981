/* What of answer times is needed where nothing is checked: without the schemas. */

/** A request that no answer came to in time was in vain; ms. */
export const USUAL_ANSWER_TIMEOUT_MS = 1000;

/**
 * Whose messages ask: of who dialled (of datagrams: who sent first), ours, the peer's, or of whoever
 * speaks while nothing waits for an answer.
 */
export const ASKING = ['client', 'out', 'in', 'either'] as const;
