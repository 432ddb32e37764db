import createFlac from 'libflacjs';

type Flac = ReturnType<typeof createFlac>;
let loading: Promise<Flac> | undefined;

/** libFLAC, once per thread. The asm.js build: the package's WASM loader fails where `fetch` exists and paths are no URLs. */
export function loadFlac(): Promise<Flac> {
  loading ??= new Promise((resolve) => {
    const flac = createFlac();
    if (flac.isReady()) resolve(flac);
    else flac.on('ready', () => resolve(flac));
  });
  return loading;
}
