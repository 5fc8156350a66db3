/** Nothing that comes from outside can become a tag, an attribute or a trick of writing direction. */
import { expect } from 'chai';
import { markup } from '../../../../../gateway/cli/report/markup.ts';

describe('markup', () => {
  it('escapes strings in text and in attributes', () => {
    const hostile = `"><script>alert('1 & 2')</script>`;
    expect(markup`<p title="${hostile}">${hostile}</p>`.text).to.equal(
      '<p title="&quot;&gt;&lt;script&gt;alert(&#39;1 &amp; 2&#39;)&lt;/script&gt;">' +
        '&quot;&gt;&lt;script&gt;alert(&#39;1 &amp; 2&#39;)&lt;/script&gt;</p>',
    );
  });

  it('escapes what looks escaped already', () => {
    expect(markup`${'&lt;b&gt;'}`.text).to.equal('&amp;lt;b&amp;gt;');
  });

  it('lets markup, lists of it and numbers through, and writes nothing for undefined', () => {
    const items = ['a', '<b>'].map((name) => markup`<li>${name}</li>`);
    expect(markup`<ul>${items}</ul>${3}${undefined}.`.text).to.equal(
      '<ul><li>a</li><li>&lt;b&gt;</li></ul>3.',
    );
  });

  it('replaces control characters, turned writing and half characters, and keeps whole ones', () => {
    expect(markup`${'a\u0000b\u001b[31m'}`.text).to.equal('a\ufffdb\ufffd[31m');
    expect(markup`${'photo\u202egpj.exe'}`.text).to.equal('photo\ufffdgpj.exe');
    expect(markup`${'\ud83d'}|${'\u{1f431}'}`.text).to.equal('\ufffd|\u{1f431}');
  });
});
