import type { Context } from '@temporalio/activity';
import type { ActivityInterceptors } from '@temporalio/worker';

const HEARTBEAT_MILLISECONDS = 1_000;

/**
 * Beats for every activity that does not itself (slices do, with words for the Web UI), so that a dead worker is noticed after
 * seconds also where one statement scans 24 million rows.
 */
export function beatWhileWorking(context: Context): ActivityInterceptors {
  return {
    inbound: {
      async execute(input, next) {
        if (context.info.activityType.endsWith('Slice')) return next(input);
        const timer = setInterval(() => context.heartbeat(), HEARTBEAT_MILLISECONDS);
        try {
          return await next(input);
        } finally {
          clearInterval(timer);
        }
      },
    },
  };
}
