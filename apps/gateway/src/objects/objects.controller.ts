import { Controller, Get, Head, HttpCode, Param, Put, Query, Req, Res } from '@nestjs/common';
import { NotFoundError, ParlanceError } from '@parlance/contracts';
import { contentDisposition, decodeTerms, FilesystemObjectStore, UrlSigner, type UploadTerms } from '@parlance/storage';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { ApiExcludeController } from '../api-description.js';
import { Consumes, mediaType } from '../http/body-type.guard.js';
import { ClientSignal } from '../http/client-signal.js';
import { begin } from '../http/first-chunk.js';
import { collect, readRawBody } from '../http/request-body.js';
import { wantedBytes } from './byte-range.js';

type LinkQuery = Readonly<Record<string, unknown>>;

/** The far end of the links of the file-system store. The signature in the link is the permission. */
@ApiExcludeController()
@Controller('objects')
export class ObjectsController {
  constructor(
    private readonly store: FilesystemObjectStore,
    private readonly signer: UrlSigner,
  ) {}

  @Head('*')
  async head(
    @Param('*') key: string,
    @Query() query: LinkQuery,
    @ClientSignal() signal: AbortSignal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { sizeBytes } = await this.describe('HEAD', key, query, signal, reply);
    await reply.header('content-length', sizeBytes).send();
  }

  @Get('*')
  async get(
    @Param('*') key: string,
    @Query() query: LinkQuery,
    @Req() request: FastifyRequest,
    @ClientSignal() signal: AbortSignal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { sizeBytes, createdAt } = await this.describe('GET', key, query, signal, reply);
    const wanted = wantedBytes(rangeOf(request, createdAt), sizeBytes);
    if (wanted.kind === 'none') {
      reply.header('content-range', `bytes */${sizeBytes}`);
      throw new ParlanceError('invalid', `The object has ${sizeBytes} bytes; the range is outside of them.`, {
        reason: 'range_not_satisfiable',
      });
    }
    const range = wanted.kind === 'part' ? wanted.range : undefined;
    const { object, chunks } = await this.store.get(key, range, signal);
    // An upload may replace it just then: with the length of another one the client would wait for bytes that never come.
    if (object.sizeBytes !== sizeBytes || object.createdAt.getTime() !== createdAt.getTime()) throw replaced();
    const { all } = await begin(chunks);
    const length = range === undefined ? sizeBytes : range.end - range.start + 1;
    if (range !== undefined) reply.status(206).header('content-range', `bytes ${range.start}-${range.end}/${sizeBytes}`);
    await reply.header('content-length', length).send(Readable.from(all, { objectMode: false }));
  }

  @Put('*')
  @HttpCode(200)
  @Consumes('*/*')
  async put(
    @Param('*') key: string,
    @Query() query: LinkQuery,
    @Req() request: FastifyRequest,
    @ClientSignal() signal: AbortSignal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { contentType, metadata = {}, maximumBytes = this.store.maximumBytes } = this.agreed(key, query, request);
    const bytes = await readRawBody(request, maximumBytes, collect);
    const type = contentType ?? (mediaType(request) || 'application/octet-stream');
    const { sizeBytes } = await this.store.put(key, bytes, { contentType: type, metadata }, signal);
    await reply.send({ key, sizeBytes });
  }

  /** Checks the link and sets the headers that say what the object is. */
  private async describe(method: 'GET' | 'HEAD', key: string, query: LinkQuery, signal: AbortSignal, reply: FastifyReply) {
    this.check(method, key, query);
    const object = await this.store.stat(key, signal);
    if (object === undefined) throw new NotFoundError('object', key, undefined, { reason: 'object_not_found' });
    reply
      .header('content-type', object.contentType)
      .header('content-disposition', contentDisposition(object.metadata))
      .header('accept-ranges', 'bytes');
    // Uploaded by others under this origin: the browser must not take it for a page.
    reply.header('x-content-type-options', 'nosniff').header('content-security-policy', "default-src 'none'; sandbox");
    reply.header('cache-control', 'private, max-age=300').header('last-modified', object.createdAt.toUTCString());
    return object;
  }

  /** What the upload must be. @throws ParlanceError `permission` when it is something else, as S3 answers it */
  private agreed(key: string, query: LinkQuery, request: FastifyRequest): UploadTerms {
    this.check('PUT', key, query);
    const terms = decodeTerms(query['terms'] as string | undefined);
    const { contentType, sizeBytes } = terms;
    if (contentType !== undefined && contentType !== request.headers['content-type']) throw invalidLink();
    if (sizeBytes !== undefined && String(sizeBytes) !== request.headers['content-length']) throw invalidLink();
    return terms;
  }

  /** @throws ParlanceError `permission`, without saying what is wrong with the link */
  private check(method: string, key: string, query: LinkQuery): void {
    if (this.signer.verify(method, key, query) !== 'ok') throw invalidLink();
  }
}

/** The range asked for; none where it continues what is not the same any more: then the whole is answered (RFC 9110, 13.1.5). */
function rangeOf({ headers }: FastifyRequest, createdAt: Date): string | undefined {
  const seen = headers['if-range'];
  return seen === undefined || seen === createdAt.toUTCString() ? headers.range : undefined;
}

function replaced(): ParlanceError {
  return new ParlanceError('server', 'The object was replaced before it was read. Ask again.');
}

function invalidLink(): ParlanceError {
  return new ParlanceError('permission', 'This link is not valid, or not any more. Ask for a new one.', { reason: 'invalid_link' });
}
