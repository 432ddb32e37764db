import { providerMaker, speechRequestWith, transcriptionRequestWith } from '../../requests/__fixtures__/vendor-requests.js';

export { sound } from '../../requests/__fixtures__/vendor-requests.js';

/** A provider that asks the server at an address. */
export const make = providerMaker('elevenlabs', 'elevenlabs');

export const speechRequest = speechRequestWith({ model: 'eleven_flash_v2_5', voice: 'JBFqnCBsd6RMkjVDRZzb' });

export const transcriptionRequest = transcriptionRequestWith('scribe_v2');
