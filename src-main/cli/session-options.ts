import type { Address } from '../../src-shared/address/address';
import type { RuleBook } from '../engine/automation/rule-book';
import type { ConditionOptions } from './conditions';
import type { PrintMode } from './lines';
import type { LiveShown } from './live-options';
import type { Output } from './output';
import type { PrinterOptions } from './printer';
import type { StatusLine } from './status-line';

export interface SessionOptions
  extends ConditionOptions, Pick<PrinterOptions, 'quiet' | 'frames' | 'charset'> {
  address: Address;
  record: string | null;
  print: PrintMode;
  /** The calls of every socket are told at the end. */
  trace: boolean;
  /** What is looked at by way of the recording; null: all is printed as it passes. */
  live: LiveShown | null;
  /** What it answers by itself. */
  rules?: RuleBook;
  /** The peer's end ends it although not all is sent: for what a person types. */
  endWithPeer: boolean;
}

/** Of the process: where lines go. */
export interface Console {
  output: Output;
  status: StatusLine;
  tell: (line: string) => void;
}
