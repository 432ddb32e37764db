import { render } from 'preact';
import { Console } from './shell/console.js';

render(<Console />, document.querySelector('#console')!);
