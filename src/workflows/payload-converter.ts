import { defaultPayloadConverter, type PayloadConverter } from '@temporalio/common';

/**
 * The SDK's own, but for what cannot be read: a signal in another encoding, or that is no JSON, was typed in the Web UI. Whoever says pause
 * so means pause. Where this threw, no workflow task would end any more, in no run of a reset either.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value) => defaultPayloadConverter.toPayload(value),
  fromPayload: (payload) => {
    try {
      return defaultPayloadConverter.fromPayload(payload);
    } catch {
      return undefined as never;
    }
  },
};
