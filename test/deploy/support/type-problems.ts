import { join } from 'node:path';
import ts from 'typescript';
import type { Manifest } from './kustomize.js';

/** Where the types of a kind are, by the version of its API. */
const TYPES: Readonly<Record<string, { module: string; prefix: string }>> = {
  v1: { module: 'kubernetes-types/core/v1', prefix: '' },
  'apps/v1': { module: 'kubernetes-types/apps/v1', prefix: '' },
  'autoscaling/v2': { module: 'kubernetes-types/autoscaling/v2', prefix: '' },
  'networking.k8s.io/v1': { module: 'kubernetes-types/networking/v1', prefix: '' },
  'policy/v1': { module: 'kubernetes-types/policy/v1', prefix: '' },
  'monitoring.coreos.com/v1': { module: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1', prefix: 'I' },
};

/** In this folder, so that the packages are found. It is never written. */
const FILE = join(__dirname, 'manifests.generated.ts');
const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es5.d.ts'],
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
};

/**
 * What the compiler finds wrong with objects of Kubernetes, written as literals of their types: fields that there are
 * not, that are missing, or that are of another type.
 */
export function typeProblems(manifests: readonly Manifest[]): string[] {
  const unknown = manifests.filter(({ apiVersion }) => TYPES[apiVersion] === undefined);
  const known = manifests.filter(({ apiVersion }) => TYPES[apiVersion] !== undefined);
  const lines = known.map((manifest, index) => {
    const { module, prefix } = TYPES[manifest.apiVersion]!;
    return `export const m${index}: import('${module}').${prefix}${manifest.kind} = ${JSON.stringify(manifest)};`;
  });
  const places = compile(lines.join('\n'));
  return [
    ...unknown.map(({ apiVersion, kind }) => `${kind}: nothing is known of ${apiVersion}`),
    ...places.map(({ line, message }) => `${known[line]?.kind}: ${message}`),
  ];
}

function compile(text: string): { line: number; message: string }[] {
  const system = ts.createCompilerHost(OPTIONS);
  const host: ts.CompilerHost = {
    ...system,
    getSourceFile: (name, ...others) =>
      name === FILE ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2023) : system.getSourceFile(name, ...others),
    fileExists: (name) => name === FILE || system.fileExists(name),
  };
  const program = ts.createProgram([FILE], OPTIONS, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => ({
    line: file?.fileName === FILE ? file.getLineAndCharacterOfPosition(start).line : -1,
    message: ts.flattenDiagnosticMessageText(messageText, ' '),
  }));
}
