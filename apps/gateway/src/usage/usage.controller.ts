import { Controller, Get, Query } from '@nestjs/common';
import { InvalidRequestError, SCOPES } from '@parlance/contracts';
import { UsageLedger } from '@parlance/voice';
import { Access, CallerAccess } from '../access/access.js';
import { Scope } from '../access/scope.js';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '../api-description.js';
import { UsageListDto } from './dto/usage-list.dto.js';
import { UsageQueryDto } from './dto/usage-query.dto.js';

const DAY_MILLISECONDS = 86_400_000;
const DEFAULT_DAYS = 30;
/** Usage is kept no longer. */
const MOST_DAYS = 400;

@ApiTags('Operation')
@ApiBearerAuth()
@Scope(...SCOPES)
@Controller('v1/usage')
export class UsageController {
  constructor(private readonly ledger: UsageLedger) {}

  @Get()
  @ApiOperation({
    summary: 'What was used, by agent, provider and day; by a key of a tenant: of that tenant, else the scope admin is needed',
  })
  @ApiOkResponse({ type: UsageListDto })
  async list(@Query() query: UsageQueryDto, @CallerAccess() access: Access): Promise<UsageListDto> {
    if (access.tenant === undefined) access.demand('admin');
    const { groupBy = ['agent', 'provider', 'day'], tenant, agent } = access.bind(query);
    const { from, to } = daysOf(query);
    const rows = await this.ledger.report({
      from,
      to,
      groupBy,
      ...(tenant !== undefined && { tenant }),
      ...(agent !== undefined && { agent }),
    });
    return { object: 'list', from, to, data: rows.map((row) => ({ object: 'usage', ...row })) };
  }
}

/** @throws InvalidRequestError */
function daysOf({ from: first, to = dayOf(Date.now()) }: UsageQueryDto): { from: string; to: string } {
  const last = Date.parse(to);
  const from = first ?? dayOf(last - (DEFAULT_DAYS - 1) * DAY_MILLISECONDS);
  const days = (last - Date.parse(from)) / DAY_MILLISECONDS + 1;
  if (days < 1) throw new InvalidRequestError("'from' must not be after 'to'.", 'from', { reason: 'invalid_value' });
  if (days > MOST_DAYS) {
    const message = `Usage is told for ${MOST_DAYS} days at the most, and kept no longer. Move 'from' and 'to' closer together.`;
    throw new InvalidRequestError(message, 'from', { reason: 'invalid_value' });
  }
  return { from, to };
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
