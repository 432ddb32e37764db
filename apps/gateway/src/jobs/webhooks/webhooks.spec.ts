import { closeRedis, connectRedis, createRedis } from '@parlance/cache';
import { ParlanceError } from '@parlance/contracts';
import { Logger } from '@nestjs/common';
import { describeWithRedis, eventually, PATIENT_REDIS } from '@parlance/testing';
import { Queue } from 'bullmq';
import { whatFailed } from '../../logging/what-failed.js';
import { PRODUCER_OPTIONS } from '../queue/bull-connection.js';
import { BullWebhooks, WEBHOOKS_QUEUE, type WebhookTicket } from './bull-webhooks.js';
import { InProcessWebhooks } from './in-process-webhooks.js';
import { pauseAfter, WEBHOOK_ATTEMPTS, type Webhooks } from './webhooks.js';

// Outages of Redis are told at debug level.
Logger.overrideLogger(false);

/** Attempts that go as they are told to. */
class ManualDelivery {
  readonly attempts: string[] = [];
  readonly lost: string[] = [];
  /** What the log says of why. */
  readonly reasons: string[] = [];
  readonly outcomes: (boolean | 'fail' | 'hang')[] = [];

  attempt = (jobId: string, signal: AbortSignal): Promise<boolean> => {
    this.attempts.push(jobId);
    const outcome = this.outcomes.shift() ?? true;
    if (outcome === 'fail') return Promise.reject(new ParlanceError('server', 'Not now.'));
    if (outcome !== 'hang') return Promise.resolve(outcome);
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('left'))));
  };

  givenUp = (jobId: string, error: unknown): void => {
    this.lost.push(jobId);
    this.reasons.push(whatFailed(error));
  };

  async reaches(count: number): Promise<void> {
    await eventually(() => Promise.resolve(this.attempts.length >= count), `${count} attempts were not made.`, 20_000);
  }
}

interface Subject {
  webhooks: Webhooks;
  close: () => Promise<void>;
}

function describeWebhooks(make: (delivery: ManualDelivery) => Promise<Subject>): void {
  let delivery: ManualDelivery;
  let subject: Subject;
  beforeEach(async () => {
    delivery = new ManualDelivery();
    subject = await make(delivery);
    subject.webhooks.start();
  });
  afterEach(() => subject.close());

  it('tells once when it is heard', async () => {
    await subject.webhooks.tell('job_1');
    await delivery.reaches(1);
    await subject.webhooks.stop(60_000);
    expect(delivery).toMatchObject({ attempts: ['job_1'], lost: [] });
  });

  it('tells again until it is heard', async () => {
    delivery.outcomes.push('fail', 'fail', 'fail');
    await subject.webhooks.tell('job_1');
    await delivery.reaches(4);
    expect(delivery).toMatchObject({ attempts: Array(4).fill('job_1'), lost: [] });
  });

  it('measures what is being sent', async () => {
    const running = async () => (await subject.webhooks.measure()).running;
    expect(await subject.webhooks.measure()).toEqual({ waiting: 0, running: 0, oldestSeconds: 0 });
    delivery.outcomes.push('hang');
    await subject.webhooks.tell('job_1');
    await delivery.reaches(1);
    expect(await running()).toBe(1);
  });

  it('waits for the end of the job, however long that takes', async () => {
    delivery.outcomes.push(false, false);
    await subject.webhooks.tell('job_1');
    await delivery.reaches(3);
    expect(delivery.lost).toEqual([]);
  });

  it('gives up after so many attempts', async () => {
    delivery.outcomes.push(...Array<'fail'>(WEBHOOK_ATTEMPTS).fill('fail'));
    await subject.webhooks.tell('job_1');
    await eventually(() => Promise.resolve(delivery.lost.length > 0), 'It was never given up.', 20_000);
    expect(delivery.lost).toEqual(['job_1']);
    expect(delivery.attempts).toHaveLength(WEBHOOK_ATTEMPTS);
  });

  it('is held up by no receiver when it stops', async () => {
    delivery.outcomes.push('hang');
    await subject.webhooks.tell('job_1');
    await delivery.reaches(1);
    await subject.webhooks.stop(0);
    expect(delivery.attempts).toHaveLength(1);
  });
}

describe('pauseAfter', () => {
  it('is longer each time, and all of them are about a day', () => {
    const pauses = Array.from({ length: WEBHOOK_ATTEMPTS - 1 }, (_, index) => pauseAfter(index + 1));
    expect(pauses).toEqual(pauses.toSorted((one, other) => one - other));
    const hours = pauses.reduce((sum, one) => sum + one, 0) / 3_600_000;
    expect(hours).toBeGreaterThan(20);
    expect(hours).toBeLessThan(26);
  });
});

describe('InProcessWebhooks', () => {
  describeWebhooks(async (delivery) => {
    const webhooks = new InProcessWebhooks(delivery, { firstPauseMilliseconds: 0.1 });
    return { webhooks, close: () => webhooks.stop(0) };
  });

  it('says why what waits is given up when the process is stopped', async () => {
    const delivery = new ManualDelivery();
    delivery.outcomes.push('fail');
    const webhooks = new InProcessWebhooks(delivery);
    await webhooks.tell('job_1');
    await eventually(async () => (await webhooks.measure()).waiting === 1, 'It does not wait for its next attempt.', 20_000);
    await webhooks.stop(0);
    expect(delivery).toMatchObject({ lost: ['job_1'], reasons: ['The server was stopped.'] });
  });
});

describeWithRedis((url) => {
  const make = async (delivery: ManualDelivery): Promise<Subject> => {
    const commands = createRedis(url(), 'commands', PATIENT_REDIS);
    await connectRedis(commands);
    const queue = new Queue<WebhookTicket>(WEBHOOKS_QUEUE, { ...PRODUCER_OPTIONS, connection: commands });
    await queue.obliterate({ force: true });
    const webhooks = new BullWebhooks({ queue, redisUrl: url(), delivery }, { retentionSeconds: 60, firstPauseMilliseconds: 0.1 });
    const close = async () => {
      await webhooks.stop(0);
      await queue.close();
      await closeRedis(commands);
    };
    return { webhooks, close };
  };

  describe('BullWebhooks', () => {
    describeWebhooks(make);
  });

  it('BullWebhooks tell of a job once, however often its end is seen to', async () => {
    const delivery = new ManualDelivery();
    const { webhooks, close } = await make(delivery);
    webhooks.start();
    try {
      await webhooks.tell('job_1');
      await delivery.reaches(1);
      await webhooks.tell('job_1');
      await webhooks.tell('job_2');
      await delivery.reaches(2);
      expect(delivery.attempts).toEqual(['job_1', 'job_2']);
    } finally {
      await close();
    }
  });
});
