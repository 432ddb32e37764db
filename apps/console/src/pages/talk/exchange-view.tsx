import { decisionText, type Exchange } from './conversation.js';
import { hearAgain, sendAgain } from './talk-state.js';

/** One message and what came of it, with what the graph decided. */
export function ExchangeView({ exchange }: { exchange: Exchange }) {
  const { said, reply, isOver, decision, doneBy, warnings, problem, audio, unsent } = exchange;
  const nothing = unsent === undefined ? '(nothing understood)' : '(not sent)';
  return (
    <>
      <div class="message person">
        <span class="who">You{said.isVoice ? ', spoken' : ''}</span>
        <p dir="auto">{said.text === '' ? (isOver ? nothing : '…') : said.text}</p>
        {isOver && unsent !== undefined && (
          <button type="button" class="quiet" onClick={() => void sendAgain(exchange)}>
            Send again
          </button>
        )}
      </div>
      <div class="message agent">
        <span class="who">Agent</span>
        <p dir="auto">{reply === '' && !isOver ? '…' : reply}</p>
        {audio !== undefined && (
          <button type="button" class="quiet" onClick={() => void hearAgain(audio)}>
            Hear it again
          </button>
        )}
        {problem !== undefined && <p class="error-note">{problem}</p>}
        {decision !== undefined && <p class="decision">{decisionText(decision, reply)}</p>}
        {doneBy.length > 0 && <p class="hint">{doneBy.join(' · ')}</p>}
        {warnings.map((warning) => (
          <p key={warning} class="hint">
            {warning}
          </p>
        ))}
      </div>
    </>
  );
}
