import { SPOKEN_TEXT } from '../audio/spoken-audio.js';
import { MalformedRequestError, type CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { StandIn } from '../stand-in.js';
import { ProtoJsonError } from './proto-json.js';
import { authorise } from './yandex-access.js';
import { jsonReply, yandexError, YandexRefusal } from './yandex-error.js';
import { checkFile, recogniseV1, recognitionEvents } from './yandex-recognise.js';
import { speakV1, speakV3 } from './yandex-speak.js';

export { YANDEX_FOLDER, YANDEX_KEY, YANDEX_TOKEN } from './yandex-access.js';
export { yandexError } from './yandex-error.js';
export { recognitionEvents } from './yandex-recognise.js';
export { synthesisLine } from './yandex-speak.js';

/** An operation the stand-in knows without having been sent a recording: one in which nobody speaks. */
export const YANDEX_SILENT_OPERATION = 'f8dsilent00000000000';

interface Operation {
  /** How often it is still to be asked after. */
  pending: number;
  transcript: string;
}

/** Yandex SpeechKit: synthesis and recognition of v1 and v3, and the operations, all at one address. Started. */
export async function startYandexStandIn(): Promise<StandIn> {
  const vendor = new Yandex();
  const standIn = new StandIn((request) => vendor.answer(request), { spares: isFollowUp });
  await standIn.start();
  return standIn;
}

/** Asking after a recognition, fetching and deleting it belong to the call that began it. */
function isFollowUp({ path }: CapturedRequest): boolean {
  return /^\/operations\/|^\/stt\/v3\/(?:get|delete)Recognition$/.test(path);
}

class Yandex {
  private readonly operations = new Map<string, Operation>([[YANDEX_SILENT_OPERATION, { pending: 0, transcript: '' }]]);
  private begun = 0;

  answer(request: CapturedRequest): StandInReply {
    const form = request.path.startsWith('/speech/v1/') ? 'v1' : request.path.startsWith('/operations/') ? 'operations' : 'v3';
    try {
      return this.route(request);
    } catch (error) {
      if (error instanceof YandexRefusal) return yandexError(form, error.grpcCode, error.message);
      if (error instanceof ProtoJsonError || error instanceof MalformedRequestError || error instanceof SyntaxError) {
        return yandexError(form, 3, error.message);
      }
      throw error;
    }
  }

  private route(request: CapturedRequest): StandInReply {
    const [, operation] = /^\/operations\/(.+)$/.exec(request.path) ?? [];
    if (request.method === 'GET' && operation !== undefined) return this.state(request, operation);
    switch (`${request.method} ${request.path}`) {
      case 'POST /speech/v1/tts:synthesize':
        return speakV1(request);
      case 'POST /tts/v3/utteranceSynthesis':
        return speakV3(request);
      case 'POST /speech/v1/stt:recognize':
        return recogniseV1(request);
      case 'POST /stt/v3/recognizeFileAsync':
        return this.begin(request);
      case 'GET /stt/v3/getRecognition':
        return this.result(request);
      case 'DELETE /stt/v3/deleteRecognition':
        return this.forget(request);
      default:
        return yandexError('operations', 5, 'Not Found');
    }
  }

  private begin(request: CapturedRequest): StandInReply {
    checkFile(request);
    const id = `f8dstandin${String(++this.begun).padStart(10, '0')}`;
    this.operations.set(id, { pending: 1, transcript: SPOKEN_TEXT });
    return jsonReply(described(id, false));
  }

  private state(request: CapturedRequest, id: string): StandInReply {
    authorise(request, undefined, false);
    const operation = this.known(id);
    return jsonReply(described(id, operation.pending-- <= 0));
  }

  private result(request: CapturedRequest): StandInReply {
    const id = this.asked(request);
    const { pending, transcript } = this.known(id);
    if (pending >= 0) throw new YandexRefusal(5, 'operation data is not ready');
    const body = recognitionEvents(transcript);
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }

  private forget(request: CapturedRequest): StandInReply {
    const id = this.asked(request);
    this.known(id);
    if (id !== YANDEX_SILENT_OPERATION) this.operations.delete(id);
    return jsonReply({});
  }

  /** The id in the query, under either of its two names. */
  private asked(request: CapturedRequest): string {
    const folder = request.headers['x-folder-id'];
    authorise(request, typeof folder === 'string' ? folder : undefined);
    const names = [...request.query.keys()];
    if (names.length !== 1 || !['operationId', 'operation_id'].includes(names[0] ?? '')) {
      throw new YandexRefusal(3, 'operation_id must be specified');
    }
    const [id = ''] = request.query.values();
    if (id === '' || id.length > 50) throw new YandexRefusal(3, 'operation_id must be specified');
    return id;
  }

  private known(id: string): Operation {
    const operation = this.operations.get(id);
    if (operation === undefined) throw new YandexRefusal(5, 'operation is not found');
    return operation;
  }
}

function described(id: string, done: boolean) {
  const at = '2024-07-15T07:39:36Z';
  return { id, description: 'STT v3 async recognition', createdAt: at, createdBy: 'ajestandin', modifiedAt: at, done, metadata: null };
}
