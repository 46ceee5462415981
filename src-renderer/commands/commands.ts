import { createKeybindingsHandler } from 'tinykeys';
import { commandTable, isCommandId, type CommandGroup, type CommandId } from './command-table';
import { showKeys } from './key-text';

/** What a command does, and when it can. */
export interface CommandAction {
  run: () => void;
  /** Why it cannot be done now, or null. Reactive when read in a template. */
  offBecause?: () => string | null;
}

export type CommandActions = Readonly<Record<CommandId, CommandAction>>;

/** A command as menus, palette and shortcut sheet show it. */
export interface ShownCommand {
  id: CommandId;
  group: CommandGroup;
  title: string;
  /** All its keys, as shown. */
  keys: readonly string[];
  offBecause: string | null;
}

/** The commands of the window with what they do bound to them. */
export class Commands {
  readonly mac: boolean;
  readonly #actions: CommandActions;

  constructor(actions: CommandActions, mac: boolean) {
    this.#actions = actions;
    this.mac = mac;
  }

  /** Does nothing when the command is off. */
  run(id: CommandId): void {
    if (this.offBecause(id) === null) this.#actions[id].run();
  }

  /** From outside the page, such as the application menu. False: there is no such command. */
  runNamed(name: string): boolean {
    if (!isCommandId(name)) return false;
    this.run(name);
    return true;
  }

  offBecause(id: CommandId): string | null {
    return this.#actions[id].offBecause?.() ?? null;
  }

  title(id: CommandId): string {
    return commandTable[id].title();
  }

  /** The key to show beside it, or undefined. */
  keys(id: CommandId): string | undefined {
    const [first] = commandTable[id].keys;
    return first === undefined ? undefined : showKeys(first, this.mac);
  }

  /** All of them, in the order of the table. */
  list(): ShownCommand[] {
    return Object.keys(commandTable)
      .filter(isCommandId)
      .map((id) => ({
        id,
        group: commandTable[id].group,
        title: this.title(id),
        keys: commandTable[id].keys.map((keys) => showKeys(keys, this.mac)),
        offBecause: this.offBecause(id),
      }));
  }

  /** Listens to keys; returns what ends it. */
  bindKeys(target: Window): () => void {
    const bindings = Object.keys(commandTable)
      .filter(isCommandId)
      .flatMap((id) => commandTable[id].keys.map((keys) => [keys, this.#onKey(id)] as const));
    const handler = createKeybindingsHandler(Object.fromEntries(bindings));
    const listener = (event: KeyboardEvent): void => {
      // The Enter or Tab that picks a candidate of an input method is not for us.
      if (!event.isComposing && event.keyCode !== 229) handler(event);
    };
    target.addEventListener('keydown', listener);
    return () => target.removeEventListener('keydown', listener);
  }

  #onKey(id: CommandId): (event: KeyboardEvent) => void {
    return (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      // Behind a dialog nobody sees what a key closes, clears or starts.
      if (commandTable[id].group === 'app' || !isInModal(event.target)) this.run(id);
    };
  }
}

function isInModal(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[aria-modal="true"]') !== null;
}
