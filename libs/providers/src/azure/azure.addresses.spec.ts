import { azureAddresses } from './azure.addresses.js';
import { AzureOptions } from './azure.options.js';

const addresses = (options: Partial<AzureOptions>) => azureAddresses(Object.assign(new AzureOptions(), options));
const westeurope = {
  speech: 'https://westeurope.tts.speech.microsoft.com',
  recognition: 'https://westeurope.stt.speech.microsoft.com',
  transcription: 'https://westeurope.api.cognitive.microsoft.com',
};

describe('azureAddresses', () => {
  it('knows the addresses of a region', () => {
    expect(addresses({ region: 'westeurope' })).toEqual(westeurope);
  });

  it("knows a region's address from a resource's own", () => {
    expect(addresses({ region: 'eastus', endpoint: 'https://westeurope.api.cognitive.microsoft.com/' })).toEqual(westeurope);
    expect(addresses({ endpoint: 'https://contoso.cognitiveservices.azure.com/' })).toEqual({
      speech: 'https://contoso.cognitiveservices.azure.com/tts',
      recognition: 'https://contoso.cognitiveservices.azure.com/stt',
      transcription: 'https://contoso.cognitiveservices.azure.com',
    });
  });

  it.each([
    ['chinaeast2', 'https://chinaeast2.tts.speech.azure.cn', 'https://chinaeast2.api.cognitive.azure.cn'],
    ['usgovvirginia', 'https://usgovvirginia.tts.speech.azure.us', 'https://usgovvirginia.api.cognitive.microsoft.us'],
  ])('knows that %s is in another cloud', (region, speech, transcription) => {
    expect(addresses({ region })).toMatchObject({ speech, transcription });
  });

  it("takes a container's address for the part that it has", () => {
    const own = { region: 'westeurope', speechUrl: 'http://127.0.0.1:5000/', recognitionUrl: 'http://127.0.0.1:5001' };
    expect(addresses(own)).toEqual({ ...westeurope, speech: 'http://127.0.0.1:5000', recognition: 'http://127.0.0.1:5001' });
  });
});
