import { Controller, Get, Param } from '@nestjs/common';
import { NotFoundError, SCOPES } from '@parlance/contracts';
import { VoiceCatalogue, type ListedModel } from '@parlance/voice';
import { Scope } from '../access/scope.js';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiPropertyOptional, ApiTags } from '../api-description.js';

export class ModelDto {
  @ApiProperty({ example: 'local/flite' })
  id!: string;

  @ApiProperty({ enum: ['model'] })
  object!: 'model';

  @ApiProperty({ description: 'Unix seconds. Not known of most models, then 0.' })
  created!: number;

  @ApiProperty({ description: 'The provider, or `parlance` for an alias.' })
  owned_by!: string;

  @ApiProperty({ enum: ['speak', 'transcribe'] })
  operation!: 'speak' | 'transcribe';

  @ApiPropertyOptional({ description: 'The day from which its vendor serves it no more.', example: '2027-01-06' })
  shutdown_date?: string;

  @ApiPropertyOptional({ description: 'What to ask for instead.' })
  successor?: string;
}

export class ModelListDto {
  @ApiProperty({ enum: ['list'] })
  object!: 'list';

  @ApiProperty({ type: [ModelDto] })
  data!: ModelDto[];
}

@ApiTags('OpenAI audio')
@ApiBearerAuth()
@Scope(...SCOPES)
@Controller('v1/models')
export class ModelsController {
  constructor(private readonly catalogue: VoiceCatalogue) {}

  @Get()
  @ApiOperation({ summary: 'The models that can be asked for' })
  @ApiOkResponse({ type: ModelListDto })
  list(): ModelListDto {
    return { object: 'list', data: this.catalogue.models().map(toModel) };
  }

  @Get('*')
  @ApiOperation({ summary: 'One model; the id may hold a slash, plain or encoded' })
  @ApiParam({ name: 'id', example: 'local/flite' })
  @ApiOkResponse({ type: ModelDto })
  find(@Param('*') id: string): ModelDto {
    const models = this.catalogue.models();
    const model = models.find((candidate) => candidate.id === id);
    if (model !== undefined) return toModel(model);
    throw new NotFoundError(
      'model',
      id,
      models.map((candidate) => candidate.id),
      { param: 'model', reason: 'model_not_found' },
    );
  }
}

function toModel({ id, ownedBy, operation, retires, successor }: ListedModel): ModelDto {
  return {
    id,
    object: 'model',
    created: 0,
    owned_by: ownedBy,
    operation,
    ...(retires !== undefined && { shutdown_date: retires }),
    ...(successor !== undefined && { successor }),
  };
}
