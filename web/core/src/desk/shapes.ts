// Frames that only consoles are sent.
import {
  bool,
  type DeskFrame,
  list,
  number,
  object,
  optional,
  type Shapes,
  text,
  textOrNull,
} from '../frames.ts';

export const SHAPES: Shapes = {
  found: {
    rid: text,
    chats: list(
      object({
        chat: text,
        state: text,
        operator: optional(text),
        visitor: text,
        name: optional(text),
        at: number,
        digest: text,
        author: text,
        excerpt: text,
      }),
    ),
    next: optional(text),
  },
  registers: {
    registers: list(
      object({
        entity: text,
        field: text,
        value: textOrNull,
        unreplaced: list(text),
        by: optional(text),
        at: optional(number),
      }),
    ),
    more: bool,
  },
} satisfies Readonly<Record<DeskFrame, unknown>>;
