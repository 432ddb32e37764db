import { useSignal } from '@preact/signals';
import type { TraceRecord } from '../../api/types.js';
import { ErrorNote } from '../../components/error-note.js';
import { LiveNote } from '../../components/live-note.js';
import { useLive } from '../../components/use-live.js';
import { useLoaded } from '../../components/use-loaded.js';
import { route } from '../../shell/route.js';
import { keyOf, withRecord } from './records.js';
import { RecordView } from './record-view.js';

export function TracePage() {
  const { detail } = route.value;
  return (
    <>
      <p class="lead">What was done for each of the last requests of this process, newest first.</p>
      {detail === undefined ? <AllRecords /> : <OneRecord key={detail} id={detail} />}
    </>
  );
}

function AllRecords() {
  const records = useSignal<readonly TraceRecord[]>([]);
  const failuresOnly = useSignal(false);
  const live = useLive('v1/traces?replay=100', 'trace', (data) => {
    records.value = withRecord(records.value, data as TraceRecord);
  });
  const shown = records.value.filter(({ outcome }) => !failuresOnly.value || outcome !== 'ok');
  return (
    <>
      <div class="row">
        <LiveNote {...live} />
        <label class="check">
          <input
            type="checkbox"
            checked={failuresOnly.value}
            onChange={({ currentTarget }) => (failuresOnly.value = currentTarget.checked)}
          />
          <span>Failures only</span>
        </label>
      </div>
      {records.value.length === 0 && live.state === 'live' && <p class="card empty">No request yet. Speak something, and it is here.</p>}
      {records.value.length > 0 && shown.length === 0 && <p class="card empty">None of the last requests has failed.</p>}
      <div class="stack">
        {shown.map((record) => (
          <RecordView key={keyOf(record)} record={record} />
        ))}
      </div>
    </>
  );
}

function OneRecord({ id }: { id: string }) {
  const { data, error } = useLoaded<TraceRecord>(`v1/traces/${id}`);
  return (
    <>
      <p>
        <a href="#/trace">All requests</a>
      </p>
      {error !== undefined && <ErrorNote error={error} />}
      {data !== undefined && <RecordView record={data} />}
    </>
  );
}
