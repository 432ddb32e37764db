import type { FunctionComponent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { apiAddress } from '../api/address.js';
import { apiKey, askForKey } from '../api/key.js';
import { ListenPage } from '../pages/listen/listen-page.js';
import { SpeakPage } from '../pages/speak/speak-page.js';
import { StatusPage } from '../pages/status/status-page.js';
import { TalkPage } from '../pages/talk/talk-page.js';
import { TracePage } from '../pages/trace/trace-page.js';
import { PAGES, TITLES, type PageName } from '../routes.js';
import { KeyDialog } from './key-dialog.js';
import { route } from './route.js';
import { ThemeSwitch } from './theme-switch.js';

const COMPONENTS: Readonly<Record<PageName, FunctionComponent>> = {
  speak: SpeakPage,
  listen: ListenPage,
  talk: TalkPage,
  status: StatusPage,
  trace: TracePage,
};

export function Console() {
  const main = useRef<HTMLElement>(null);
  const { page } = route.value;
  const Page = COMPONENTS[page];
  useTitle(page, main);
  return (
    <>
      <button type="button" class="skip-link" onClick={() => main.current?.focus()}>
        Skip to the page
      </button>
      <Header page={page} />
      <main ref={main} tabIndex={-1} aria-labelledby="page-title">
        <h1 id="page-title">{TITLES[page]}</h1>
        <Page />
      </main>
      <Footer />
      <KeyDialog />
    </>
  );
}

/** Whoever goes to another page is told so, and goes on from its beginning. */
function useTitle(page: PageName, main: { current: HTMLElement | null }): void {
  const shown = useRef<PageName>(undefined);
  useEffect(() => {
    document.title = `${TITLES[page]} · Parlance`;
    if (shown.current !== undefined && shown.current !== page) main.current?.focus();
    shown.current = page;
  }, [page]);
}

function Header({ page }: { page: PageName }) {
  return (
    <header class="top">
      <span class="brand">Parlance</span>
      <nav aria-label="Pages">
        {PAGES.map((name) => (
          <a key={name} href={`#/${name}`} aria-current={name === page ? 'page' : undefined}>
            {TITLES[name]}
          </a>
        ))}
      </nav>
      <div class="settings">
        <ThemeSwitch />
        <button type="button" onClick={askForKey}>
          {apiKey.value === '' ? 'API key' : 'API key ✓'}
        </button>
      </div>
    </header>
  );
}

function Footer() {
  return (
    <footer>
      <a href={apiAddress('docs')}>All routes</a>
      <a href="licences.md">Licences</a>
    </footer>
  );
}
