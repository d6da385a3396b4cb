import { AutoTokenizer, env, type PreTrainedTokenizer } from '@huggingface/transformers';
import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { loadTokenizer } from '../../src/embedding/index.js';
import { StopError } from '../../src/platform/index.js';
import { itWithCorpora } from '../support/corpora.js';
import { modelFolder } from '../support/real-model.js';

const tokenizer = loadTokenizer(modelFolder);

describe('the tokenizer', () => {
  let reference: PreTrainedTokenizer;

  beforeAll(async () => {
    env.allowRemoteModels = false;
    env.localModelPath = `${dirname(modelFolder)}/`;
    reference = await AutoTokenizer.from_pretrained(basename(modelFolder), { local_files_only: true });
  });

  const expectAgreement = (text: string): void => {
    expect(tokenizer.encode(text)).toEqual(reference.encode(text));
    expect(tokenizer.countTokens(text)).toBe(reference.encode(text, { add_special_tokens: false }).length);
  };

  it.each([
    '',
    ' \n\t ',
    'The printer shows error E-201, and beeps twice.',
    'Größenänderung: Straße, naïve café, İstanbul, ΟΔΥΣΣΕΥΣ ΣΑΣ',
    'Как сбросить пароль? Ёлка',
    '打印机显示错误。重新启动。プリンターを再起動してください。비밀번호를 재설정',
    'كيف يمكنني إعادة تعيين كلمة المرور؟ שלום עולם',
    'ไม่สามารถเข้าสู่ระบบได้',
    '👩‍👩‍👧‍👦 🇩🇪 🙂👍🏽 done',
    `${'x'.repeat(100)} ${'y'.repeat(101)} https://example.com/a/very/long/path?with=queries&and=more`,
    '[CLS] looks [SEP] special[MASK]ed [PAD]',
    'form\ffeed vertical\vtab bom\ufeffmark nul\u0000 zero\u200bwidth soft\u00adhyphen nel\u0085line',
    'spaces\u00a0of\u2003every\u3000kind\u2028and\u2029lines',
    'lone \ud800 high \udc00 low',
    'a\u0301 e\u0301\u0302 q\u0307\u0323',
  ])('counts and encodes as the model does: %j', expectAgreement);

  it('agrees with the model on any text', () => {
    const text = fc.string({
      unit: fc.oneof(fc.string({ unit: 'binary', maxLength: 1 }), fc.constantFrom(' ', '\n', '\f', '\ufeff', 'a', 'Σ', '.', '日')),
    });
    fc.assert(fc.property(text, expectAgreement), { numRuns: 500 });
  });

  itWithCorpora('agrees with the model on real documents', (corpora) => {
    for (const set of ['cranfield', 'emanual_tv', 'stackfaq']) {
      for (const line of readFileSync(join(corpora, set, 'corpus.jsonl'), 'utf8')
        .slice(0, 300_000)
        .split('\n')
        .slice(0, 200))
        expectAgreement(line);
    }
  });

  it('counts a word again right after more words than it remembers', () => {
    const many = Array.from({ length: 60_000 }, (_, i) => `w${i}`).join(' ');
    const once = tokenizer.countTokens(many);
    expect(tokenizer.countTokens(many)).toBe(once);
    expect(tokenizer.countTokens('printer')).toBe(1);
  });

  it('names the file that it cannot read', () => {
    expect(() => loadTokenizer('/nowhere')).toThrow(StopError);
    expect(() => loadTokenizer('/nowhere')).toThrow('/nowhere/tokenizer.json');
  });

  it('loads neither the model nor its native runtime', () => {
    const script = `
      const { loadTokenizer } = await import(process.argv[1]);
      loadTokenizer(process.argv[2]).countTokens('text');
      const native = process.report.getReport().sharedObjects.filter((path) => path.includes('onnxruntime'));
      process.stdout.write(JSON.stringify(native));`;
    const door = new URL('../../src/embedding/index.js', import.meta.url).href;
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', script, door, modelFolder], { encoding: 'utf8' })).toBe('[]');
  });
});
