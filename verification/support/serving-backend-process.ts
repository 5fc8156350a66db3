/** The stand-in as a process of its own, which can be killed: `<protocol> <port>`; says `listening <port>`. */
import { servingBackend } from './serving-backend.ts';

const [protocol, port] = process.argv.slice(2);
const backend = await servingBackend(protocol === 'grpc' ? 'grpc' : 'rest', Number(port));
console.log(`listening ${backend.address.port}`);
