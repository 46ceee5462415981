import type { LucideProps } from '@lucide/svelte';
import type { Component } from 'svelte';
import type { MenuEntry, MenuItem } from './menu-item';

export interface ButtonTool {
  id: string;
  kind: 'button';
  /** What stands on it: an icon, or letters that need no translation. */
  face: Component<LucideProps> | string;
  item: MenuItem;
  /** Of a toggle whose name says what comes next: it has no tick in a menu. */
  pressed?: boolean;
}

interface ToolOption<Value extends string> {
  value: Value;
  label: string;
  hint?: string;
  offBecause?: string | null;
}

interface Choice<Value extends string> {
  label: string;
  value: Value;
  options: readonly ToolOption<Value>[];
  onchange: (value: Value) => void;
}

/** A thing in a row of tools; where the row is short of room, an entry of its menu stands for it. */
export type Tool =
  | ButtonTool
  | {
      id: string;
      kind: 'menu';
      face: Component<LucideProps>;
      label: string;
      items: readonly MenuItem[];
    }
  | (Choice<string> & { id: string; kind: 'choice' })
  /** Shown where there is room for it, and nowhere else. */
  | { id: string; kind: 'text'; text: string };

/** One of several, as a list of choices. */
export function choiceTool<Value extends string>(id: string, of: Choice<Value>): Tool {
  const onchange = (value: string): void => {
    const chosen = of.options.find((option) => option.value === value);
    if (chosen !== undefined) of.onchange(chosen.value);
  };
  return { ...of, id, kind: 'choice', onchange };
}

/** What stands in a menu for a tool that has no room; null: nothing does. */
export function menuEntry(tool: Tool): MenuEntry | null {
  switch (tool.kind) {
    case 'button':
      return tool.item;
    case 'menu':
      return { id: tool.id, label: tool.label, items: tool.items };
    case 'choice': {
      const { id, label, value, options, onchange } = tool;
      const items = options.map(({ value: one, label: name, offBecause = null }) => ({
        id: one,
        label: name,
        offBecause,
        checked: one === value,
        run: () => onchange(one),
      }));
      return { id, label, hint: options.find((option) => option.value === value)?.label, items };
    }
    case 'text':
      return null;
    default:
      return tool satisfies never;
  }
}
