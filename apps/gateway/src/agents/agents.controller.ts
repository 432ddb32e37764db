import { Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { AgentRunner, Agents, AgentVoice, type Agent, type AgentVoiceServices, type Turn, type TurnEvent } from '@parlance/agent-runner';
import { ParlanceConfiguration } from '@parlance/configuration';
import { InvalidRequestError, NotFoundError, ParlanceError } from '@parlance/contracts';
import { VoiceFiles } from '@parlance/voice';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access, CallerAccess, otherTenant } from '../access/access.js';
import { Scope } from '../access/scope.js';
import {
  ApiBearerAuth,
  ApiBody,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
  getSchemaPath,
} from '../api-description.js';
import { Consumes, mediaType } from '../http/body-type.guard.js';
import { ClientSignal } from '../http/client-signal.js';
import { logFailure } from '../http/log-failure.js';
import { readForm } from '../http/multipart-form.js';
import { collect } from '../http/request-body.js';
import { originOf } from '../http/request-origin.js';
import { setWarnings } from '../http/result-headers.js';
import { sendEvents, wantsEvents } from '../http/server-events.js';
import { validateForm, validateJson, withoutNulls } from '../http/validation.js';
import type { RequestContent } from '../idempotency/fingerprint.js';
import { Idempotency } from '../idempotency/idempotency.js';
import { TurnDto, TurnFieldsDto, TurnFormDto } from './dto/turn.dto.js';
import { agentsOf, listAgents, type AgentList } from './list-agents.js';
import { presentEvent, presentTurn } from './present-turn.js';

@ApiTags('Agents')
@ApiBearerAuth()
@Scope('agents')
@Controller('v1/agents')
export class AgentsController {
  constructor(
    private readonly runner: AgentRunner,
    private readonly agents: Agents,
    private readonly voice: AgentVoice,
    private readonly configuration: ParlanceConfiguration,
    private readonly idempotency: Idempotency,
    private readonly files: VoiceFiles,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The agents that are known, and what is wrong with the files of others' })
  @ApiOkResponse({ description: 'An object list of agents.' })
  list(@CallerAccess() access: Access): AgentList {
    return listAgents(this.agents, access.tenant);
  }

  @Get(':agentId/voice')
  @ApiOperation({ summary: 'What voice services an agent gets just now; nobody is asked' })
  @ApiOkResponse({ description: 'success, sttProviders, ttsProviders and errors.' })
  async services(@Param('agentId') agentId: string, @CallerAccess() access: Access): Promise<AgentVoiceServices> {
    this.checkOwner(agentId, access);
    return this.voice.initializeForAgent(agentId);
  }

  @Post(':agentId/turns')
  @HttpCode(200)
  @Consumes('application/json', 'multipart/form-data')
  @ApiProduces('application/json', 'text/event-stream')
  @ApiOperation({ summary: 'One message to an agent, and its reply: text, and speech where its graph wants it' })
  @ApiExtraModels(TurnDto, TurnFormDto)
  @ApiBody({ schema: { oneOf: [{ $ref: getSchemaPath(TurnDto) }, { $ref: getSchemaPath(TurnFormDto) }] } })
  @ApiOkResponse({
    description: 'The turn as JSON; with `accept: text/event-stream` its events: transcript, text, audio, then done or error.',
  })
  async turn(
    @Param('agentId') agentId: string,
    @Req() request: FastifyRequest,
    @CallerAccess() access: Access,
    @ClientSignal() signal: AbortSignal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const streamed = wantsEvents(request);
    const { turn, content } = await this.readTurn(agentId, request, access);
    if (turn.fileId !== undefined) this.files.checkOwner(turn.fileId, access.tenant);
    if (turn.delivery === 'chunks' && !streamed) {
      throw new InvalidRequestError("Pieces come as events: send 'accept: text/event-stream', or ask for 'delivery': 'file'.", 'delivery');
    }
    const link = { files: this.files, expiresInSeconds: turn.urlSeconds, needed: false, signal };
    if (await this.idempotency.answered(reply, content, streamed ? { streamed } : { link })) return;
    const events = this.runner.run({ ...turn, origin: originOf(request) }, signal);
    // A client that has left may leave events unread, and a turn that is not read to its end holds up its thread.
    reply.raw.once('close', () => void events.return());
    if (streamed) return sendEvents(reply, await begun(logged(events, request), request.url));
    const { body, summary } = await presentTurn(events, request.url, signal);
    setWarnings(reply, summary.warnings);
    if (summary.type === 'error') {
      logFailure(request, summary.error);
      // The next try may have more luck, and would only speak.
      await this.idempotency.release(reply);
    }
    await reply.send(body);
  }

  private async readTurn(agentId: string, request: FastifyRequest, access: Access): Promise<{ turn: Turn; content: RequestContent }> {
    if (mediaType(request) === 'application/json') {
      const body = await validateJson(TurnDto, request.body);
      return { turn: this.turnOf(agentId, body, access), content: { json: request.body } };
    }
    const form = await readForm(request, this.configuration.maximumUploadBytes, collect);
    const { bytes: audio, filename } = form.file;
    return { turn: { ...this.turnOf(agentId, validateForm(TurnFieldsDto, form.fields), access), audio, filename }, content: { form } };
  }

  private turnOf(agentId: string, { config, expiresInSeconds, ...fields }: TurnDto, access: Access): Turn {
    if (config != null && !this.configuration.agents.inline) {
      throw new ParlanceError('permission', "This server takes no agents with a message: leave 'config' out.", {
        param: 'config',
        reason: 'inline_agents_not_allowed',
      });
    }
    if (config == null) this.checkOwner(agentId, access);
    const agent = config == null ? agentId : this.inlineAgent(config, agentId, access);
    return { agent, ...(withoutNulls(fields) as Partial<Turn>), ...(expiresInSeconds != null && { urlSeconds: expiresInSeconds }) };
  }

  private inlineAgent(config: Record<string, unknown>, agentId: string, { tenant }: Access): Agent {
    const bound = tenant === undefined || config['tenant'] != null ? config : { ...config, tenant };
    const agent = this.agents.fromRequest(bound, agentId, 'config');
    if (tenant !== undefined && agent.tenant !== tenant) throw otherTenant('config.tenant');
    return agent;
  }

  /** For a key of one tenant there are no agents of others. @throws NotFoundError */
  private checkOwner(agentId: string, { tenant }: Access): void {
    if (tenant === undefined) return;
    const ids = agentsOf(this.agents, tenant).map(({ id }) => id);
    if (!ids.includes(agentId)) throw new NotFoundError('agent', agentId, ids, { param: 'agent', reason: 'agent_not_found' });
  }
}

/** A message that cannot be taken at all is an error answer, and no event. */
async function begun(events: AsyncGenerator<TurnEvent>, url: string): Promise<AsyncIterable<object>> {
  const first = await events.next();
  async function* all(): AsyncGenerator<object> {
    if (first.done !== true) yield presentEvent(first.value, url);
    for await (const event of events) yield presentEvent(event, url);
  }
  return all();
}

/** A failure that its client is told of in an event is the operator's to know, too. */
async function* logged(events: AsyncGenerator<TurnEvent>, request: FastifyRequest): AsyncGenerator<TurnEvent, void, undefined> {
  for await (const event of events) {
    if (event.type === 'error') logFailure(request, event.error);
    yield event;
  }
}
