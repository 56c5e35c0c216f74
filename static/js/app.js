// @ts-check
import { start } from "./site/index.js";

start();
