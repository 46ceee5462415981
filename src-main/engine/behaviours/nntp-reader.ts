import type { CommandLine } from './command-line';
import { dotText, headField, headLength } from './dot-text';
import type { Article, Group, Newsgroups } from './newsgroups';
import type { Part } from './talk';

/** RFC 3977 §8.4: the fields of an overview, in this order. */
const OVERVIEW = ['subject', 'from', 'date', 'message-id', 'references'];
const OVERVIEW_FORMAT = [
  'Subject:',
  'From:',
  'Date:',
  'Message-ID:',
  'References:',
  ':bytes',
  ':lines',
];

interface Found {
  /** 0: by its id, in no group. */
  number: number;
  article: Article;
}

/** The commands that read: which group and which article is the current one. */
export class NntpReader {
  readonly #news: Newsgroups;
  #group: Group | null = null;
  #current: number | null = null;

  constructor(news: Newsgroups) {
    this.#news = news;
  }

  /** False: that is none of them. */
  *do(command: CommandLine): Part<boolean> {
    const { verb, words } = command;
    switch (verb) {
      case 'GROUP':
      case 'LISTGROUP':
        yield* this.#select(verb, words);
        return true;
      case 'LIST':
        yield* this.#list(words);
        return true;
      case 'NEWGROUPS':
        yield* this.#newGroups();
        return true;
      case 'NEXT':
      case 'LAST':
        yield this.#step(verb === 'NEXT');
        return true;
      case 'ARTICLE':
      case 'HEAD':
      case 'BODY':
      case 'STAT':
        yield* this.#article(verb, words[0]);
        return true;
      case 'OVER':
      case 'XOVER':
        yield* this.#overview(words[0]);
        return true;
      case 'HDR':
      case 'XHDR':
        yield* this.#field(verb, words);
        return true;
      default:
        return false;
    }
  }

  *#select(verb: string, [name]: readonly string[]): Part<void> {
    const group = name === undefined ? this.#group : (this.#news.groups.get(name) ?? null);
    if (!group) {
      yield name === undefined ? '412 GROUP first\r\n' : '411 There is no such group\r\n';
      return;
    }
    this.#group = group;
    this.#current = lowOf(group);
    const { articles, high } = group;
    yield `211 ${articles.size} ${lowOf(group) ?? high + 1} ${high} ${group.name}\r\n`;
    if (verb === 'GROUP') return;
    for (const number of articles.keys()) yield `${number}\r\n`;
    yield '.\r\n';
  }

  *#list([what = 'ACTIVE', pattern]: readonly string[]): Part<void> {
    const groups = [...this.#news.groups.values()].filter(
      ({ name }) => pattern === undefined || pattern === '*' || pattern.split(',').includes(name),
    );
    switch (what.toUpperCase()) {
      case 'ACTIVE':
        yield '215 Groups\r\n';
        for (const group of groups) yield active(group);
        break;
      case 'NEWSGROUPS':
        yield '215 Descriptions\r\n';
        for (const { name, description } of groups) yield `${name}\t${description}\r\n`;
        break;
      case 'OVERVIEW.FMT':
        yield `215 Fields\r\n${OVERVIEW_FORMAT.join('\r\n')}\r\n`;
        break;
      default:
        yield '501 LIST ACTIVE, NEWSGROUPS and OVERVIEW.FMT are known\r\n';
        return;
    }
    yield '.\r\n';
  }

  *#newGroups(): Part<void> {
    yield '231 Groups\r\n';
    for (const group of this.#news.groups.values()) yield active(group);
    yield '.\r\n';
  }

  #step(forward: boolean): string {
    if (!this.#group) return '412 GROUP first\r\n';
    const current = this.#current;
    if (current === null) return '420 There is no current article\r\n';
    const numbers = [...this.#group.articles.keys()];
    const number = forward
      ? numbers.find((one) => one > current)
      : numbers.reverse().find((one) => one < current);
    if (number === undefined)
      return forward ? '421 That was the last\r\n' : '422 That was the first\r\n';
    this.#current = number;
    return `223 ${number} ${this.#group.articles.get(number)?.id ?? ''}\r\n`;
  }

  *#article(verb: string, which: string | undefined): Part<void> {
    const found = this.#find(which);
    if (typeof found === 'string') {
      yield found;
      return;
    }
    const { number, article } = found;
    if (number > 0) this.#current = number;
    const head = headLength(article.bytes);
    const place = `${number} ${article.id}\r\n`;
    switch (verb) {
      case 'ARTICLE':
        yield `220 ${place}`;
        yield* dotText(article.bytes);
        break;
      case 'HEAD':
        yield `221 ${place}`;
        yield* dotText(article.bytes.subarray(0, Math.max(0, head - 2)));
        break;
      case 'BODY':
        yield `222 ${place}`;
        yield* dotText(article.bytes.subarray(head));
        break;
      default:
        yield `223 ${place}`;
    }
  }

  *#overview(which: string | undefined): Part<void> {
    const found = this.#findAll(which);
    if (typeof found === 'string') {
      yield found;
      return;
    }
    yield '224 Overview\r\n';
    for (const { number, article } of found) {
      const { bytes } = article;
      const fields = OVERVIEW.map((name) => oneLine(headField(bytes, name)));
      const lines = bytes.toString('latin1', headLength(bytes)).split('\n').length - 1;
      yield `${[number, ...fields, bytes.length, lines].join('\t')}\r\n`;
    }
    yield '.\r\n';
  }

  *#field(verb: string, [name = '', which]: readonly string[]): Part<void> {
    const found = this.#findAll(which);
    if (typeof found === 'string' || name === '') {
      yield typeof found === 'string' ? found : `501 Say ${verb} and a field\r\n`;
      return;
    }
    yield verb === 'HDR' ? '225 Fields\r\n' : '221 Fields\r\n';
    for (const { number, article } of found)
      yield `${number} ${oneLine(headField(article.bytes, name.toLowerCase()))}\r\n`;
    yield '.\r\n';
  }

  /** One article by number or id, or the current one; or why there is none. */
  #find(which: string | undefined): Found | string {
    if (which?.startsWith('<') === true) {
      const article = this.#news.byId(which);
      return article ? { number: 0, article } : '430 There is no such article\r\n';
    }
    if (!this.#group) return '412 GROUP first\r\n';
    if (which !== undefined && !/^\d{1,15}$/.test(which))
      return '501 That is no number and no id\r\n';
    const number = which === undefined ? this.#current : Number(which);
    if (number === null) return '420 There is no current article\r\n';
    const article = this.#group.articles.get(number);
    return article ? { number, article } : '423 There is no such number here\r\n';
  }

  /** The articles of a range. */
  #findAll(which: string | undefined): Found[] | string {
    const range = /^(\d{1,15})-(\d{0,15})$/.exec(which ?? '');
    if (!range) {
      const found = this.#find(which);
      return typeof found === 'string' ? found : [found];
    }
    if (!this.#group) return '412 GROUP first\r\n';
    const from = Number(range[1]);
    const to = range[2] === '' ? Infinity : Number(range[2]);
    const found: Found[] = [];
    for (const [number, article] of this.#group.articles)
      if (number >= from && number <= to) found.push({ number, article });
    return found.length > 0 ? found : '423 There is nothing in that range\r\n';
  }
}

function active(group: Group): string {
  return `${group.name} ${group.high} ${lowOf(group) ?? group.high + 1} y\r\n`;
}

function lowOf({ articles }: Group): number | null {
  const [first] = articles.keys();
  return first ?? null;
}

function oneLine(text: string | null): string {
  return (text ?? '').replace(/[\t\r\n\0]/g, ' ');
}
