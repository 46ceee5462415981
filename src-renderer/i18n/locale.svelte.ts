import { overwriteGetLocale, type Locale } from './generated/runtime';

/*
 * The compiled messages ask one function for the language. Answering from a rune makes every
 * message in a template change with it, with no reload. One page has one language.
 */
let current = $state<Locale>('en');
overwriteGetLocale(() => current);

export type { Locale };

/** The language shown now. Reactive. */
export function getLocale(): Locale {
  return current;
}

export function setLocale(locale: Locale): void {
  current = locale;
}
