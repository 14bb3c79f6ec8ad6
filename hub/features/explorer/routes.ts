/** REST of the Explorer: the tree, and one topic. */
import { TopicDetail, TopicQuery, TopicsPage, TopicsQuery } from '../../contract/topic.ts';
import { type Http, personOf } from '../route.ts';
import type { Explorer } from './explorer.ts';

export function explorerRoutes(explorer: Explorer): (http: Http) => void {
  const tags = ['topics'];
  return (http) => {
    http.get(
      '/api/v1/topics',
      {
        config: { access: 'topics.read' },
        schema: {
          summary: 'Topics the broker has seen: the children of a place in the tree, or everything that matches',
          tags,
          querystring: TopicsQuery,
          response: { 200: TopicsPage },
        },
      },
      async (request) => explorer.page(personOf(request), request.query),
    );
    http.get(
      '/api/v1/topics/detail',
      {
        config: { access: 'topics.read' },
        schema: {
          summary: 'One topic: its retained and its last value, who publishes it and who listens',
          description: 'Works for any name, also one nobody has published yet: it tells who would hear it.',
          tags,
          querystring: TopicQuery,
          response: { 200: TopicDetail },
        },
      },
      async (request) => explorer.detail(personOf(request), request.query.topic),
    );
  };
}
