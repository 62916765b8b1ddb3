import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
    eslint.configs.recommended,
    tseslint.configs.strictTypeChecked,
    tseslint.configs.stylisticTypeChecked,
    {
        languageOptions: {
            parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname },
        },
        rules: {
            eqeqeq: "error",
            "max-lines": ["error", 250],
            "max-lines-per-function": ["error", 60],
            // Numbers and booleans in messages are meant.
            "@typescript-eslint/restrict-template-expressions": [
                "error",
                { allowNumber: true, allowBoolean: true },
            ],
            // VS Code's Disposable is a class, but everything takes whatever has dispose().
            "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
        },
    },
    {
        // node:test's test() returns a promise nobody awaits at the top level.
        files: ["test/**"],
        rules: { "@typescript-eslint/no-floating-promises": "off" },
    },
);
