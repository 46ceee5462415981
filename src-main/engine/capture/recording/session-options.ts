import type { SocketId } from '../../../../src-shared/contract/socket';
import type { Stamp } from '../../clock';
import type { ReadMemory } from '../../read-memory';
import type { Disk } from './disk';
import type { PartFiles, SplitPlan } from './recording-parts';

export interface SessionOptions {
  path: string;
  /** In the address grammar; becomes the interface's name. */
  address: string;
  rootSocket: SocketId;
  /** What `state.file` says; the path when left out. */
  name?: string;
  /** "Wirebench" and a version, for the section header. */
  userAppl?: string;
  now?: () => Stamp;
  /** Recording stopped, went on or ended: `state` tells which. */
  onChange?: () => void;
  /** First sequence numbers of connections; random when left out. */
  initialSequence?: () => number;
  disk?: Disk;
  /** Where streams are read into; else every payload is taken as one that lies elsewhere. */
  memory?: ReadMemory | null;
  /** It goes on in new files: then those tell the paths. */
  split?: { plan: SplitPlan; files: PartFiles };
}
