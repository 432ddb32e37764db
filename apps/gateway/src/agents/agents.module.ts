import { Module } from '@nestjs/common';
import { AgentsController } from './agents.controller.js';

/** Turns over HTTP. Needs AgentRunnerModule to be there globally. */
@Module({ controllers: [AgentsController] })
export class AgentsModule {}
