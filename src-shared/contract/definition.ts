import { z } from 'zod';
import { DEFINITION_PROBLEMS as PROBLEM } from './definition-words';
import { layoutShape } from './layout';

export const DEFINITION_VERSION = 1;

/** So much text of `.proto` files one definition may hold. */
const MAX_PROTO_CHARS = 1_000_000;

/** As it stands in `layout:NAME` and in filters, `decode.NAME.field`: no dots, no spaces. */
export const definitionName = z
  .string()
  .max(64)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}_-]*$/u, PROBLEM['bad-name']);

const head = {
  $schema: z.string().max(300).optional(),
  version: z.literal(DEFINITION_VERSION),
};

const layout = z.strictObject({
  ...head,
  kind: z.literal('layout'),
  name: definitionName,
  ...layoutShape,
});
export type Layout = z.infer<typeof layout>;

const proto = z.strictObject({
  ...head,
  kind: z.literal('proto'),
  name: definitionName,
  about: layoutShape.about,
  /** What is decoded, as in `package.Message`; empty: the first message there is. */
  message: z.string().max(500),
  /** The first one, and those it imports. */
  files: z
    .array(
      z.strictObject({ name: z.string().min(1).max(300), text: z.string().max(MAX_PROTO_CHARS) }),
    )
    .min(1)
    .max(200)
    .refine(
      (all) => all.reduce((sum, { text }) => sum + text.length, 0) <= MAX_PROTO_CHARS,
      PROBLEM['proto-size'],
    ),
});
export type Proto = z.infer<typeof proto>;

/** A decoder that somebody has described: a field layout, or Protobuf messages. */
export const definition = z.discriminatedUnion('kind', [layout, proto], {
  error: ({ code }) => (code === 'invalid_union' ? PROBLEM['bad-kind'] : undefined),
});
export type Definition = z.infer<typeof definition>;
