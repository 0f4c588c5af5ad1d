/// <reference path="../../../extension/types.d.ts" />

/** What tests/panel/page.js offers to the tests. */
declare var bench: {
  /** What the panel asked, in order. */
  asked: { kind: string; body: any; within?: number }[];
  /** By kind, or by kind and what to do, as in `queue pause`: the answer, or answers of which the last stays. None: the question stays open. */
  answers: Record<string, any>;
  /** Events that reached the page. */
  seen: string[];
  /** What storage.local holds. */
  stored: Record<string, any>;
  /** Who listens to changes of it. */
  heard: ((changes: Record<string, { newValue?: any }>) => void)[];
  content: Streamlist.Content & { panel: Streamlist.Panel };
  create(messages: Record<string, { message: string }>, language: string): Streamlist.Panel;
  root: ShadowRoot;
};
