import { merged } from './results-file.js';

const table = (...rows: string[]) => ['|  | target |', '| --- | --- |', ...rows].join('\n');
const before = `# Results

Node 20

### Uploads: many

old uploads

### Cached: few

old cached

### What was promised

${table('| uploads | old |', '| cached | old |')}
`;

describe('a file of results', () => {
  it('keeps what was not measured anew', () => {
    const now = `# Results\n\nNode 22\n\n### Uploads: many\n\nnew uploads\n\n### What was promised\n\n${table('| uploads | new |', '| other | new |')}\n`;
    expect(merged(before, now)).toBe(
      before
        .replace('Node 20', 'Node 22')
        .replace('old uploads', 'new uploads')
        .replace('| uploads | old |', '| uploads | new |')
        .replace('| cached | old |', '| cached | old |\n| other | new |'),
    );
  });

  it('has in its order what comes to it, and what was promised at its end', () => {
    const now = '# Results\n\nNode 20\n\n### Start: one\n\nnew start\n';
    expect(merged(before, now)).toBe(before.replace('### What', '### Start: one\n\nnew start\n\n### What'));
  });

  it('begins with what was measured first', () => {
    expect(merged('', before)).toBe(before);
  });
});
