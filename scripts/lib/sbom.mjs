const FOLDER = 'node_modules/';

/**
 * What of a lock file is installed for production, as a CycloneDX 1.6 bill of materials. The same lock file gives the
 * same text: there is no time in it and no number of its own.
 */
export function bomOf({ name, version, packages }) {
  const installed = Object.entries(packages).filter(([path, entry]) => path !== '' && !entry.dev && !entry.link);
  const root = {
    type: 'application',
    'bom-ref': purlOf(name, version),
    name,
    version,
    purl: purlOf(name, version),
    ...licenceOf(packages['']),
  };
  const components = new Map(installed.map(([path, entry]) => [refOf(path, entry), componentOf(path, entry)]));
  const uses = new Map([[root['bom-ref'], new Set(usedBy('', packages))]]);
  for (const [path, entry] of installed) {
    const ref = refOf(path, entry);
    // The same package may lie there several times, with different ones below it.
    uses.set(ref, new Set([...(uses.get(ref) ?? []), ...usedBy(path, packages)]));
  }
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: root },
    components: [...components.values()].toSorted(byRef),
    dependencies: [...uses]
      .map(([ref, dependsOn]) => ({ ref, dependsOn: [...dependsOn].toSorted() }))
      .toSorted((a, b) => compare(a.ref, b.ref)),
  };
}

function componentOf(path, entry) {
  const ref = refOf(path, entry);
  const fullName = nameOf(path, entry);
  const [group, name] = fullName.startsWith('@') ? fullName.split('/') : [undefined, fullName];
  return {
    type: 'library',
    'bom-ref': ref,
    ...(group !== undefined && { group }),
    name,
    version: entry.version,
    scope: entry.optional || entry.devOptional ? 'optional' : 'required',
    purl: ref,
    ...licenceOf(entry),
    ...hashesOf(entry),
  };
}

/** What a package is given when it asks for what it depends on: the nearest one up the folders. */
function usedBy(path, packages) {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = packages[path];
  return Object.keys({ ...peerDependencies, ...optionalDependencies, ...dependencies }).flatMap((name) => {
    const found = foldersAbove(path).find((folder) => packages[`${folder}${FOLDER}${name}`] !== undefined);
    const entry = found === undefined ? undefined : packages[`${found}${FOLDER}${name}`];
    return entry === undefined || entry.dev ? [] : [refOf(name, entry)];
  });
}

function foldersAbove(path) {
  const parts = path === '' ? [] : path.split(`/${FOLDER}`);
  const folders = parts.map((_, index) => `${parts.slice(0, parts.length - index).join(`/${FOLDER}`)}/`);
  return [...folders, ''];
}

/** An alias is installed under another name than its own. */
function nameOf(path, entry) {
  return entry.name ?? path.split(FOLDER).at(-1);
}

function refOf(path, entry) {
  return purlOf(nameOf(path, entry), entry.version);
}

function purlOf(name, version) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function licenceOf({ license }) {
  if (license === undefined) return {};
  if (/\s(?:AND|OR|WITH)\s/.test(license)) return { licenses: [{ expression: license }] };
  return { licenses: [{ license: /^[\w.+-]+$/.test(license) ? { id: license } : { name: license } }] };
}

function hashesOf({ integrity }) {
  const [, digest] = /^sha512-(\S+)/.exec(integrity ?? '') ?? [];
  return digest === undefined ? {} : { hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }] };
}

function byRef(one, other) {
  return compare(one['bom-ref'], other['bom-ref']);
}

function compare(one, other) {
  return one < other ? -1 : Number(one > other);
}
