import { Controller, Get, Query } from '@nestjs/common';
import { NotFoundError, SCOPES } from '@parlance/contracts';
import { VoiceCatalogue, type ListedModel, type ListedVoice } from '@parlance/voice';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';
import { Scope } from '../access/scope.js';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '../api-description.js';
import { HasCharacters } from '../http/validation.js';

export class ListVoicesDto {
  @ApiPropertyOptional({ description: '`true`: names only.' })
  @IsOptional()
  @Transform(({ value }) =>
    value === '' || value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : (value as unknown),
  )
  @IsBoolean()
  legacy?: boolean;

  @ApiPropertyOptional({ description: 'Only voices of this provider.', example: 'local' })
  @IsOptional()
  @HasCharacters(0, 200)
  provider?: string;

  @ApiPropertyOptional({ description: 'Only voices of the providers that have this model.', example: 'tts-1' })
  @IsOptional()
  @HasCharacters(0, 200)
  model?: string;
}

export class VoiceDto {
  @ApiProperty({ example: 'alloy' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: ['audio.voice'] })
  object!: 'audio.voice';

  @ApiProperty({ type: [String] })
  providers!: readonly string[];

  @ApiProperty({ type: [String], description: 'BCP 47; `*` stands for all.' })
  languages!: readonly string[];

  @ApiProperty({ description: 'A name that is mapped to a voice of each of the providers.' })
  alias!: boolean;
}

export class VoiceListDto {
  @ApiProperty({ enum: ['list'] })
  object!: 'list';

  @ApiProperty({ type: [VoiceDto] })
  data!: VoiceDto[];

  @ApiProperty({ description: 'The same again for clients that look here: objects, or names with legacy=true.' })
  voices!: readonly (string | { id: string; name: string })[];
}

@ApiTags('OpenAI audio')
@ApiBearerAuth()
@Scope(...SCOPES)
@Controller('v1/audio/voices')
export class VoicesController {
  constructor(private readonly catalogue: VoiceCatalogue) {}

  @Get()
  @ApiOperation({ summary: 'The voices that can be asked for' })
  @ApiOkResponse({ type: VoiceListDto })
  list(@Query() { legacy, provider, model }: ListVoicesDto): VoiceListDto {
    const voices = this.catalogue
      .voices()
      .filter(({ providers }) => provider === undefined || provider === '' || providers.includes(provider));
    const wanted = model === undefined || model === '' ? voices : voicesOf(model, voices, this.catalogue.models());
    return {
      object: 'list',
      data: wanted.map((voice) => ({ ...voice, object: 'audio.voice' })),
      voices: wanted.map(({ id, name }) => (legacy === true ? id : { id, name })),
    };
  }
}

/** A provider's model is served by that provider's voices; an alias by every voice. */
function voicesOf(model: string, voices: readonly ListedVoice[], models: readonly ListedModel[]): readonly ListedVoice[] {
  const speaking = models.filter(({ operation }) => operation === 'speak');
  const listed = speaking.find(({ id }) => id === model) ?? speaking.find(({ id }) => id.endsWith(`/${model}`));
  if (listed === undefined) {
    throw new NotFoundError(
      'model',
      model,
      speaking.map(({ id }) => id),
      { param: 'model', reason: 'model_not_found' },
    );
  }
  return listed.ownedBy === 'parlance' ? voices : voices.filter(({ providers }) => providers.includes(listed.ownedBy));
}
