/** What bounds a gRPC server: memory for all messages together, a port that is taken, the time that stopping may take. */
import { expect } from 'chai';
import { status } from '@grpc/grpc-js';
import { UploadBudget } from '../../../../../gateway/transports/http/upload-budget.ts';
import { EchoServer } from '../../../../support/echo-server.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

describe('the bounds of the gRPC server', () => {
  let echo: EchoServer;
  beforeEach(async () => {
    echo = new EchoServer({ budget: new UploadBudget(900) });
    await echo.start();
  });
  afterEach(() => echo.stop());

  it('takes no more messages at once than there is memory for, and gives it back', async () => {
    const inside = echo.holdNext();
    const first = echo.say(Buffer.alloc(800));
    const release = await inside;
    const refused = await echo.say(Buffer.alloc(200));
    expect(refused.code).to.equal(status.UNAVAILABLE);
    expect(refused.trailers.get('retry-after')).to.deep.equal(['1']);
    release();
    expect((await first).code).to.equal(status.OK);
    await echo.expectHealthy();
    expect((await echo.say(Buffer.alloc(800))).code).to.equal(status.OK);
  });

  it('says which port is taken', async () => {
    const other = new EchoServer();
    const error = await thrownBy(() => other.server.listen({ host: '127.0.0.1', port: echo.port }));
    expect(error).to.include({ code: 'EADDRINUSE', port: echo.port });
    expect(await other.server.close(0)).to.equal(true);
    await echo.expectHealthy();
  });

  it('lets what is inside finish when it stops', async () => {
    const inside = echo.holdNext();
    const last = echo.say('last');
    const release = await inside;
    const closed = echo.server.close(10_000);
    release();
    expect((await last).response?.toString()).to.equal('last');
    expect(await closed).to.equal(true);
    expect((await echo.say('late')).code).to.equal(status.UNAVAILABLE);
  });

  it('cuts off what does not finish within the grace period', async () => {
    const inside = echo.holdNext();
    const never = echo.say('never');
    await inside;
    expect(await echo.server.close(20)).to.equal(false);
    expect((await never).code).not.to.equal(status.OK);
  });
});
