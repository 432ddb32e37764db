import { optionNames, PROVIDER_NAMES, providerVariables } from '@parlance/providers';
import { environmentGroups, environmentVariables, fileFields, forgetSecrets } from './variable-lists.js';

describe('environmentGroups', () => {
  it('has a heading for each class, and a description for each variable', () => {
    const groups = environmentGroups();
    expect(groups.length).toBeGreaterThan(5);
    expect(groups.filter(({ title, variables }) => title === '' || variables.length === 0)).toEqual([]);
    expect(new Set(groups.map(({ title }) => title)).size).toBe(groups.length);
    expect(environmentVariables()).toContainEqual(expect.objectContaining({ name: 'PORT', default: '8080', secret: false }));
  });
});

describe('fileFields', () => {
  it('has every field by its path, and says what each is', () => {
    const fields = fileFields();
    expect(fields.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'providers',
        'providers[].limits.requestsPerMinute',
        'tenants.<name>.budget.agents.<name>.secondsPerDay',
        'prices.<name>.<name>.perMinute',
      ]),
    );
    expect(fields.filter(({ description }) => description === '')).toEqual([]);
  });
});

describe('forgetSecrets', () => {
  it('takes the secrets out of the environment, and nothing else', () => {
    const secrets = ['PARLANCE_API_KEYS', 'PARLANCE_ADMIN_KEYS', 'PARLANCE_URL_SECRET', 'PARLANCE_WEBHOOK_SECRET'];
    const servers = ['REDIS_URL', 'S3_ACCESS_KEY', 'S3_SECRET_KEY', 'OPENAI_API_KEY', 'AWS_SESSION_TOKEN'];
    const environment = Object.fromEntries([...secrets, ...servers, 'PORT', 'OPENAI_BASE_URL'].map((name) => [name, 'x']));
    forgetSecrets(environment);
    expect(environment).toEqual({ PORT: 'x', OPENAI_BASE_URL: 'x' });
  });
});

describe('what is secret', () => {
  const LIKE_A_SECRET = /key(?:s|id)?$|token$|secret|password|credential/i;

  it('is marked in the classes of variables', () => {
    const open = environmentVariables().filter(({ name, secret }) => !secret && LIKE_A_SECRET.test(name));
    expect(open.map(({ name }) => name)).toEqual([]);
  });

  it('is marked in the options of providers', () => {
    const secret = new Set(providerVariables().flatMap((variable) => (variable.secret ? [variable.option] : [])));
    const named = PROVIDER_NAMES.flatMap((provider) => optionNames(provider)).filter((option) => LIKE_A_SECRET.test(option));
    expect(named).toContain('apiKey');
    // The name of a file is none.
    expect([...new Set(named)].filter((option) => !secret.has(option))).toEqual(['credentialsFile']);
  });
});
