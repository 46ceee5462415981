/* Without a schema: what sends needs no more of the contract. */

/** As many are chosen one by one at most; to more of them goes what goes to all. */
export const MAX_CHOSEN = 1000;

/** What one UDP datagram of a file carries when nothing is said. */
export const FILE_DATAGRAM_BYTES = 1024;
/** RFC 768 over IPv4: 65,535 less the headers. */
export const MAX_FILE_DATAGRAM_BYTES = 65_507;
