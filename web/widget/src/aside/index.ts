// What nobody needs for the first message: the offline form, the end of a chat, the transcript by e-mail. It is a script of its own, brought
// when somebody may need it, in the same way as the widget itself: from whichever host answers. While it is not there, or where it is of
// another version, the window does without.

import type { ChatId, ChatView, Client, SiteFacts } from '@holdfast/core';
import type { Stub } from '@holdfast/loader/stub';
import { Fragment, type FunctionComponent } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { jsx, jsxs } from 'preact/jsx-runtime';
import type { Person } from '../page_api.ts';

declare const __HOLDFAST_BUILD__: string;

/** What it is drawn with: the widget's own means. */
export const drawing = {
  Fragment,
  jsx,
  jsxs,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
};

export interface OfflineFormProps {
  readonly client: Client;
  readonly site: Partial<SiteFacts>;
  readonly person: Person;
  /** What stands above the fields. */
  readonly greeting: string;
  /** Nobody is there at this moment. */
  readonly away: boolean;
  /** The message as far as it was written, also in the composer. */
  readonly draft: { read(): string; keep(text: string): void };
  readonly focus: boolean;
  /** Opens the chat. */
  readonly open: (name: string) => ChatId;
}

export interface ChatProps {
  readonly client: Client;
  readonly chat: ChatView;
  readonly site: Partial<SiteFacts>;
  readonly person: Person;
}

export interface Aside {
  readonly OfflineForm: FunctionComponent<OfflineFormProps>;
  /** Ends the chat; sends its transcript. */
  readonly ChatTools: FunctionComponent<ChatProps>;
  /** That nothing is kept here. */
  readonly StorageRemark: FunctionComponent<{ readonly close: () => void }>;
  /** Where the answer goes when nobody is there. */
  readonly Reach: FunctionComponent<ChatProps>;
  /** Tells the chat who the visitor is, where the page has a token of the site's own server. */
  readonly vouch: (client: Client, chat: ChatId, person: Person) => void;
}

/** The widget's end of the contract with that script: it calls this once it runs. */
export type TakeAside = (build: string, make: (means: typeof drawing) => Aside) => void;

let aside: Aside | null = null;
let asked = false;
const redraws = new Set<() => void>();

export function useAside(wanted: boolean): Aside | null {
  const [, redraw] = useState(0);
  useEffect(() => {
    const again = () => redraw((n) => n + 1);
    redraws.add(again);
    return () => redraws.delete(again);
  }, []);
  useEffect(() => {
    if (wanted && !asked) bring(window.Holdfast as Stub & { aside?: TakeAside });
  }, [wanted]);
  return aside;
}

function bring(stub: Stub & { aside?: TakeAside }): void {
  asked = true;
  let answered = false;
  stub.aside = (build, make) => {
    if (build === __HOLDFAST_BUILD__ && !answered) aside = make(drawing);
    answered = true;
    for (const redraw of redraws) redraw();
  };
  stub.bring(`/widget/aside.js?${__HOLDFAST_BUILD__}`, () => answered);
}
