@node --require "%~dp0..\..\..\..\preload.mjs" "%~dp0..\..\main.ts" aws %*
