import { ApiError } from './api-error.js';

/** The gateway sends something every ten seconds, if only that there is nothing new. */
const LONGEST_SILENCE_MILLISECONDS = 15_000;
const SILENT = 'Nothing has come from the gateway for a while: it may stand still, or be out of reach.';

/** The same stream, which fails when nothing has come for so long: a gateway that stands still closes no connection. */
export function unlessSilent<Chunk>(stream: ReadableStream<Chunk>, milliseconds = LONGEST_SILENCE_MILLISECONDS): ReadableStream<Chunk> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watch = (controller: TransformStreamDefaultController<Chunk>) => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.error(new ApiError({ status: 0, message: SILENT })), milliseconds);
  };
  const watched = new TransformStream<Chunk, Chunk>({
    start: watch,
    transform(chunk, controller) {
      watch(controller);
      controller.enqueue(chunk);
    },
    flush: () => clearTimeout(timer),
  });
  return stream.pipeThrough(watched);
}
