import type { Room } from './room';

export const MAX_ARTICLE_BYTES = 1024 * 1024;
const MAX_ARTICLES = 10_000;

export interface Article {
  /** With its angle brackets. */
  readonly id: string;
  /** Head, empty line and body, with CR LF. */
  readonly bytes: Buffer;
  readonly receivedAt: number;
}

export interface Group {
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
  /** By number, in order. */
  readonly articles: Map<number, Article>;
  high: number;
}

/** The news that NNTP reads and posts to. */
export class Newsgroups {
  readonly groups = new Map<string, Group>();
  readonly #room: Room;
  readonly #byId = new Map<string, Article>();

  constructor(room: Room) {
    this.#room = room;
    const createdAt = Date.now();
    for (const [name, description] of [
      ['local.test', 'Posts from devices under test'],
      ['local.welcome', 'What is here from the start'],
    ] as const)
      this.groups.set(name, { name, description, createdAt, articles: new Map(), high: 0 });
    for (const { id, groups, bytes } of samples())
      if (room.take(bytes.byteLength)) this.add(id, groups, bytes);
  }

  byId(id: string): Article | null {
    return this.#byId.get(id) ?? null;
  }

  /** To those of the groups that exist. False: none does, there is no room, or the id is taken. */
  add(id: string, groups: readonly string[], bytes: Buffer): boolean {
    const known = groups.flatMap((name) => this.groups.get(name) ?? []);
    if (known.length === 0 || this.#byId.size >= MAX_ARTICLES || this.#byId.has(id)) {
      this.#room.give(bytes.byteLength);
      return false;
    }
    const article: Article = { id, bytes, receivedAt: Date.now() };
    this.#byId.set(id, article);
    for (const group of new Set(known)) {
      group.high += 1;
      group.articles.set(group.high, article);
    }
    return true;
  }
}

function samples() {
  const article = (n: number, group: string, body: string) => ({
    id: `<sample.${n}@example.com>`,
    groups: [group],
    bytes: Buffer.from(
      [
        'Path: wirebench!not-for-mail',
        'From: wirebench@example.com (Wirebench)',
        `Newsgroups: ${group}`,
        `Subject: Sample ${n}`,
        'Date: Thu, 01 Jan 2026 00:00:00 +0000',
        `Message-ID: <sample.${n}@example.com>`,
        '',
        body,
      ].join('\r\n'),
    ),
  });
  return [
    article(1, 'local.welcome', 'The first article.\r\n'),
    article(2, 'local.welcome', '.a line with a dot\r\n.\r\nand the end\r\n'),
    article(3, 'local.test', 'Post here.\r\n'),
  ];
}
