import { createHash, randomBytes } from 'node:crypto';
import { audioKind } from '../audio/audio-kind.js';
import { parseMultipart, type CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { invalidParameter, WhatsAppRefusal, whatsappJson } from './whatsapp.errors.js';

/** Of audio only: the stand-in takes nothing else. */
const TYPES = ['audio/aac', 'audio/mp4', 'audio/mpeg', 'audio/amr', 'audio/ogg'] as const;
const MAXIMUM_BYTES = 16 * 1024 * 1024;
const DAY = 24 * 3600 * 1000;
const LINK_MILLISECONDS = 5 * 60 * 1000;

interface StoredMedia {
  bytes: Buffer;
  type: string;
  expires: number;
}

/** Where recordings lie on the platform: what was uploaded, and what people sent. */
export class WhatsAppMedia {
  private readonly stored = new Map<string, StoredMedia>();
  private readonly links = new Map<string, { id: string; expires: number }>();
  private count = 0;

  constructor(
    private readonly phoneNumberId: string,
    private readonly now: () => number,
  ) {}

  /** What a person sent: there for seven days. */
  receive(bytes: Uint8Array, type: string): string {
    return this.store(bytes, type, 7 * DAY);
  }

  /** `undefined`: there is none, or no longer. */
  find(id: string): StoredMedia | undefined {
    const media = this.stored.get(id);
    return media === undefined || media.expires <= this.now() ? undefined : media;
  }

  async upload(request: CapturedRequest): Promise<StandInReply> {
    const { fields, files } = await parseMultipart(request);
    const unknown = [...fields.keys()].find((name) => !['messaging_product', 'type'].includes(name));
    if (unknown !== undefined) throw invalidParameter(`Invalid parameter ${unknown}`);
    if (fields.get('messaging_product')?.join() !== 'whatsapp') {
      throw invalidParameter('The parameter messaging_product is required.');
    }
    const [file] = files;
    if (file?.name !== 'file' || files.length !== 1) throw invalidParameter('The parameter file is required.');
    const declared = fields.get('type')?.join() ?? '';
    for (const type of [declared, file.type]) if (!(TYPES as readonly string[]).includes(type)) throw wrongType(type);
    if (declared !== file.type) throw wrongType(file.type);
    if (!isOfType(file.bytes, file.type)) throw wrongType('application/octet-stream');
    if (file.bytes.length > MAXIMUM_BYTES) throw new WhatsAppRefusal(131053, { details: 'Media file size too big. Max file size: 16MB.' });
    return whatsappJson({ id: this.store(file.bytes, file.type, 30 * DAY) });
  }

  /** @param baseUrl where downloads are */
  info(id: string, query: URLSearchParams, baseUrl: string): StandInReply {
    const media = this.expect(id, query);
    return whatsappJson({
      messaging_product: 'whatsapp',
      url: this.link(id, baseUrl),
      mime_type: media.type,
      sha256: createHash('sha256').update(media.bytes).digest('hex'),
      file_size: media.bytes.length,
      id,
    });
  }

  /** An address that is good for five minutes. */
  link(id: string, baseUrl: string): string {
    const hash = randomBytes(16).toString('base64url');
    this.links.set(hash, { id, expires: this.now() + LINK_MILLISECONDS });
    return `${baseUrl}/whatsapp_business/attachments/?mid=${id}&hash=${hash}`;
  }

  download(query: URLSearchParams): StandInReply {
    const link = this.links.get(query.get('hash') ?? '');
    const media = link === undefined || link.expires <= this.now() || link.id !== query.get('mid') ? undefined : this.find(link.id);
    if (media === undefined) return { status: 404, headers: { 'content-type': 'text/html' }, body: 'Not Found' };
    return { status: 200, headers: { 'content-type': media.type }, body: media.bytes };
  }

  delete(id: string, query: URLSearchParams): StandInReply {
    this.expect(id, query);
    this.stored.delete(id);
    return whatsappJson({ success: true });
  }

  clear(): void {
    this.stored.clear();
    this.links.clear();
  }

  private expect(id: string, query: URLSearchParams): StoredMedia {
    const unknown = [...query.keys()].find((name) => name !== 'phone_number_id');
    if (unknown !== undefined) throw invalidParameter(`Invalid parameter ${unknown}`);
    const media = this.find(id);
    const asked = query.get('phone_number_id');
    if (media !== undefined && (asked === null || asked === this.phoneNumberId)) return media;
    const title = `Unsupported request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`;
    throw new WhatsAppRefusal(100, { title, status: 404, type: 'GraphMethodException', subcode: 33 });
  }

  private store(bytes: Uint8Array, type: string, milliseconds: number): string {
    this.count += 1;
    const id = String(1_000_000_000_000_000 + this.count);
    this.stored.set(id, { bytes: Buffer.from(bytes), type, expires: this.now() + milliseconds });
    return id;
  }
}

function wrongType(type: string): WhatsAppRefusal {
  return invalidParameter(
    `Param file must be a file with one of the following types: ${TYPES.join(', ')}. Received file of type '${type}'.`,
  );
}

/** By the first bytes; Ogg must be Opus with one channel. */
function isOfType(bytes: Buffer, type: string): boolean {
  const kind = audioKind(bytes);
  switch (type) {
    case 'audio/ogg': {
      const head = bytes.subarray(0, 512).indexOf('OpusHead');
      return kind === 'ogg' && head >= 0 && bytes[head + 9] === 1;
    }
    case 'audio/mpeg':
      return kind === 'mp3';
    case 'audio/mp4':
      return kind === 'mp4';
    case 'audio/aac':
      return kind === 'aac' || kind === 'mp4';
    default:
      return bytes.subarray(0, 5).toString('latin1') === '#!AMR';
  }
}
