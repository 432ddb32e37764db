/** The pages, in the order in which they are listed; `#/speak` and so on. */
export const PAGES = ['speak', 'listen', 'talk', 'status', 'trace'] as const;
export type PageName = (typeof PAGES)[number];

export const TITLES: Readonly<Record<PageName, string>> = {
  speak: 'Speak',
  listen: 'Listen',
  talk: 'Talk',
  status: 'Status',
  trace: 'Trace',
};

/** The page of an address; the first for one that has none. `#/trace/req_1` is about one thing of a page. */
export function readRoute(hash: string): { page: PageName; detail?: string } {
  const [, name, detail] = /^#\/(\w+)(?:\/([\w-]+))?$/.exec(hash) ?? [];
  const page = PAGES.find((known) => known === name) ?? PAGES[0];
  return { page, ...(detail !== undefined && page === name && { detail }) };
}
