import 'reflect-metadata';
import type { Retirement } from '@parlance/providers';
import { plainToInstance, Type } from 'class-transformer';
import { ArrayNotEmpty, IsOptional, IsString, Matches, ValidateNested, validateSync } from 'class-validator';
import { ConfigurationError } from './configuration-error.js';
import { projectFile } from './project-file.js';
import { readYamlFile } from './read-yaml.js';

class RetirementEntry {
  @IsString()
  vendor!: string;

  @ArrayNotEmpty()
  @IsString({ each: true })
  models!: string[];

  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'retires must be a day: YYYY-MM-DD' })
  retires!: string;

  @IsOptional()
  @IsString()
  successor?: string;
}

class RetirementFile {
  @Type(() => RetirementEntry)
  @ValidateNested({ each: true })
  entries!: RetirementEntry[];
}

/**
 * Reads the announced ends of models. `file` absent: the project's `config/retirements.yaml`.
 * @throws ConfigurationError naming the entry that is wrong
 */
export function readRetirements(file = projectFile('retirements.yaml')): Retirement[] {
  const { value: entries = [], located } = readYamlFile(file);
  if (!Array.isArray(entries)) throw new ConfigurationError([located('must be a list')]);
  const checked = plainToInstance(RetirementFile, { entries: entries as unknown[] });
  const [problem] = validateSync(checked);
  if (problem !== undefined) {
    const wrong = problem.children?.map(({ property }) => `[${property}]`) ?? [];
    const where = wrong.length > 0 ? wrong : ['each entry'];
    throw new ConfigurationError(where.map((path) => located(`${path} needs vendor, models and retires (YYYY-MM-DD)`)));
  }
  return checked.entries.flatMap(({ models, vendor, retires, successor }) =>
    models.map((model) => ({ vendor, model, retires, ...(successor === undefined ? {} : { successor }) })),
  );
}
