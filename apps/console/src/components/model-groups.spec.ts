import { modelGroups } from './model-groups.js';

it('puts names for any provider first, and leaves out what is for something else', () => {
  const model = (id: string, owned_by: string, operation: 'speak' | 'transcribe' = 'speak') => ({ id, owned_by, operation });
  const models = [
    model('local/flite', 'local'),
    model('tts-1', 'parlance'),
    model('whisper-1', 'parlance', 'transcribe'),
    model('local/x', 'local'),
  ];
  expect(modelGroups(models, 'speak').map((group) => [group.label, group.models.map(({ id }) => id)])).toEqual([
    ['Names for any provider', ['tts-1']],
    ['local', ['local/flite', 'local/x']],
  ]);
  expect(modelGroups([], 'speak')).toEqual([]);
});
