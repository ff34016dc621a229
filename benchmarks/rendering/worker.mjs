// One engine at one paper, in a process of its own: worker.mjs ENGINE TEMPLATE FACTS OUTPUT RUNS prints its figures.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";

const [engine, template, factsFile, output, runs] = process.argv.slice(2);
const require = createRequire(`${process.cwd()}/`);
const bytes = readFileSync(template);

const engines = {
  docxtemplater() {
    const PizZip = require("pizzip");
    const Docxtemplater = require("docxtemplater");
    return (facts) => {
      const document = new Docxtemplater(new PizZip(bytes), { paragraphLoop: true, linebreaks: true });
      document.render(facts);
      return document.getZip().generate({ type: "nodebuffer", compression: "DEFLATE" });
    };
  },
  "easy-template-x"() {
    const { TemplateHandler } = require("easy-template-x");
    return (facts) => new TemplateHandler().process(bytes, facts);
  },
  carbone() {
    const render = promisify(require("carbone").render);
    return (facts) => render(template, facts, {});
  },
};

const facts = JSON.parse(readFileSync(factsFile, "utf8"));
const render = engines[engine]();
writeFileSync(output, await render(facts));
const ms = [];
for (let run = 0; run < Number(runs); run++) {
  const began = performance.now();
  await render(facts);
  ms.push(performance.now() - began);
}
const kib = Number(readFileSync("/proc/self/status", "utf8").match(/VmHWM:\s+(\d+)/)[1]);
console.log(JSON.stringify({ ms, kib }));
process.exit(0);
