import { VoiceFiles } from '@parlance/voice';
import type { FakeGateway } from './fake-gateway.js';

/** What the fake voice speaks to a file is really stored, until it is reset. @returns where */
export function storeSpeech({ application, voice }: FakeGateway): VoiceFiles {
  const files = application.get<VoiceFiles>(VoiceFiles, { strict: false });
  voice.speakToFile = async (request, signal) => {
    const { trace, usage, warnings } = await voice.speak(request, signal);
    const file = await files.keep({ bytes: Buffer.from(request.text) }, signal);
    return { file, ...(await files.link(file.id, 3600, signal)), trace, usage, warnings };
  };
  return files;
}
