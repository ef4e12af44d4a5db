@node --require "%~dp0..\..\..\..\components\preload.mjs" "%~dp0..\..\main.ts" aws %*
