import { useSignal } from '@preact/signals';
import type { TargetedKeyboardEvent } from 'preact';
import { useEffect } from 'preact/hooks';
import { steppedIndex } from '../../components/stepped-index.js';
import { showClock } from '../../components/numbers.js';
import { player } from './listen-state.js';
import { wordAt, type Transcript } from './transcript.js';

/** The words, each of which can be gone to. One of them is in the order of the Tab key; arrow keys go from word to word. */
export function TranscriptView({ transcript: { words, isGuessed } }: { transcript: Transcript }) {
  const reached = useSignal(0);
  const heard = wordAt(words, player.position.value);
  useEffect(() => {
    reached.value = 0;
  }, [words]);
  function onKeyDown(event: TargetedKeyboardEvent<HTMLButtonElement>): void {
    const next = steppedIndex(event.key, reached.value, words.length);
    if (next === undefined) return;
    event.preventDefault();
    reached.value = next;
    event.currentTarget.parentElement?.querySelectorAll('button')[next]?.focus();
  }
  return (
    <>
      <div class="transcript" dir="auto" role="group" aria-label="Transcript, word by word; arrow keys go from word to word">
        {words.map(({ text, start }, index) => [
          <button
            key={index}
            type="button"
            tabIndex={index === reached.value ? 0 : -1}
            aria-current={index === heard ? 'true' : undefined}
            title={showClock(start)}
            onKeyDown={onKeyDown}
            onClick={() => {
              reached.value = index;
              player.playFrom(start);
            }}
          >
            {text}
          </button>,
          ' ',
        ])}
      </div>
      {isGuessed && words.length > 0 && <p class="hint">This model gives times of passages. Those of words are guessed within them.</p>}
    </>
  );
}
