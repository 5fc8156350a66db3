/** CPUs that are really there, from files as Linux shows them in and outside containers. */
import { expect } from 'chai';
import { availableCpus } from '../../../../../gateway/engines/onnx/cpu-quota.ts';

function cpusWith(files: Record<string, string>, parallelism = 16): number {
  return availableCpus({ readTextFile: (file) => files[file], parallelism });
}

describe('availableCpus', () => {
  it('is what the scheduler allows when there are no control groups', () => {
    expect(cpusWith({}, 6)).to.equal(6);
  });

  it('reads the quota of cgroup v2 inside a container', () => {
    const files = { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '200000 100000\n' };
    expect(cpusWith(files)).to.equal(2);
  });

  it('rounds a fraction of a CPU up', () => {
    const quota = (text: string) => cpusWith({ '/sys/fs/cgroup/cpu.max': text });
    expect(quota('150000 100000')).to.equal(2);
    expect(quota('20000 100000')).to.equal(1);
    expect(quota('210000 100000')).to.equal(3);
  });

  it('takes a quota of "max" as none', () => {
    expect(cpusWith({ '/sys/fs/cgroup/cpu.max': 'max 100000\n' }, 4)).to.equal(4);
  });

  it('never gives more than the scheduler allows', () => {
    expect(cpusWith({ '/sys/fs/cgroup/cpu.max': '800000 100000' }, 3)).to.equal(3);
  });

  it('obeys the tightest quota on the way to the root of cgroup v2', () => {
    const files = {
      '/proc/self/cgroup': '0::/system.slice/fovea.service\n',
      '/sys/fs/cgroup/system.slice/fovea.service/cpu.max': '600000 100000',
      '/sys/fs/cgroup/system.slice/cpu.max': '300000 100000',
    };
    expect(cpusWith(files)).to.equal(3);
  });

  it('reads the quota of cgroup v1, whatever the mount is called', () => {
    const group = '5:cpu,cpuacct:/docker/abc\n2:memory:/docker/abc\n';
    for (const mount of ['cpu', 'cpu,cpuacct']) {
      const files = {
        '/proc/self/cgroup': group,
        [`/sys/fs/cgroup/${mount}/docker/abc/cpu.cfs_quota_us`]: '250000\n',
        [`/sys/fs/cgroup/${mount}/docker/abc/cpu.cfs_period_us`]: '100000\n',
      };
      expect(cpusWith(files)).to.equal(3);
    }
  });

  it('finds a v1 quota at the root when the path of the host is not mounted', () => {
    const files = {
      '/proc/self/cgroup': '5:cpu,cpuacct:/docker/abc\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '100000',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '50000',
    };
    expect(cpusWith(files)).to.equal(2);
  });

  it('takes a v1 quota of -1 as none', () => {
    const files = {
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
    };
    expect(cpusWith(files, 5)).to.equal(5);
  });

  it('ignores what it cannot read as numbers', () => {
    expect(cpusWith({ '/sys/fs/cgroup/cpu.max': 'plenty' }, 5)).to.equal(5);
    expect(cpusWith({ '/sys/fs/cgroup/cpu.max': '' }, 5)).to.equal(5);
  });
});
