import { Module, type DynamicModule } from '@nestjs/common';
import { GatewayModule } from '../gateway.module.js';
import { ProcessState } from './process-state.service.js';
import { StatusController } from './status.controller.js';
import { StatusService } from './status.service.js';

/** Everything an operator looks at, in one answer. */
@Module({})
export class StatusModule {
  /** @param metrics the module of metrics, as the application has it: what is counted is counted there */
  static forRoot(metrics: DynamicModule): DynamicModule {
    return {
      module: StatusModule,
      imports: [GatewayModule, metrics],
      controllers: [StatusController],
      providers: [ProcessState, StatusService],
    };
  }
}
