/** REST: pairing, scores, leaderboard. */
import { RucheError } from '../../contract/errors.ts';
import { Pairing, PairingAccepted, PairingBody } from '../../contract/pairing.ts';
import { LeaderboardEntry, LeaderboardQuery, Score, ScoresQuery } from '../../contract/score.ts';
import { ById, Gone, pageOf } from '../page.ts';
import { type Http, personOf } from '../route.ts';
import type { Simon } from './simon.ts';
import type { SimonDeps } from './simon-deps.ts';

export function simonRoutes({ simon, devices }: { simon: Simon; devices: SimonDeps['devices'] }): (http: Http) => void {
  return (http) => {
    addPairingRoutes(http, simon, devices);
    addScoreRoutes(http, simon);
  };
}

function addPairingRoutes(http: Http, simon: Simon, devices: SimonDeps['devices']): void {
  const tags = ['pairing'];
  http.get(
    '/api/v1/devices/:id/pairing',
    {
      config: { access: 'devices.read' },
      schema: { summary: 'Who a device is paired with', tags, params: ById, response: { 200: Pairing } },
    },
    async (request) => {
      const device = devices.find(request.params.id);
      if (device === undefined) throw new RucheError('DEVICE_UNKNOWN');
      return simon.pairings.of(device.id);
    },
  );
  http.post(
    '/api/v1/devices/:id/pairing',
    {
      config: { access: 'pairing.self' },
      // With oneself there is nothing to say, so no body is needed.
      preValidation: async (request) => {
        request.body ??= {};
      },
      schema: {
        summary: 'Pair a device with yourself, or (operators) with somebody; admits a waiting device',
        description: 'Answers at once; the steps follow on $live/pairing/<id> and in GET.',
        tags,
        params: ById,
        body: PairingBody,
        response: { 202: PairingAccepted },
      },
    },
    async (request, reply) => {
      const deviceId = await simon.pairings.request(personOf(request), request.params.id, request.body.username);
      return reply.code(202).send({ state: 'requested', deviceId });
    },
  );
  http.delete(
    '/api/v1/devices/:id/pairing',
    {
      config: { access: 'pairing.self' },
      schema: { summary: 'Unpair a device and tell it so', tags, params: ById, response: { 200: Pairing } },
    },
    async (request) => simon.pairings.end(personOf(request), request.params.id),
  );
}

function addScoreRoutes(http: Http, simon: Simon): void {
  const tags = ['scores'];
  http.get(
    '/api/v1/scores',
    {
      config: { access: 'scores.read' },
      schema: {
        summary: 'Scores, newest first',
        tags,
        querystring: ScoresQuery,
        response: { 200: pageOf(Score) },
      },
    },
    async (request) => simon.listScores(request.query),
  );
  http.delete(
    '/api/v1/scores/:id',
    {
      config: { access: 'scores.remove' },
      schema: {
        summary: 'Remove a score from lists and leaderboards; it can be restored',
        tags,
        params: ById,
        response: { 204: Gone },
      },
    },
    async (request, reply) => {
      await simon.scores.remove(request.params.id);
      return reply.code(204).send(null);
    },
  );
  http.post(
    '/api/v1/scores/:id/restore',
    {
      config: { access: 'scores.remove' },
      schema: { summary: 'Restore a removed score', tags, params: ById, response: { 200: Score } },
    },
    async (request) => simon.scores.restore(request.params.id),
  );
  http.get(
    '/api/v1/leaderboard',
    {
      config: { access: 'scores.read' },
      schema: {
        summary: 'Players by their best score: of all time, this month, or this week from Monday',
        tags,
        querystring: LeaderboardQuery,
        response: { 200: pageOf(LeaderboardEntry) },
      },
    },
    async (request) => ({ items: await simon.leaderboard(request.query) }),
  );
}
