import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { Scope } from '../access/scope.js';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '../api-description.js';
import { CostsNothing } from '../http/rate-limit.guard.js';
import { SetBreakerDto } from './dto/set-breaker.dto.js';
import { ProviderStates, type ProviderState } from './provider-states.service.js';

@ApiTags('Operation')
@ApiBearerAuth()
@Scope('admin')
@Controller('v1/providers')
export class ProvidersController {
  constructor(private readonly states: ProviderStates) {}

  @Get()
  @ApiOperation({ summary: 'The providers: their circuit breakers and how fast they are' })
  @ApiOkResponse({ description: 'An object list of providers.' })
  list(): { object: 'list'; data: ProviderState[] } {
    return { object: 'list', data: this.states.all() };
  }

  @Get(':name')
  @ApiOperation({ summary: 'One provider' })
  get(@Param('name') name: string): ProviderState {
    return this.states.one(name);
  }

  @Post(':name/breaker')
  @HttpCode(200)
  @CostsNothing()
  @ApiOperation({ summary: 'Opens, closes or resets the circuit breakers of a provider by hand' })
  @ApiOkResponse({ description: 'The provider as it is now.' })
  setBreaker(@Param('name') name: string, @Body() body: SetBreakerDto): ProviderState {
    return this.states.set(name, body);
  }
}
