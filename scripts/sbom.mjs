import { readFlags } from './lib/arguments.mjs';
import { main, readJson } from './lib/project.mjs';
import { bomOf } from './lib/sbom.mjs';

const help = `npm run --silent sbom > sbom.cdx.json    what is installed for production, as CycloneDX JSON; needs no network`;

main(async () => {
  readFlags([], help);
  console.log(JSON.stringify(bomOf(readJson('package-lock.json')), null, 2));
});
