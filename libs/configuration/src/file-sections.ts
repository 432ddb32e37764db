import { Fields, IsOptions, IsSection, IsTexts, IsWholeBetween } from '@parlance/agent-runner';
import { PROVIDER_NAMES, type ProviderName } from '@parlance/providers';
import { IsIn, IsNumber, IsOptional, Matches, Min } from 'class-validator';
import { Setting } from './variable.js';

const AMOUNT = { message: 'must be a number of at least 0' };

function IsAmount(): PropertyDecorator {
  return (target, property) => {
    for (const decorate of [IsOptional(), IsNumber({}, AMOUNT), Min(0, AMOUNT)]) decorate(target, property);
  };
}

/** `providers[].limits` */
export class AccountLimits extends Fields {
  @Setting('How many requests the account may be sent in a minute, over all processes; what is over it goes to the next of the plan.')
  @IsWholeBetween(1)
  requestsPerMinute!: number;
}

/** One of `providers`. */
export class AccountEntry extends Fields {
  @Setting('What plans, requests and traces call the account: lower-case letters, digits and `-`. Default: the name of the provider.')
  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9-]*$/, { message: 'must be lower-case letters, digits and -' })
  name?: string;

  @Setting(`Whose interface it speaks: ${PROVIDER_NAMES.map((name) => `\`${name}\``).join(', ')}.`)
  @IsIn(PROVIDER_NAMES, { message: `is not a provider there is: ${PROVIDER_NAMES.join(', ')}` })
  provider!: ProviderName;

  @Setting('Options of that provider, all of them in `parlance.config.example.yaml`. `env:NAME` stands for the value of a variable.')
  @IsOptions()
  options: Record<string, unknown> = {};

  @Setting('How often it may be asked. Default: any number of times.')
  @IsOptional()
  @IsSection(AccountLimits)
  limits?: AccountLimits;
}

/** `tenants.<tenant>.budget.agents.<agent>`; without a number there is no limit. */
export class AgentBudgetEntry extends Fields {
  @Setting('Characters of texts spoken in a day (UTC). Default: any number.')
  @IsAmount()
  charactersPerDay?: number;

  @Setting('Seconds of recordings transcribed in a day (UTC). Default: any number.')
  @IsAmount()
  secondsPerDay?: number;
}

/** `tenants.<tenant>.budget` */
export class TenantBudgetEntry extends AgentBudgetEntry {
  @Setting('Of some of its agents, within that of the tenant, by their ids.')
  @IsSection(AgentBudgetEntry, { names: 1 })
  agents: Record<string, AgentBudgetEntry> = {};
}

/** One of `tenants`. */
export class TenantEntry extends Fields {
  @Setting('The vendors or accounts that text and recordings may go to. Default: all.')
  @IsOptional()
  @IsTexts()
  allow?: string[];

  @Setting('Vendors or accounts that they may not go to, whatever is allowed.')
  @IsOptional()
  @IsTexts()
  deny?: string[];

  @Setting('What the tenant may use in a day. A tenant with a name has nothing from `*`.')
  @IsOptional()
  @IsSection(TenantBudgetEntry)
  budget?: TenantBudgetEntry;
}

/** `prices.<account>.<model>`, in a currency of your choice; a unit without a price is unknown, not free. */
export class PriceEntry extends Fields {
  @Setting('Of text spoken.')
  @IsAmount()
  perMillionCharacters?: number;

  @Setting('Of recordings transcribed.')
  @IsAmount()
  perMinute?: number;

  @Setting('Of what a model is asked.')
  @IsAmount()
  perMillionInputTokens?: number;

  @Setting('Of what a model answers.')
  @IsAmount()
  perMillionOutputTokens?: number;
}

/** `parlance.config.yaml` */
export class FileSections extends Fields {
  @Setting('Provider accounts beside those of the environment, before them in the plan; one of the same name stands for it.')
  @IsSection(AccountEntry, { list: true })
  providers: AccountEntry[] = [];

  @Setting('Whom the data of a tenant may go to, and what it may use, by tenant; `*` is every tenant that is not named.')
  @IsSection(TenantEntry, { names: 1 })
  tenants: Record<string, TenantEntry> = {};

  @Setting(
    'What models cost, by account and model, for `GET /v1/usage`; `*` is every other model, the account `chat` the models of agents.',
  )
  @IsSection(PriceEntry, { names: 2 })
  prices: Record<string, Record<string, PriceEntry>> = {};
}
