/** What the document says about the front page. */
import type { DescribeOperations } from '../wire/openapi/operation.ts';

export const frontPageOperations: DescribeOperations = () => [
  {
    method: 'get',
    path: '/',
    id: 'frontPage',
    tag: 'Operations',
    summary: 'Says what this server is and where to go next',
    answers: {
      200: {
        description: 'Name, version and links.',
        content: {
          'application/json': {
            schema: {
              title: 'FrontPage',
              type: 'object',
              properties: {
                name: { type: 'string' },
                version: { type: 'string' },
                status: { type: 'string', const: 'alive' },
                links: { type: 'object', additionalProperties: { type: 'string' } },
              },
              required: ['name', 'version', 'status', 'links'],
            },
          },
          'text/html': { schema: { type: 'string' } },
        },
      },
    },
  },
];
