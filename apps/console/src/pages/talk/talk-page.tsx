import { useEffect } from 'preact/hooks';
import type { AgentSummary, List } from '../../api/types.js';
import { ErrorNote } from '../../components/error-note.js';
import { PlayerBar } from '../../components/player-bar.js';
import { useLoaded } from '../../components/use-loaded.js';
import { Composer } from './composer.js';
import { ExchangeView } from './exchange-view.js';
import { agent, exchanges, isBusy, player, problem, startAnew } from './talk-state.js';

export function TalkPage() {
  return (
    <>
      <p class="lead">A conversation with an agent, in writing or aloud. Its graph decides whether it answers aloud.</p>
      <section class="card stack" aria-label="Conversation">
        <AgentField />
        <div class="log" role="log" aria-label="Messages" aria-busy={isBusy.value}>
          {exchanges.value.length === 0 && <p class="empty">Nothing said yet. Try “Please say good morning.”</p>}
          {exchanges.value.map((exchange) => (
            <ExchangeView key={exchange.id} exchange={exchange} />
          ))}
        </div>
        {player.state.value !== 'empty' && <PlayerBar player={player} />}
        {problem.value !== undefined && <ErrorNote error={problem.value} />}
        <Composer />
      </section>
    </>
  );
}

function AgentField() {
  const { data, error } = useLoaded<List<AgentSummary>>('v1/agents');
  const agents = data?.data ?? [];
  useEffect(() => {
    if (data !== undefined && !data.data.some(({ id }) => id === agent.value)) agent.value = data.data[0]?.id ?? '';
  }, [data]);
  if (error !== undefined) return <ErrorNote error={error} />;
  const chosen = agents.find(({ id }) => id === agent.value);
  return (
    <div class="row">
      <label class="field">
        <span>Agent</span>
        <select
          value={agent.value}
          onChange={({ currentTarget }) => {
            agent.value = currentTarget.value;
            startAnew();
          }}
        >
          {agents.map(({ id, name }) => (
            <option key={id} value={id}>
              {name === id ? id : `${name} (${id})`}
            </option>
          ))}
        </select>
      </label>
      <button type="button" onClick={startAnew}>
        New conversation
      </button>
      {chosen !== undefined && (
        <p class="hint">
          Graph {chosen.graph}; {chosen.voice ? 'hears and speaks' : 'reads and writes only, because its voice is switched off'}
        </p>
      )}
    </div>
  );
}
