import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@parlance/testing';
import { UsageLedger, type UsageQuery } from '@parlance/voice';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { bearer, KeysFile } from '../__fixtures__/keys-file.js';
import { answerOf, formOf, postJson, type Part } from '../__fixtures__/post.js';

const ALL = ['speech', 'transcription', 'agents', 'files', 'jobs'] as const;
const RECORDING: Part = ['file', Buffer.from('sound'), 'a.ogg'];

describe('a key of a tenant', () => {
  let gateway: FakeGateway;
  let file: KeysFile;
  let agents: string;
  beforeAll(async () => {
    agents = mkdtempSync(join(tmpdir(), 'parlance-agents-'));
    writeFileSync(join(agents, 'ours.yaml'), 'tenant: acme\n');
    writeFileSync(join(agents, 'theirs.yaml'), 'tenant: beta\n');
    writeFileSync(join(agents, 'broken.yaml'), 'tenant: [1]\n');
    file = new KeysFile({
      acme: { scopes: ALL, tenant: 'acme' },
      beta: { scopes: ALL, tenant: 'beta' },
      platform: { scopes: ALL },
      operator: { scopes: ['admin'] },
    });
    gateway = await startFakeGateway({ PARLANCE_KEYS_FILE: file.path, PARLANCE_AGENTS_DIR: agents });
  });
  afterAll(async () => {
    await gateway.close();
    file.remove();
    rmSync(agents, { recursive: true });
  });
  beforeEach(() => gateway.voice.reset());

  const post = (path: string, body: object, name = 'acme') => postJson(gateway.url + path, body, bearer(name));
  const ask = (path: string, name = 'acme', init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {}) =>
    answerOf(fetch(gateway.url + path, { ...init, headers: { ...bearer(name), ...init.headers } }));
  const refused = { status: 403, json: { error: { type: 'permission_error', param: 'tenant', code: 'tenant_not_allowed' } } };

  it('speaks for its tenant, named or not, and for no other', async () => {
    const openai = { input: 'Hello.', model: 'tts-1', voice: 'alloy' };
    expect((await post('/v1/audio/speech', openai)).status).toBe(200);
    for (const tenant of [undefined, null, 'acme']) expect((await post('/v1/voice/speak', { text: 'Hello.', tenant })).status).toBe(200);
    for (const tenant of ['beta', 'default', 'ACME', ' acme']) {
      expect(await post('/v1/voice/speak', { text: 'Hello.', tenant })).toMatchObject(refused);
      expect(await post('/v1/jobs/speech', { text: 'Hello.', tenant })).toMatchObject(refused);
      expect(await post('/v1/files', { filename: 'a.ogg', tenant })).toMatchObject(refused);
    }
    expect(gateway.voice.spoken.map(({ tenant }) => tenant)).toEqual(['acme', 'acme', 'acme', 'acme']);
    expect((await post('/v1/voice/speak', { text: 'Hello.', tenant: 'beta' }, 'platform')).status).toBe(200);
    expect(gateway.voice.spoken.at(-1)?.tenant).toBe('beta');
  });

  it('transcribes for its tenant, whichever way the recording comes', async () => {
    const form = (...fields: Part[]) => ({ method: 'POST', body: formOf(RECORDING, ...fields) });
    const raw = { method: 'POST', headers: { 'content-type': 'audio/ogg' }, body: 'sound' };
    expect((await ask('/v1/audio/transcriptions', 'acme', form(['model', 'whisper-1']))).status).toBe(200);
    expect((await ask('/v1/audio/transcriptions', 'acme', form(['model', 'whisper-1'], ['stream', 'true']))).status).toBe(200);
    expect((await ask('/v1/voice/transcribe', 'acme', form())).status).toBe(200);
    expect((await ask('/v1/voice/transcribe?tenant=acme', 'acme', raw)).status).toBe(200);
    for (const path of ['/v1/voice/transcribe', '/v1/jobs/transcriptions']) {
      expect(await ask(path, 'acme', form(['tenant', 'beta']))).toMatchObject(refused);
      expect(await ask(`${path}?tenant=beta`, 'acme', raw)).toMatchObject(refused);
      expect(await post(path, { url: 'https://example.com/a.ogg', tenant: 'beta' })).toMatchObject(refused);
    }
    expect(gateway.voice.heard.map(({ tenant }) => tenant)).toEqual(['acme', 'acme', 'acme', 'acme']);
  });

  it('reaches files of its tenant only, wherever a file can be named', async () => {
    const uploaded = await post('/v1/files', { filename: 'a.ogg' });
    const { id, upload } = uploaded.json as unknown as { id: string; upload: { url: string; headers: Record<string, string> } };
    const sent = await fetch(upload.url.replace('http://127.0.0.1', gateway.url), {
      method: 'PUT',
      headers: upload.headers,
      body: 'sound',
    });
    expect(sent.status).toBe(200);
    const gone = { status: 404, json: { error: { code: 'file_not_found' } } };
    for (const [path, init] of [[''], ['/url'], ['', { method: 'DELETE' }]] as const) {
      expect(await ask(`/v1/files/${id}${path}`, 'beta', init)).toMatchObject(gone);
    }
    expect(await post('/v1/voice/transcribe', { fileId: id }, 'beta')).toMatchObject(gone);
    expect(await post('/v1/jobs/transcriptions', { fileId: id }, 'beta')).toMatchObject(gone);
    expect(await post('/v1/agents/theirs/turns', { fileId: id }, 'beta')).toMatchObject(gone);
    for (const name of ['acme', 'platform']) {
      expect((await ask(`/v1/files/${id}`, name)).status).toBe(200);
      expect((await post('/v1/voice/transcribe', { fileId: id }, name)).status).toBe(200);
    }
    expect((await ask(`/v1/files/${id}`, 'acme', { method: 'DELETE' })).status).toBe(204);
  });

  it('sees jobs of its tenant only, and cancels no other', async () => {
    const { json } = await post('/v1/jobs/speech', { text: 'Hello.' });
    const path = `/v1/jobs/${String(json['id'])}`;
    const gone = { status: 404, json: { error: { code: 'job_not_found' } } };
    expect(await ask(path, 'beta')).toMatchObject(gone);
    expect(await ask(path, 'beta', { method: 'DELETE' })).toMatchObject(gone);
    for (const name of ['acme', 'platform']) {
      await eventually(async () => (await ask(path, name)).json['status'] === 'completed', 'The job was not done.', 20_000);
    }
    const ofNobody = await post('/v1/jobs/speech', { text: 'Hello.' }, 'platform');
    expect(await ask(`/v1/jobs/${String(ofNobody.json['id'])}`, 'acme')).toMatchObject(gone);
    expect(gateway.voice.spoken.map(({ tenant }) => tenant)).toContain('acme');
  });

  it('knows agents of its tenant only, and brings none of another', async () => {
    const idsOf = async (name: string) => ((await ask('/v1/agents', name)).json['data'] as { id: string }[]).map(({ id }) => id);
    expect(await idsOf('acme')).toEqual(['ours']);
    expect(await idsOf('platform')).toEqual(['demo', 'ours', 'theirs']);
    expect([(await ask('/v1/agents')).json['problems'], (await ask('/v1/agents', 'platform')).json['problems']]).toEqual([
      [],
      [expect.objectContaining({ file: 'broken.yaml' })],
    ]);
    for (const id of ['theirs', 'demo', 'nobody']) {
      for (const answer of [await post(`/v1/agents/${id}/turns`, { text: 'Hello.' }), await ask(`/v1/agents/${id}/voice`)]) {
        expect(answer.status).toBe(404);
        if (id !== 'theirs') expect(answer.text).not.toContain('theirs');
      }
    }
    expect((await post('/v1/agents/ours/turns', { text: 'Hello.' })).status).toBe(200);
    const inline = (config: object, name?: string) => post('/v1/agents/mine/turns', { text: 'Hello.', config }, name);
    for (const config of [{}, { tenant: 'acme' }, { tenant: null }]) expect((await inline(config)).status).toBe(200);
    for (const tenant of ['beta', 'default']) {
      expect(await inline({ tenant })).toMatchObject({
        status: 403,
        json: { error: { param: 'config.tenant', code: 'tenant_not_allowed' } },
      });
    }
    expect((await inline({ tenant: 'beta' }, 'platform')).status).toBe(200);
  });

  it('is told the usage of its tenant only; of all it is told to operators', async () => {
    const asked: UsageQuery[] = [];
    jest.spyOn(gateway.application.get(UsageLedger, { strict: false }), 'report').mockImplementation(async (query) => {
      asked.push(query);
      return [];
    });
    expect((await ask('/v1/usage')).status).toBe(200);
    expect((await ask('/v1/usage?tenant=acme')).status).toBe(200);
    expect(await ask('/v1/usage?tenant=beta')).toMatchObject(refused);
    expect(await ask('/v1/usage', 'platform')).toMatchObject({ status: 403, json: { error: { code: 'insufficient_scope' } } });
    expect((await ask('/v1/usage?tenant=beta', 'operator')).status).toBe(200);
    expect((await ask('/v1/usage', 'operator')).status).toBe(200);
    expect(asked.map(({ tenant }) => tenant)).toEqual(['acme', 'acme', 'beta', undefined]);
    jest.restoreAllMocks();
  });
});
