import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Player } from '../audio/player.js';
import { showClock } from './numbers.js';
import { Waveform, type Mark } from './waveform.js';

const NONE: readonly Mark[] = [];

/** Plays, shows where it is, and goes to another place. */
export function PlayerBar({ player, marks = NONE, children }: { player: Player; marks?: readonly Mark[]; children?: ComponentChildren }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.append(player.element);
    return () => player.pause();
  }, [player]);
  const [state, drawing, position, duration] = [player.state.value, player.drawing.value, player.position.value, player.duration.value];
  return (
    <div class="player" data-state={state}>
      {drawing !== undefined && <Waveform player={player} drawing={drawing} marks={marks} />}
      <div class="player-controls">
        <button type="button" class="primary" disabled={state === 'empty'} onClick={() => player.toggle()}>
          {state === 'playing' ? 'Pause' : 'Play'}
        </button>
        <input
          type="range"
          aria-label="Position"
          aria-valuetext={`${showClock(position)} of ${showClock(duration)}`}
          min={0}
          max={duration}
          step="any"
          value={position}
          disabled={duration === 0}
          onInput={({ currentTarget }) => player.seek(Number(currentTarget.value))}
        />
        <span class="clock">
          {showClock(position)} / {duration === 0 ? '…' : showClock(duration)}
        </span>
        {children}
      </div>
      {player.isUnplayable.value && <p class="hint">This browser cannot play this audio.</p>}
      <div ref={place} hidden />
    </div>
  );
}
