import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { toApiError } from '../api/api-error.js';
import { apiKey, changeKey, keyWanted } from '../api/key.js';
import { checkKey } from '../api/request.js';
import { ErrorNote } from '../components/error-note.js';

function close(): void {
  keyWanted.value = undefined;
}

export function KeyDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = keyWanted.value !== undefined;
  useEffect(() => {
    if (isOpen && dialog.current?.open === false) dialog.current.showModal();
    if (!isOpen) dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} class="key-dialog" aria-labelledby="key-title" onClose={close}>
      {isOpen && <KeyForm />}
    </dialog>
  );
}

function KeyForm() {
  const entered = useSignal('');
  const isChecking = useSignal(false);
  const problem = useSignal(keyWanted.value?.reason);
  async function use(event: Event): Promise<void> {
    event.preventDefault();
    isChecking.value = true;
    try {
      await checkKey(entered.value);
      changeKey(entered.value);
      close();
    } catch (error) {
      problem.value = toApiError(error);
    }
    isChecking.value = false;
  }
  function forget(): void {
    changeKey('');
    close();
  }
  return (
    <form onSubmit={(event) => void use(event)}>
      <h2 id="key-title">API key</h2>
      <p>This gateway’s key, kept in this tab until it is closed. It goes to the gateway only, and never into an address.</p>
      {problem.value !== undefined && <ErrorNote error={problem.value} />}
      <label class="field">
        <span>Key</span>
        <input
          type="password"
          autocomplete="off"
          spellcheck={false}
          required
          value={entered.value}
          onInput={({ currentTarget }) => (entered.value = currentTarget.value.trim())}
        />
      </label>
      <div class="actions">
        <button type="submit" class="primary" disabled={isChecking.value}>
          Use this key
        </button>
        {apiKey.value !== '' && (
          <button type="button" onClick={forget}>
            Forget the key
          </button>
        )}
        <button type="button" onClick={close}>
          Cancel
        </button>
      </div>
    </form>
  );
}
