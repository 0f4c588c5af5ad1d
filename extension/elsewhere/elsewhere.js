// Shown when the icon is clicked on a page into which nothing can be injected.
import { translate } from '../options/translate.js';

translate();
