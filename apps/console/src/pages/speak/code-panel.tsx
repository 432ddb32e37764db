import { gatewayAddress } from '../../api/address.js';
import { apiKey } from '../../api/key.js';
import { CopyButton } from '../../components/copy-button.js';
import { Tabs } from '../../components/tabs.js';
import { codeExamples } from './code-examples.js';
import { fields } from './speak-state.js';

/** The same call in code. */
export function CodePanel() {
  const examples = codeExamples(fields.value, { address: gatewayAddress(), needsKey: apiKey.value !== '' });
  return (
    <section class="card" aria-labelledby="code-title">
      <h2 id="code-title">The same in code</h2>
      <Tabs
        label="Languages"
        tabs={examples.map(({ name, code }) => ({
          name,
          content: (
            <>
              <CopyButton text={code} what={`the code for ${name}`} />
              <pre class="code">
                <code>{code}</code>
              </pre>
            </>
          ),
        }))}
      />
    </section>
  );
}
