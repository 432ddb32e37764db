import { Observers, type Outcome } from '@parlance/voice';
import { Injectable } from '@nestjs/common';
import type { ChannelName, Sent } from './channel.types.js';
import type { DeliveryState } from './whatsapp/delivery-statuses.js';

/** `abandoned`: it was tried as often as it is; `no_bot`: its agent has no such channel any more. */
export const INCOMING_OUTCOMES = ['answered', 'abandoned', 'no_bot'] as const;

/** A message of a person is seen to. */
export interface IncomingNews {
  type: 'incoming';
  channel: ChannelName;
  outcome: (typeof INCOMING_OUTCOMES)[number];
}

/** Something was sent to a person, or could not be. */
export interface OutgoingNews {
  type: 'outgoing';
  channel: ChannelName;
  /** As what it was sent, or was to be. */
  as: Sent['as'];
  outcome: Outcome;
}

/** What the platform tells of a message that was sent. */
export interface DeliveryNews {
  type: 'delivery';
  channel: ChannelName;
  state: DeliveryState;
}

export type ChannelNews = IncomingNews | OutgoingNews | DeliveryNews;

/** Tells of the messages of all channels in this process. */
@Injectable()
export class ChannelObservers extends Observers<ChannelNews> {}
