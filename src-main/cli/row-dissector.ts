import { counted } from '../../src-shared/counted';
import type { Dissection, DissectedNode } from '../../src-shared/contract/dissection';
import type { Row } from '../../src-shared/contract/row';
import { toCommandError } from '../engine/command-error';
import type { WiresharkEngine } from '../engine/dissect/dissector';
import type { RowView, Session } from '../engine/types';
import { CliError, EXIT } from './exit';

/** What Wireshark makes of one row, for people and for programs. */
export interface RowDissection {
  lines: string[];
  told: {
    frame: number;
    leftOut: number;
    tree: Pick<DissectedNode, 'depth' | 'text' | 'range' | 'filter' | 'severity'>[];
  };
}

/** Asks Wireshark about rows, one after another. */
export class RowDissector {
  readonly #wireshark: WiresharkEngine;
  readonly #session: Session;
  readonly #view: RowView;

  constructor(wireshark: WiresharkEngine, session: Session, view: RowView) {
    this.#wireshark = wireshark;
    this.#session = session;
    this.#view = view;
  }

  /** Undefined: a row without a packet. Rejects with a CliError when Wireshark fails. */
  async of({ index }: Row): Promise<RowDissection | undefined> {
    try {
      return tell(await this.#wireshark.dissect(this.#session, this.#view, index));
    } catch (thrown) {
      const error = toCommandError(thrown);
      if (error.code === 'ERR_NOT_POSSIBLE') return undefined;
      throw cliError(thrown);
    }
  }
}

function tell({ nodes, frame, leftOut }: Dissection): RowDissection {
  const lines = nodes.map(({ depth, text }) => `  ${'  '.repeat(depth)}${text}`);
  if (leftOut > 0) lines.push(`  … ${counted(leftOut, 'line')} more`);
  return { lines, told: { frame, leftOut, tree: nodes } };
}

/** What Wireshark is asked for, its refusal as one of ours. */
export function asking<Answer>(ask: () => Answer): Answer {
  try {
    return ask();
  } catch (thrown) {
    throw cliError(thrown);
  }
}

function cliError(thrown: unknown): CliError {
  const { code, message } = toCommandError(thrown);
  return new CliError(code === 'ERR_DISSECTOR_TIMEOUT' ? EXIT.timeout : EXIT.usage, message);
}
