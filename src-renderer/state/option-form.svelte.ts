import { SvelteMap } from 'svelte/reactivity';
import {
  formatAddress,
  parseAddress,
  parseOptions,
  type ParsedAddress,
} from '../../src-shared/address/address';
import { type AddressKind, isLocal, KINDS, listens } from '../../src-shared/address/kinds';
import { OPTION_TABLE, optionValues, writeOption } from '../../src-shared/address/options';
import type { AddressError } from '../../src-shared/address/problem';
import { writeValue } from '../../src-shared/address/quoting';

/**
 * An address taken apart into fields, and put together again: the fields have no state that is not
 * in the address (ADR 3). What the kind does not have is kept for when it is changed back.
 */
export class OptionForm {
  kind = $state.raw<AddressKind>('tcp-listen');
  family = $state.raw<4 | 6 | null>(null);
  host = $state('');
  port = $state('');
  path = $state('');
  readonly #values = new SvelteMap<string, string>();

  /** The address of the fields as they are, also when something in them is wrong. */
  readonly composed: string = $derived.by(() => this.#compose());
  readonly parsed: ParsedAddress = $derived.by(() => parseAddress(this.composed));
  /** In its canonical form; null while something is wrong. */
  readonly address: string | null = $derived.by(() =>
    this.parsed.ok ? formatAddress(this.parsed.address) : null,
  );
  readonly error: AddressError | null = $derived.by(() =>
    this.parsed.ok ? null : this.parsed.error,
  );

  constructor(text: string) {
    this.load(text);
  }

  /** Shows an address; one that does not parse as far as its kind, host and port go. */
  load(text: string): void {
    const parsed = parseAddress(text);
    if (!parsed.ok) {
      this.#loadPlace(text);
      return;
    }
    const { kind, family, host, port, path, options } = parsed.address;
    this.kind = kind;
    this.family = family;
    this.host = host ?? '';
    this.port = path === null ? String(port) : '';
    this.path = path ?? '';
    this.#values.clear();
    for (const { name, value } of optionValues(options))
      this.#values.set(name, value === '' ? 'on' : value);
  }

  /** What is given for an option; '' for nothing, `on` for a flag. */
  value(option: string): string {
    return this.#values.get(option) ?? '';
  }

  set(option: string, value: string): void {
    if (value === '') this.#values.delete(option);
    else this.#values.set(option, value);
  }

  /** What is wrong with one option, or null. */
  errorOf(option: string): AddressError | null {
    const value = this.#values.get(option);
    if (value === undefined) return null;
    // By itself: the address as a whole tells only of the first thing that is wrong with it.
    const alone = parseOptions(this.#written(option, value), this.kind);
    if (!alone.ok) return alone.error;
    return this.error?.values.option === option ? this.error : null;
  }

  /** What is wrong with kind, host, port or path, or null. */
  get placeError(): AddressError | null {
    return this.error !== null && this.error.values.option === undefined ? this.error : null;
  }

  /** How many of these options are given. */
  countOf(options: readonly string[]): number {
    return options.filter((name) => this.#values.has(name)).length;
  }

  #compose(): string {
    const { kind, family } = this;
    const name = family === null ? kind : kind.replace(/^(tcp|udp|tls)/, `$1${family}`);
    const options = OPTION_TABLE.filter(({ kinds }) => kinds.includes(kind)).flatMap(
      ({ name: option }) => {
        const value = this.#values.get(option);
        return value === undefined ? [] : [this.#written(option, value)];
      },
    );
    return [`${name}:${this.#place()}`, ...options].join(',');
  }

  #written(option: string, value: string): string {
    const flag = OPTION_TABLE.find(({ name }) => name === option)?.form === 'flag';
    return writeOption(option, flag && value === 'on' ? '' : value);
  }

  #place(): string {
    if (isLocal(this.kind)) return writeValue(this.path.trim());
    const host = this.host.trim();
    const port = this.port.trim();
    if (host === '' && listens(this.kind)) return port;
    return `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
  }

  #loadPlace(text: string): void {
    const [, name = '', rest = ''] = /^([a-z0-9-]+):([^,]*)/i.exec(text.trim()) ?? [];
    const spelling = KINDS.get(name.toLowerCase());
    if (spelling === undefined) return;
    const { kind, family } = spelling;
    this.kind = kind;
    this.family = family;
    if (isLocal(kind)) {
      this.path = rest;
      return;
    }
    const colon = rest.lastIndexOf(':');
    this.host = rest.slice(0, Math.max(0, colon)).replace(/^\[(.*)\]$/, '$1');
    this.port = rest.slice(colon + 1);
  }
}
