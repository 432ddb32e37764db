import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** Puts a text into the clipboard. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const said = useSignal('');
  // What was said of another text says nothing of this one.
  useEffect(() => {
    said.value = '';
  }, [text]);
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      said.value = 'Copied';
    } catch {
      // Also where there is no clipboard: pages that come over plain http have none.
      said.value = 'This browser does not let the page copy. Select the text instead.';
    }
  }
  return (
    <span class="copy">
      <button type="button" onClick={() => void copy()}>
        Copy <span class="visually-hidden">{what}</span>
      </button>
      <span role="status">{said.value}</span>
    </span>
  );
}
