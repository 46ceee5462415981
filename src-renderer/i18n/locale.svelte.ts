import { overwriteGetLocale, type Locale } from './generated/runtime';

/*
 * The compiled messages ask one function for the language. Answering from a rune makes every
 * message in a template change with it, with no reload. One page has one language.
 */
let source = $state.raw<() => Locale>(() => 'en');
overwriteGetLocale(getLocale);

export type { Locale };

/** The language shown now. Reactive. */
export function getLocale(): Locale {
  return source();
}

/** From now on the language is what `from` answers; what it reads is followed. */
export function followLocale(from: () => Locale): void {
  source = from;
}
