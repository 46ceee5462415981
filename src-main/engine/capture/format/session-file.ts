/** A file of a capture: so much of it is complete blocks. */
export interface SessionFile {
  path: string;
  /** The offset in the capture that it begins with. */
  start: number;
  bytes: number;
}
