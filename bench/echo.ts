// The peer: a bare Fastify that parses a JSON body and sends it back. Prints its port.
import Fastify from 'fastify';

const app = Fastify({ logger: false });
app.post('/echo', async (request) => request.body);
app.get('/echo', async (request) => request.query);
await app.listen({ port: 0, host: '127.0.0.1' });
const address = app.server.address();
process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' && address?.port })}\n`);
