import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Embedder, EmbeddingModule } from '../../src/embedding/index.js';
import { EmbeddingConfig, HealthRegistry, ProcessStop } from '../../src/platform/index.js';
import { embeddingConfig, RecordedStop } from '../support/real-model.js';

@Global()
@Module({
  providers: [{ provide: EmbeddingConfig, useValue: embeddingConfig() }, { provide: ProcessStop, useClass: RecordedStop }, HealthRegistry],
  exports: [EmbeddingConfig, ProcessStop, HealthRegistry],
})
class Floor {}

describe('the embedding module', () => {
  it('provides an embedder that is ready after the start and gone after the end', async () => {
    const app = await Test.createTestingModule({ imports: [Floor, EmbeddingModule] }).compile();
    await app.init();
    const embedder = app.get(Embedder);
    expect(app.get(HealthRegistry).report().status).toBe('ok');
    await expect(embedder.embedQuery('Is it ready?')).resolves.toHaveLength(384);
    await app.close();
    await expect(embedder.embedQuery('Is it gone?')).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });
});
