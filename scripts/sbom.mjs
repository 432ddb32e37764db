import { main, readJson } from './lib/project.mjs';
import { bomOf } from './lib/sbom.mjs';

/** Writes what Parlance is made of, as CycloneDX JSON: `npm run --silent sbom > sbom.cdx.json`. Needs no network. */
main(async () => {
  console.log(JSON.stringify(bomOf(readJson('package-lock.json')), null, 2));
});
