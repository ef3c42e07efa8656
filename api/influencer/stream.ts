import { seen } from './wall';

export const streamInfluencerFeed = seen((deps, _call, _viewer, { influencerId }) =>
  Promise.resolve({
    events: (session, connection) =>
      deps.influencers.feed.join({ influencerId, session, connection }),
  }),
);
