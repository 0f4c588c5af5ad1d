/** The class that GOROOT's wasm_exec.js defines: one Go program, run once. */
declare class Go {
  argv: string[];
  env: Record<string, string>;
  exited: boolean;
  exit: (code: number) => void;
  importObject: WebAssembly.Imports;
  /** Resolves when the program has ended, by return, exit or panic. */
  run(instance: WebAssembly.Instance): Promise<void>;
}
