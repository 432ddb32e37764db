import { useEffect, useRef } from 'preact/hooks';
import WaveSurfer from 'wavesurfer.js';
import RegionsPlugin from 'wavesurfer.js/plugins/regions';
import type { Player } from '../audio/player.js';
import type { Drawing } from '../audio/decode.js';
import { isDark } from '../shell/theme.js';

/** A stretch of the audio; seconds. */
export interface Mark {
  start: number;
  end: number;
}

/** How the audio looks, with the stretches it is made of. Pointers can go to a place in it; keys have the slider below. */
export function Waveform({ player, drawing, marks }: { player: Player; drawing: Drawing; marks: readonly Mark[] }) {
  const container = useRef<HTMLDivElement>(null);
  const dark = isDark.value;
  useEffect(() => {
    const regions = RegionsPlugin.create();
    const surfer = WaveSurfer.create({
      container: container.current!,
      media: player.element,
      peaks: [drawing.peaks],
      duration: drawing.duration,
      height: 72,
      ...coloursOf(container.current!),
      plugins: [regions],
    });
    // Whatever plays it just now gives way to the element, which is where the pointer went.
    const stops = [surfer.on('interaction', (seconds) => player.seek(seconds)), surfer.on('ready', addMarks)];
    function addMarks(): void {
      for (const [index, { start, end }] of marks.entries()) {
        regions.addRegion({
          start,
          end,
          drag: false,
          resize: false,
          color: index % 2 === 0 ? 'rgb(127 127 127 / 0.18)' : 'rgb(127 127 127 / 0.04)',
        });
      }
    }
    return () => {
      for (const stop of stops) stop();
      surfer.destroy();
    };
  }, [player, drawing, marks, dark]);
  return <div ref={container} class="waveform" aria-hidden="true" />;
}

/** Canvases know no variables of style sheets: the colours are read from elements that have them. */
function coloursOf(element: HTMLElement) {
  const colourOf = (name: string): string => {
    element.style.color = `var(${name})`;
    return getComputedStyle(element).color;
  };
  return { waveColor: colourOf('--muted'), progressColor: colourOf('--accent'), cursorColor: colourOf('--text') };
}
