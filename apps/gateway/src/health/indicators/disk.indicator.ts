import { Inject, Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { ParlanceConfiguration } from '@parlance/configuration';
import { ObjectStore } from '@parlance/contracts';
import { S3ObjectStore } from '@parlance/storage';
import { DiskSpace, type VolumeSpace } from '../disk-space.js';
import { Fresh } from '../fresh.js';
import type { Indicator } from './indicator.js';

const FRESH_MILLISECONDS = 2000;
/** A volume on a network may not answer at all. */
const PATIENCE_MILLISECONDS = 500;
const GIBIBYTE = 1024 ** 3;
const LOW_SHARE = 1 / 20;

/** Never down: on a full volume speech comes with the answer itself. Not there where stored audio is in S3. */
@Injectable()
export class DiskIndicator implements Indicator {
  private readonly fresh: Fresh<VolumeSpace | undefined>;

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly configuration: ParlanceConfiguration,
    space: DiskSpace,
    @Inject(ObjectStore) private readonly objects: ObjectStore,
  ) {
    // What cannot be told is told as such.
    this.fresh = new Fresh(() => space.of(configuration.dataDirectory).catch(() => undefined), FRESH_MILLISECONDS);
  }

  async check(): Promise<HealthIndicatorResult> {
    if (this.objects instanceof S3ObjectStore) return {};
    const indicator = this.indicators.check('disk');
    const space = await this.fresh.within(PATIENCE_MILLISECONDS);
    if (space === undefined) return indicator.degraded({ state: 'unknown' });
    const { free, total } = space;
    const low = this.configuration.lowDiskBytes ?? Math.min(GIBIBYTE, total * LOW_SHARE);
    const shown = { freeBytes: free, freeShare: total === 0 ? 0 : Math.round((free / total) * 1000) / 1000 };
    return free < low ? indicator.degraded(shown) : indicator.up(shown);
  }
}
