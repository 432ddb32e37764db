import { CodePanel } from './code-panel.js';
import { SpeakForm } from './speak-form.js';
import { SpeakResult } from './speak-result.js';

export function SpeakPage() {
  return (
    <>
      <p class="lead">Text in, speech out: it is played while it is still being made.</p>
      <div class="columns">
        <SpeakForm />
        <div class="stack">
          <SpeakResult />
          <CodePanel />
        </div>
      </div>
    </>
  );
}
