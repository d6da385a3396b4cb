import { attachmentDisposition } from '../../src/documents/content-disposition.js';

describe('the name of a download', () => {
  it('is quoted as it stands when it is plain', () => {
    expect(attachmentDisposition('x200 manual.pdf')).toBe('attachment; filename="x200 manual.pdf"');
  });

  it('is given whole in UTF-8 beside an ASCII stand-in otherwise', () => {
    expect(attachmentDisposition('Отчёт (1).pdf')).toBe(
      `attachment; filename="_____ (1).pdf"; filename*=UTF-8''%D0%9E%D1%82%D1%87%D1%91%D1%82%20%281%29.pdf`,
    );
  });

  it('cannot end its quotes or its header line', () => {
    const header = attachmentDisposition('a"; x="\\\r\n.pdf');
    expect(header).toMatch(/^attachment; filename="a_; x=____\.pdf"; filename\*=UTF-8''[\w%.-]+$/);
  });
});
