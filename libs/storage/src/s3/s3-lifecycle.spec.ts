import { randomUUID } from 'node:crypto';
import { describeWithS3 } from '@parlance/testing';
import { Client } from 'minio';
import { Retention } from '../retention/retention.js';
import { S3ObjectStore } from './s3-object-store.js';

interface Rule {
  ID: string;
  Filter?: { Prefix?: string };
  Prefix?: string;
  Expiration?: { Days?: number };
}

describeWithS3((access) => {
  describe('S3ObjectStore.expire', () => {
    let store: S3ObjectStore;
    let client: Client;
    beforeEach(() => {
      const { endpoint, accessKey, secretKey } = access();
      const { hostname, port } = new URL(endpoint);
      store = new S3ObjectStore({ endpoint, accessKey, secretKey, region: 'us-east-1', bucket: `expire-${randomUUID()}` });
      client = new Client({ endPoint: hostname, port: Number(port), useSSL: false, accessKey, secretKey });
    });
    afterEach(() => store.close());

    /** As the server has them: days by prefix. */
    const rules = async (): Promise<Record<string, number | undefined>> => {
      const config = (await client.getBucketLifecycle(store.bucket)) as { Rule?: Rule | Rule[] } | null;
      const all = config?.Rule === undefined ? [] : Array.isArray(config.Rule) ? config.Rule : [config.Rule];
      return Object.fromEntries(all.map((rule) => [rule.Filter?.Prefix ?? rule.Prefix ?? rule.ID, rule.Expiration?.Days]));
    };

    it('sets a rule for each prefix, and changes it', async () => {
      const agents = [{ tenant: 'Acme', agent: 'bot', days: 2 }];
      expect(await store.expire(new Retention({ days: 30, agents }))).toBe(true);
      expect(await rules()).toEqual({
        'voice/speech/': 30,
        'voice/recording/': 30,
        'voice/speech/_41cme/bot/': 2,
        'voice/recording/_41cme/bot/': 2,
      });
      await store.expire(new Retention({ days: 7, cacheDays: 3 }));
      expect(await rules()).toEqual({ 'voice/speech/': 7, 'voice/recording/': 7, 'cache/': 3 });
    });

    it('sets one rule for an agent that is named twice', async () => {
      const retention = new Retention({ days: 30, agents: [{ agent: 'bot', days: 9 }] });
      retention.setAgents([{ agent: 'bot', days: 2 }]);
      await store.expire(retention);
      const days = { 'voice/speech/default/bot/': 2, 'voice/recording/default/bot/': 2 };
      expect(await rules()).toEqual({ 'voice/speech/': 30, 'voice/recording/': 30, ...days });
    });

    it('leaves rules of others as they are, also when there is but one', async () => {
      await store.ping();
      await store.put('a', Uint8Array.of(1), { contentType: 'audio/ogg' });
      const other = { ID: 'backups', Status: 'Enabled', Filter: { Prefix: 'backups/' }, Expiration: { Days: 365 } };
      await client.setBucketLifecycle(store.bucket, { Rule: [other] });
      await store.expire(new Retention({ days: 30 }));
      expect(await rules()).toEqual({ 'backups/': 365, 'voice/speech/': 30, 'voice/recording/': 30 });
      await store.expire(new Retention({ days: 0 }));
      expect(await rules()).toEqual({ 'backups/': 365 });
    });

    it('takes its own away when audio is kept for ever', async () => {
      await store.expire(new Retention({ days: 30 }));
      await store.expire(new Retention({ days: 0 }));
      await expect(client.getBucketLifecycle(store.bucket)).rejects.toMatchObject({ code: 'NoSuchLifecycleConfiguration' });
      await store.expire(new Retention({ days: 0 }));
    });

    it('changes nothing where all is as it should be', async () => {
      const retention = new Retention({ days: 30, agents: [{ agent: 'a', days: 1 }] });
      await store.expire(retention);
      const set = jest.spyOn(Client.prototype, 'setBucketLifecycle');
      await store.expire(retention);
      expect(set).not.toHaveBeenCalled();
      set.mockRestore();
    });

    it('fails as every call does', async () => {
      const { endpoint } = access();
      const nobody = new S3ObjectStore({ endpoint, accessKey: 'nobody', secretKey: 'x'.repeat(40), region: 'us-east-1', bucket: 'expire' });
      await expect(nobody.expire(new Retention({ days: 1 }))).rejects.toMatchObject({ reason: 's3_refused' });
      await expect(store.expire(new Retention({ days: 1 }), AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
      nobody.close();
    });
  });
});
