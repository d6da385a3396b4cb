import { startHttp, type RunningApplication } from '../support/application.js';
import { ProbeModule } from '../support/probe.module.js';

interface OpenApi {
  info: { title: string; version: string; description: string };
  security?: object[];
  components: {
    schemas: Record<string, { required: string[]; properties: Record<string, object> }>;
    securitySchemes?: Record<string, object>;
  };
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content: Record<string, { schema: object; examples: object }> }>; parameters: object[] }>
  >;
}

const document = async (probe: RunningApplication): Promise<OpenApi> => (await (await fetch(`${probe.url}/docs-json`)).json()) as OpenApi;

describe('the documentation', () => {
  let probe: RunningApplication;

  beforeAll(async () => void (probe = await startHttp(ProbeModule)));
  afterAll(() => probe.stop());

  it('is shown by Swagger UI, from this machine alone', async () => {
    const page = await (await fetch(`${probe.url}/docs`)).text();
    expect(page).toContain('swagger-ui');
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-init.js'])
      expect((await fetch(`${probe.url}/docs/${file}`)).status).toBe(200);
  });

  it('says what it is and in which version', async () => {
    const { info } = await document(probe);
    expect(info).toMatchObject({ title: 'Hybrid Vector Storage', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    expect(info.description).toContain('request_id');
  });

  it('describes problems by status, each code with an example, and the shape of all', async () => {
    const { components, paths } = await document(probe);
    expect(components.schemas.Problem.required).toEqual(['type', 'title', 'status', 'detail', 'code', 'request_id']);
    const { responses } = paths['/probe/json'].post;
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', '400', '403', '500', '503']));
    const content = responses['400'].content['application/problem+json'];
    expect(content.schema).toEqual({ $ref: '#/components/schemas/Problem' });
    expect(content.examples).toMatchObject({
      VALIDATION_FAILED: { value: { status: 400, code: 'VALIDATION_FAILED' } },
      MALFORMED_JSON: {},
    });
    expect(responses['503'].content['application/problem+json'].examples).toMatchObject({
      PROBE_BUSY: { value: { detail: 'The probe is in use.' } },
    });
  });

  it('knows what a DTO says by its comments and decorators', async () => {
    const { components, paths } = await document(probe);
    expect(components.schemas.ProbeDto.properties.name).toMatchObject({ type: 'string', description: 'A name for the probe' });
    expect(paths['/probe/list'].get.parameters).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          name: 'limit',
          required: false,
          schema: expect.objectContaining({ type: 'integer', minimum: 1, maximum: 500 }),
        }),
      ]),
    );
  });

  it('asks no key when there is none', async () => {
    expect((await document(probe)).components.securitySchemes).toBeUndefined();
  });
});

describe('the documentation with keys', () => {
  it('offers to authorize, and tells of 401', async () => {
    const probe = await startHttp(ProbeModule, { environment: { API_KEYS: 'a:0123456789abcdef' } });
    try {
      const { components, security, paths } = await document(probe);
      expect(components.securitySchemes).toMatchObject({ bearer: { type: 'http', scheme: 'bearer' } });
      expect(security).toEqual([{ bearer: [] }]);
      expect(paths['/probe/list'].get.responses).toHaveProperty('401');
      expect(paths['/health/live'].get.responses).not.toHaveProperty('401');
      expect(JSON.stringify(await document(probe))).not.toContain('0123456789abcdef');
    } finally {
      await probe.stop();
    }
  });
});
