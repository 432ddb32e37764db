import { providerMaker, speechRequestWith, transcriptionRequestWith } from '../../requests/__fixtures__/vendor-requests.js';

export { sound } from '../../requests/__fixtures__/vendor-requests.js';

/** A provider that asks the server at an address. */
export const make = providerMaker('cartesia', 'cartesia');

export const speechRequest = speechRequestWith({ model: 'sonic-3', voice: 'f786b574-daa5-4673-aa0c-cbe3e8534c02' });

export const transcriptionRequest = transcriptionRequestWith('ink-whisper');
